import { statSync } from "node:fs";
import { Command } from "commander";
import type { Manifest } from "../assets/manifest";
import { decodeManifest, encodeManifest, ManifestError, MOST_UNPACKED, plainText } from "../assets/manifestText";
import { markOf } from "../assets/marks";
import type { HtmlHandling } from "../assets/route";
import type { FoundSite, SiteAssetsOptions } from "../assets/siteAssets";
import { readSite } from "../assets/siteAssets";
import type { AssetsError } from "../errors/problem";
import { ProblemError, UsageError } from "../errors/problem";
import { whole } from "../settings/rules";
import { SITE } from "../settings/siteOptions";
import { parser, withOptions } from "./options";
import { problemOf } from "./problem";
import type { Done, Io } from "./terminal";
import { readText, terminal } from "./terminal";

/** `cache-purge manifest DIR` and `cache-purge manifest show FILE`. */
export function manifestCommand(io: Io, _done: Done): Command {
    const command = new Command("manifest")
        .description("Print the manifest of a folder: every URL that it answers, with the digest of the answer.")
        .argument("<dir>", "the folder")
        .addHelpText(
            "after",
            `
Above 5 000 URLs the manifest is packed; \`cache-purge manifest show\` unpacks it.

Examples:
  $ cache-purge manifest dist --base-url https://www.example.com > deployed.manifest
  $ cache-purge manifest show deployed.manifest
  $ pulumi stack export | cache-purge manifest show -`,
        )
        .action((dir: string, options: SiteOptions) => {
            io.stdout.write(encodeManifest(folderManifest(dir, options, io)));
        });
    withSiteOptions(command);
    const show = withManifestLimit(new Command("show"));
    command.addCommand(
        show
            .description("Print a manifest as text, packed or not, or the one in a `pulumi stack export`.")
            .argument("<file>", "the manifest's file; - for stdin")
            .action(async (file: string, options: ManifestLimit) => {
                io.stdout.write(plainText(await readManifestFile(file, options, io)));
            }),
    );
    return command;
}

const MEGABYTE = 1024 * 1024;

/** How much a packed manifest's file may unpack to. */
export interface ManifestLimit {
    /** Megabytes. */
    readonly maxManifest?: number;
}

/** Adds that option to a command. */
export function withManifestLimit(command: Command): Command {
    return command.option(
        "--max-manifest <MB>",
        `megabytes that a packed manifest may unpack to (default: ${MOST_UNPACKED / MEGABYTE})`,
        parser(whole(1, 4095, "megabytes")),
    );
}

/** What the options name in a folder in vain. */
type InVain = Omit<FoundSite, "assets">;

/** One state of a site. */
type State = { readonly manifest: Manifest } & Partial<InVain>;

/** Is given a pattern that matches nothing. */
type Warn = (finding: AssetsError) => void;

/**
 * The manifests of one or several states of a site, each from a folder, a manifest's file, the output of
 * `pulumi stack export`, or stdin (`-`). A file that an option names has to be in one of the folders: it may be new, or gone.
 *
 * @throws ProblemError with the place and what is wrong there; AssetsError for a file that none of the folders has.
 */
export async function readStates<P extends readonly string[]>(
    places: P,
    options: SiteOptions & ManifestLimit,
    io: Io,
    warn: Warn = warning(io),
): Promise<{ -readonly [K in keyof P]: Manifest }> {
    const states: State[] = [];
    for (const place of places) {
        const isFolder = place !== "-" && statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
        states.push(isFolder ? readFolder(place, options) : { manifest: await readManifestFile(place, options, io) });
    }
    return judged(states, warn) as { -readonly [K in keyof P]: Manifest };
}

function warning(io: Io): Warn {
    return (finding) => terminal(io, {}).warn(problemOf(finding).message);
}

/** What each of the folders lacks is an error, or a warning. A page whose mark stands in a manifest's file was there. */
function judged(states: readonly State[], warn: Warn): Manifest[] {
    const folders = states.filter((state): state is State & InVain => state.missing !== undefined);
    const lacked = (kind: "missing" | "unused"): readonly AssetsError[] =>
        (folders.at(-1)?.[kind] ?? []).filter((one) =>
            folders.every((folder) =>
                folder[kind].some(({ option, value }) => option === one.option && value === one.value),
            ),
        );
    const manifests = states.map(({ manifest }) => manifest);
    const [missing] = lacked("missing").filter(
        ({ option }) => !manifests.some((manifest) => isMarked(manifest, option)),
    );
    if (missing !== undefined) {
        throw missing;
    }
    for (const finding of lacked("unused")) {
        warn(finding);
    }
    return manifests;
}

