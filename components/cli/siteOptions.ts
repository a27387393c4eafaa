import type { Command } from "commander";
import type { Manifest } from "../assets/manifest";
import type { HtmlHandling } from "../assets/route";
import type { SiteAssetsOptions } from "../assets/siteAssets";
import { siteAssets } from "../assets/siteAssets";
import { UsageError } from "../errors/problem";
import { SITE } from "../settings/siteOptions";
import type { Io } from "./io";
import { withOptions } from "./options";
import { terminal } from "./terminal";

/** Options that say at which URLs a folder's files answer. */
export interface SiteOptions {
    readonly baseUrl?: readonly string[];
    readonly htmlHandling?: HtmlHandling;
    readonly fallback?: string;
    readonly fallbackUnder?: string;
    readonly notFound?: string;
    readonly purgeNotFound?: boolean;
    readonly indexFile?: readonly string[];
    readonly include?: readonly string[];
    readonly exclude?: readonly string[];
    readonly origin?: "any" | "cloudflare-assets";
    readonly policyFiles?: boolean;
    readonly followLinks?: boolean;
    readonly allowEmpty?: boolean;
}

/** Adds those options to a command. */
export function withSiteOptions(command: Command): Command {
    return withOptions(command.optionsGroup("How a folder's files become URLs:"), SITE);
}

/**
 * The manifest of a folder.
 *
 * @throws ProblemError without a base URL; AssetsError for the folder or a base URL.
 */
export function folderManifest(dir: string, options: SiteOptions, io: Io): Manifest {
    const { baseUrl, htmlHandling, fallback, fallbackUnder, notFound, purgeNotFound } = options;
    const { indexFile, include, exclude, origin, policyFiles, followLinks, allowEmpty } = options;
    if (baseUrl === undefined) {
        throw new UsageError(
            `${dir} is a folder, and nothing says at which URLs its files are.`,
            "Add --base-url https://www.example.com.",
        );
    }
    if (fallbackUnder !== undefined && fallback === undefined) {
        throw new UsageError("--fallback-under is given without --fallback.", "Name the page: --fallback index.html.");
    }
    const site: SiteAssetsOptions = {
        baseUrls: baseUrl,
        ...(htmlHandling === undefined ? {} : { htmlHandling }),
        ...(fallback === undefined
            ? {}
            : { fallback: { page: fallback, ...(fallbackUnder === undefined ? {} : { under: fallbackUnder }) } }),
        ...(notFound === undefined && purgeNotFound === undefined
            ? {}
            : { notFound: { ...(notFound && { page: notFound }), ...(purgeNotFound && { purge: purgeNotFound }) } }),
        ...(indexFile === undefined ? {} : { indexFiles: indexFile }),
        ...(include === undefined ? {} : { include }),
        ...(exclude === undefined ? {} : { exclude }),
        ...(origin === undefined ? {} : { origin }),
        ...(policyFiles === undefined ? {} : { policyFiles }),
        ...(followLinks === undefined ? {} : { followLinks }),
        ...(allowEmpty === undefined ? {} : { allowEmpty }),
    };
    const { manifest, warnings } = siteAssets(dir, site);
    for (const warning of warnings) {
        terminal(io, {}).warn(warning);
    }
    return manifest;
}
