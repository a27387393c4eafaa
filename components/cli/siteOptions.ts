import type { Command } from "commander";
import { Option } from "commander";
import type { HtmlHandling } from "../assets/html";
import { HTML_HANDLING } from "../assets/html";
import type { Manifest } from "../assets/manifest";
import type { SiteAssetsOptions } from "../assets/siteAssets";
import { siteAssets } from "../assets/siteAssets";
import { UsageError } from "../errors/usageError";
import { list } from "./parse";

/** Options that say at which URLs a folder's files answer. */
export interface SiteOptions {
    readonly baseUrl?: readonly string[];
    readonly htmlHandling?: HtmlHandling;
    readonly fallback?: string;
    readonly fallbackUnder?: string;
    readonly include?: readonly string[];
    readonly exclude?: readonly string[];
    readonly allowEmpty?: boolean;
}

/** Adds those options to a command. */
export function withSiteOptions(command: Command): Command {
    return command
        .optionsGroup("How a folder's files become URLs:")
        .option("--base-url <url>", "where visitors find the files; may be repeated", list)
        .addOption(
            new Option(
                "--html-handling <mode>",
                "at which URLs an HTML file answers (default: auto-trailing-slash)",
            ).choices(HTML_HANDLING),
        )
        .option("--fallback <page>", "the page that answers where no file does, such as index.html")
        .option("--fallback-under <path>", "below which path it answers (default: /)")
        .option("--include <glob>", "only files that match; may be repeated", list)
        .option("--exclude <glob>", "not files that match; may be repeated", list)
        .option("--allow-empty", "an empty folder is meant");
}

/**
 * The manifest of a folder.
 *
 * @throws ProblemError without a base URL; AssetsError for the folder or a base URL.
 */
export function folderManifest(dir: string, options: SiteOptions): Manifest {
    const { baseUrl, htmlHandling, fallback, fallbackUnder, include, exclude, allowEmpty } = options;
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
        ...(include === undefined ? {} : { include }),
        ...(exclude === undefined ? {} : { exclude }),
        ...(allowEmpty === undefined ? {} : { allowEmpty }),
    };
    return siteAssets(dir, site).manifest;
}
