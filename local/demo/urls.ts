import type { Manifest } from "../../components/assets/manifest";

/** Every URL that a manifest lists, fallback marks apart. */
export function urlsOf(manifest: Manifest): string[] {
    return manifest.sections.flatMap(({ baseUrls, paths }) =>
        baseUrls.flatMap((base) => paths.filter((path) => !path.endsWith("/*")).map((path) => base + path)),
    );
}
