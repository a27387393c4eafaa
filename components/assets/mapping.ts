import { AssetsError } from "../errors/problem";
import { SITE } from "../settings/siteOptions";
import { withHtmlForms, withIndexFiles } from "./html";
import type { Answers, Manifest } from "./manifest";
import { manifestOf, mapOf } from "./manifest";
import type { Fallback, NotFound } from "./marks";
import { fallbackLine, notFoundLines } from "./marks";
import type { PolicyFile } from "./policy";
import { policyLines } from "./policy";
import type { HtmlHandling } from "./route";
import { withCanonicalSpellings } from "./spellings";
import { baseParts, normaliseBaseUrls, textOf, urlPath } from "./urls";

/** How files become URLs. */
export interface MappingOptions {
    /** Where visitors find the files: `["https://www.example.com"]`, or below a folder: `["https://example.com/blog/"]`. */
    readonly baseUrls: readonly string[];
    /**
     * At which URLs an HTML file answers, in Cloudflare's words. Default: `auto-trailing-slash`. `none`: only at its own
     * name.
     */
    readonly htmlHandling?: HtmlHandling;
    /**
     * The page that answers with 200 wherever no file does. When it changes, every such URL is purged, by host or prefix.
     * It is an error when there is no such file.
     */
    readonly fallback?: string | Fallback;
    /**
     * The pages that answer with 404 wherever no file does. Default: every `404.html`, of which the nearest one answers.
     * When one changes, the URLs that hold it are not purged unless `purge` says so. It is an error when a page that is named,
     * or is to be purged, is not there.
     */
    readonly notFound?: string | NotFound;
    /**
     * The files that stand for their folders, the first of them that a folder holds: `["index.htm"]`. Default: `index.html`
     * alone, as `htmlHandling` says. It is an error when no folder holds any of them.
     */
    readonly indexFiles?: readonly string[];
    /**
     * What the files are served by: `"cloudflare-assets"`, which redirects to one URL of each page and one spelling of each
     * name, so that the others are purged when a file comes or goes, and not when its bytes change. Default: `"any"`, which
     * may serve a page at all URLs that usually lead to it.
     */
    readonly origin?: "any" | "cloudflare-assets";
    /**
     * Another mapping instead: from a file's path (`docs/a.html`) to its URLs, as paths (`/a`, with a query if there is
     * one) under each base URL, or as full URLs. `htmlHandling` and `indexFiles` then do nothing. It is an error when no file
     * has a URL.
     */
    readonly urls?: (path: string) => string | readonly string[];
    /** Whether there may be no file at all. Default: no, since an empty folder mostly means that the build failed. */
    readonly allowEmpty?: boolean;
}

/** Paths as bytes, none twice, with a digest of 32 hex digits each. */
type Files = Iterable<readonly [path: string, digest: string]>;

/**
 * The manifest of some files.
 * @param files Paths as bytes, see {@link urlPath}, with a digest of 32 hex digits each.
 * @throws AssetsError naming the option, the value and the remedy.
 */
export function mapFiles(
    files: Files,
    options: MappingOptions,
    policies: readonly PolicyFile[] = [],
): [Manifest, string[]] {
    const baseUrls = normaliseBaseUrls(options.baseUrls);
    const handling = options.htmlHandling ?? SITE.htmlHandling.default;
    const bases = baseUrls.map(baseParts);
    const answers =
        options.urls === undefined
            ? withForms(files, bases, handling, options)
            : withOwnMapping(files, bases, options.urls);
    const pageMarks = [
        ...(options.fallback === undefined ? [] : fallbackLine(new Map(files), options.fallback)),
        ...(options.notFound === undefined ? [] : notFoundLines(new Map(files), options.notFound)),
    ];
    if (options.urls !== undefined && !options.allowEmpty && [...answers.values()].every(({ map }) => map.size === 0)) {
        throw new AssetsError(
            "urls",
            "[]",
            "it gives no file a URL, so nothing would ever be purged",
            'Return a path such as "/a.html" for each file that is served',
        );
    }
    for (const { origin, folder } of bases) {
        const marks = [...pageMarks, ...policyLines(policies, origin)];
        if (marks.length > 0) {
            // All origins may share one map, and rules may hold at one host.
            const below = marks.map(([mark, digest]) => [folder.slice(0, -1) + mark, digest] as const);
            const { map, paths, digests } = answers.get(origin) ?? NONE;
            answers.set(origin, { map: new Map([...map, ...below]), paths, digests });
        }
    }
    const folders = new Map(bases.map(({ origin }) => [origin, foldersAt(origin, bases)]));
    return [manifestOf(answers, folders), baseUrls];
}