/** Whether a manifest has the mark of a page that an option names. */
function isMarked({ sections }: Manifest, option: string): boolean {
    const kinds = MARKS_OF[option] ?? [];
    return sections.some(({ paths }) => paths.some((path) => kinds.includes(markOf(path)?.kind ?? "")));
}

const MARKS_OF: Readonly<Record<string, readonly string[]>> = {
    fallback: ["fallback"],
    notFound: ["not-found", "not-found-purged"],
    "notFound.purge": ["not-found-purged"],
};

/** A manifest from a file or stdin. */
export async function readManifestFile(place: string, { maxManifest }: ManifestLimit, io: Io): Promise<Manifest> {
    const most = maxManifest === undefined ? MOST_UNPACKED : maxManifest * MEGABYTE;
    return manifestOfText(place === "-" ? "stdin" : place, await textAt(place, io), most);
}

function manifestOfText(name: string, text: string, most: number): Manifest {
    try {
        return decodeManifest(text.trimStart().startsWith("{") ? manifestInExport(text, name) : text, most);
    } catch (error) {
        if (!(error instanceof ManifestError)) {
            throw error;
        }
        throw new ProblemError({
            key: "manifest",
            cause: `${name}: ${error.message}.`,
            remedy: error.newer
                ? ""
                : "Write it anew with `cache-purge manifest DIR --base-url URL`; if it is that large, raise --max-manifest.",
        });
    }
}

async function textAt(place: string, io: Io): Promise<string> {
    try {
        return await readText(place, io);
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const what =
            code === "ENOENT" ? "there is no such folder or file" : code === "EISDIR" ? "it is a folder" : `${code}`;
        throw new UsageError(`${place}: ${what}.`, "Name a folder, or a file that `cache-purge manifest` wrote.");
    }
}

interface Resource {
    readonly type?: unknown;
    readonly urn?: unknown;
    readonly outputs?: { readonly manifest?: unknown };
}

/** The dynamic resource that keeps the manifest (components/resources/dynamic.ts). */
const JOURNAL = /:Journal$/;

/**
 * The manifest's text in what `pulumi stack export` printed: of the one Journal in it.
 *
 * @throws ProblemError when there is none, or more than one.
 */
function manifestInExport(text: string, name: string): string {
    let resources: readonly Resource[];
    try {
        const { deployment } = JSON.parse(text) as { deployment?: { resources?: readonly Resource[] } };
        resources = deployment?.resources ?? [];
    } catch {
        throw new UsageError(`${name} is neither a manifest nor JSON.`, "Name what `cache-purge manifest` wrote.");
    }
    const journals = resources.filter(({ type }) => typeof type === "string" && JOURNAL.test(type));
    const texts = journals.flatMap(({ outputs }) => (typeof outputs?.manifest === "string" ? [outputs.manifest] : []));
    if (texts.length === 1) {
        return texts[0] as string;
    }
    throw new UsageError(
        texts.length === 0
            ? `${name} is JSON, but no stack export with a CachePurge in it.`
            : `${name} holds ${texts.length} CachePurge components: ${journals.map(({ urn }) => String(urn)).join(", ")}.`,
        texts.length === 0
            ? "Name what `cache-purge manifest` or `pulumi stack export` wrote."
            : "Take the `manifest` of one of them out of it, and give that file.",
    );
}

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

/** The manifest of a folder. @throws as {@link readStates}. */
export function folderManifest(dir: string, options: SiteOptions, io: Io): Manifest {
    return judged([readFolder(dir, options)], warning(io))[0] as Manifest;
}

/** @throws ProblemError without a base URL; AssetsError for the folder or a base URL. */
function readFolder(dir: string, options: SiteOptions): State {
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
            : {
                  notFound: {
                      ...(notFound === undefined ? {} : { page: notFound }),
                      ...(purgeNotFound === undefined ? {} : { purge: purgeNotFound }),
                  },
              }),
        ...(indexFile === undefined ? {} : { indexFiles: indexFile }),
        ...(include === undefined ? {} : { include }),
        ...(exclude === undefined ? {} : { exclude }),
        ...(origin === undefined ? {} : { origin }),
        ...(policyFiles === undefined ? {} : { policyFiles }),
        ...(followLinks === undefined ? {} : { followLinks }),
        ...(allowEmpty === undefined ? {} : { allowEmpty }),
    };
    const { assets, ...found } = readSite(dir, site);
    return { manifest: assets.manifest, ...found };
}
