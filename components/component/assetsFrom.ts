import * as pulumi from "@pulumi/pulumi";
import { normaliseBaseUrls } from "../assets/baseUrls";
import { checkOptions } from "../assets/checkOptions";
import type { Manifest } from "../assets/manifest";
import { encodeManifest } from "../assets/manifestText";
import type { MappingOptions } from "../assets/siteAssets";
import { assetsFromDigests } from "../assets/siteAssets";

/** What a deploy serves, and where: the value of `assets`. Made by `siteAssets` or `assetsFrom`. */
export interface Assets {
    readonly baseUrls: readonly string[];
    readonly manifest: pulumi.Input<Manifest>;
    /** What may be a mistake, in sentences: the component logs them. */
    readonly warnings?: readonly string[];
    /** The patterns that left files out, so that the plan can say where nothing but these changed. */
    readonly exclude?: readonly string[];
}

/**
 * Assets whose digests are known otherwise, such as outputs of the resources that upload them.
 *
 * The journal then comes after those resources, which is a weaker guarantee: a kill in the middle of the upload, then a
 * revert, is not covered. Prefer `siteAssets` where the files are at hand.
 *
 * @param digests path relative to the site's root (`docs/index.html`) to any text that changes when the bytes do. A
 * SHA-256 in hexadecimal lets `verify` compare bytes; other digests only tell that something changed.
 */
export function assetsFrom(
    digests: pulumi.Input<Record<string, pulumi.Input<string>>>,
    options: MappingOptions,
): Assets {
    checkOptions(options);
    const baseUrls = normaliseBaseUrls(options.baseUrls);
    // As pairs: the SDK would lose a file that is called __proto__.
    const pairs = pulumi.Output.isInstance(digests)
        ? digests.apply((known) => Object.entries(known))
        : pulumi.output(Promise.resolve(digests).then((known) => Object.entries(known)));
    const manifest = pairs.apply(
        (known) => assetsFromDigests(Object.fromEntries(known as [string, string][]), options).manifest,
    );
    return { baseUrls, manifest };
}

/** The manifest as the journal takes it. Plain manifests are encoded at once: they may have 100 000 lines. */
export function manifestText(assets: Assets | undefined): pulumi.Input<string> {
    if (assets === undefined) {
        return encodeManifest({ sections: [] });
    }
    const { manifest } = assets;
    if (pulumi.Output.isInstance(manifest) || manifest instanceof Promise) {
        return pulumi.output(manifest as pulumi.Input<Manifest>).apply((m) => encodeManifest(m as Manifest));
    }
    return encodeManifest(manifest);
}
