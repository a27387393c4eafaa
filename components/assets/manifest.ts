/** A manifest: its type and canonical form, and its text. */
export { decodeManifest, encodeManifest, MANIFEST_VERSION, ManifestError, plainText } from "./manifestText";
export {
    digestAt,
    firstAtOrAfter,
    isFallback,
    type Manifest,
    manifestOf,
    type Section,
    sameManifest,
} from "./sections";
