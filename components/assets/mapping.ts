import { AssetsError } from "../errors/usageError";
import { SITE } from "../settings/siteOptions";
import { normaliseBaseUrls } from "./baseUrls";
import { withHtmlForms } from "./html";
import { withIndexFiles } from "./indexFiles";
import type { Manifest } from "./manifest";
import { manifestOf } from "./manifest";
import type { Fallback, NotFound } from "./pages";
import { fallbackLine, notFoundLines } from "./pages";
import { textOf, urlPath } from "./percent";
import type { PolicyFile } from "./policy";
import { policyLines } from "./policy";
import type { HtmlHandling } from "./route";

/** How files become URLs. */
export interface MappingOptions {
    /** Where visitors find the files: `["https://www.example.com"]`. Origins only: no path. */
    readonly baseUrls: readonly string[];
    /**
     * At which URLs an HTML file answers, in Cloudflare's words. Default: `auto-trailing-slash`. `none`: only at its own
     * name.
     */
    readonly htmlHandling?: HtmlHandling;
    /**
     * The page that answers with 200 wherever no file does. When it changes, every such URL is purged, by host or prefix.
     */
    readonly fallback?: string | Fallback;
    /**
     * The pages that answer with 404 wherever no file does. Default: every `404.html`, of which the nearest one answers.
     * When one changes, the URLs that hold it are not purged unless `purge` says so.
     */
    readonly notFound?: string | NotFound;
    /**
     * The files that stand for their folders, the first of them that a folder holds: `["index.htm"]`. Default: `index.html`
     * alone, as `htmlHandling` says.
     */
    readonly indexFiles?: readonly string[];
    /**
     * Another mapping instead: from a file's path (`docs/a.html`) to its URLs, as paths (`/a`, with a query if there is
     * one) under each base URL, or as full URLs. `htmlHandling` then does nothing.
     */
    readonly urls?: (path: string) => string | readonly string[];
    /** Whether there may be no file at all. Default: no, since an empty folder mostly means that the build failed. */
    readonly allowEmpty?: boolean;
}

/**
 * The manifest of some files.
 * @param files Paths as bytes, see {@link urlPath}, with a digest of 32 hex digits each.
 * @throws AssetsError naming the option, the value and the cure.
 */
export function mapFiles(
    files: ReadonlyMap<string, string>,
    options: MappingOptions,
    policies: readonly PolicyFile[] = [],
): [Manifest, string[]] {
    const baseUrls = normaliseBaseUrls(options.baseUrls);
    const handling = options.htmlHandling ?? SITE.htmlHandling.default;
    const answers =
        options.urls === undefined
            ? sameForAll(baseUrls, withForms(asPaths(files), handling, options.indexFiles ?? []))
            : withOwnMapping(files, baseUrls, options.urls);
    const pageMarks = [
        ...(options.fallback === undefined ? [] : fallbackLine(files, options.fallback)),
        ...(options.notFound === undefined ? [] : notFoundLines(files, options.notFound)),
    ];
    for (const baseUrl of baseUrls) {
        const marks = [...pageMarks, ...policyLines(policies, baseUrl)];
        if (marks.length > 0) {
            // All origins may share one map, and rules may hold at one host.
            answers.set(baseUrl, new Map([...(answers.get(baseUrl) ?? []), ...marks]));
        }
    }
    return [manifestOf(answers), baseUrls];
}

type Answers = Map<string, Map<string, string>>;

function sameForAll(baseUrls: readonly string[], paths: Map<string, string>): Answers {
    return new Map(baseUrls.map((baseUrl) => [baseUrl, paths]));
}

function asPaths(files: ReadonlyMap<string, string>): Map<string, string> {
    const paths = new Map<string, string>();
    for (const [file, digest] of files) {
        paths.set(urlPath(file), digest);
    }
    return paths;
}

function withForms(
    files: ReadonlyMap<string, string>,
    handling: HtmlHandling,
    indexFiles: readonly string[],
): Map<string, string> {
    return withIndexFiles(withHtmlForms(files, handling), files, indexFiles);
}

function withOwnMapping(
    files: ReadonlyMap<string, string>,
    baseUrls: readonly string[],
    urls: NonNullable<MappingOptions["urls"]>,
): Answers {
    const answers: Answers = new Map(baseUrls.map((baseUrl) => [baseUrl, new Map()]));
    const owners = new Map<string, string>();
    for (const [file, digest] of files) {
        const name = textOf(file);
        for (const text of [urls(name)].flat() as unknown[]) {
            for (const [origin, path] of resolve(text, name, baseUrls)) {
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
    return answers;
}

function resolve(text: unknown, file: string, baseUrls: readonly string[]): [string, string][] {
    const given = String(text);
    const full = /^https?:\/\//i.test(given);
    if (typeof text !== "string" || !(full || given.startsWith("/")) || !URL.canParse(given, baseUrls[0])) {
        throw new AssetsError(
            "urls",
            given,
            `what it returns for ${file} is neither a path nor a URL`,
            'Return a path such as "/a.html", or a full URL such as "https://www.example.com/a.html"',
        );
    }
    const url = new URL(full ? given : `${baseUrls[0]}${given}`);
    const path = url.pathname + url.search;
    return full ? [[url.origin, path]] : baseUrls.map((baseUrl) => [baseUrl, path]);
}