const NONE: Answers = { map: new Map(), paths: [], digests: [] };

type FormOptions = Pick<MappingOptions, "origin" | "indexFiles">;
type Base = ReturnType<typeof baseParts>;

function foldersAt(origin: string, bases: readonly Base[]): string[] {
    return bases.filter((base) => base.origin === origin).map(({ folder }) => folder);
}

/** What each origin answers: the files below the folders of its base URLs. */
function withForms(
    files: Files,
    bases: readonly Base[],
    handling: HtmlHandling,
    options: FormOptions,
): Map<string, Answers> {
    const answers = new Map<string, Answers>();
    const byFolder = new Map<string, Answers>();
    for (const { origin, folder } of bases) {
        const below = byFolder.get(folder) ?? formsBelow(asPaths(files, folder.slice(0, -1)), handling, options);
        byFolder.set(folder, below);
        const others = answers.get(origin);
        answers.set(
            origin,
            others === undefined ? below : { ...NONE, map: new Map([...mapOf(others), ...mapOf(below)]) },
        );
    }
    return answers;
}

function formsBelow(
    paths: ReadonlyMap<string, string>,
    handling: HtmlHandling,
    { origin, indexFiles = [] }: FormOptions,
): Answers {
    const isRedirected = origin === "cloudflare-assets";
    const pages = withHtmlForms(paths, handling, isRedirected);
    if (!isRedirected && indexFiles.length === 0) {
        return pages;
    }
    const forms = withIndexFiles(mapOf(pages), paths, indexFiles);
    return { ...NONE, map: isRedirected ? withCanonicalSpellings(forms) : forms };
}

function asPaths(files: Files, folder: string): Map<string, string> {
    const paths = new Map<string, string>();
    for (const [file, digest] of files) {
        const path = urlPath(file);
        paths.set(folder === "" ? path : folder + path, digest);
    }
    return paths;
}

function withOwnMapping(
    files: Files,
    bases: readonly Base[],
    urls: NonNullable<MappingOptions["urls"]>,
): Map<string, Answers> {
    const answers = new Map(bases.map(({ origin }) => [origin, new Map<string, string>()]));
    const owners = new Map<string, string>();
    for (const [file, digest] of files) {
        const name = textOf(file);
        for (const text of [urls(name)].flat() as unknown[]) {
            for (const [origin, path] of resolve(text, name, bases)) {
                const owner = owners.get(origin + path);
                if (owner !== undefined && owner !== file) {
                    throw new AssetsError(
                        "urls",
                        origin + path,
                        `both ${textOf(owner)} and ${name} are mapped to it`,
                        "Map every file to URLs of its own, or `exclude` one of the two",
                    );
                }
                owners.set(origin + path, file);
                answers.set(origin, (answers.get(origin) ?? new Map()).set(path, digest));
            }
        }
    }
    return new Map([...answers].map(([origin, map]) => [origin, { ...NONE, map }]));
}

function resolve(text: unknown, file: string, bases: readonly Base[]): [string, string][] {
    const given = String(text);
    const full = /^https?:\/\//i.test(given);
    if (typeof text !== "string" || !(full || given.startsWith("/")) || !URL.canParse(given, bases[0]?.origin)) {
        throw new AssetsError(
            "urls",
            given,
            `what it returns for ${file} is neither a path nor a URL`,
            'Return a path such as "/a.html", or a full URL such as "https://www.example.com/a.html"',
        );
    }
    const url = new URL(full ? given : `${bases[0]?.origin}${given}`);
    const path = url.pathname + url.search;
    return full ? [[url.origin, path]] : bases.map(({ origin, folder }) => [origin, folder.slice(0, -1) + path]);
}
