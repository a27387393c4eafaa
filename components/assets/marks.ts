import { AssetsError } from "../errors/problem";
import { MAX_SEPARATORS } from "../settings/limits";
import { bytesOf, urlPath } from "./urls";

/**
 * Lines of a manifest that are not URLs: a pattern, a space, which no URL holds, and what is said of the URLs that match.
 * `fallback`: the page that answers wherever no file does. `not-found`: the page that answers there with 404;
 * `not-found-purged` where the user wants all that hold it to be purged when it changes. `redirect`, `headers`: what the
 * rules of a policy file say. `policy`: such a file itself, which nobody is served.
 */
export const MARKS = ["fallback", "not-found", "not-found-purged", "redirect", "headers", "policy"] as const;
export type MarkKind = (typeof MARKS)[number];

interface Mark {
    readonly pattern: string;
    readonly kind: MarkKind;
}

/** A mark as a line of a manifest has it: `/app/* fallback`. */
export function markText({ pattern, kind }: Mark): string {
    return `${pattern} ${kind}`;
}

/** The mark that a path of a manifest is; undefined for a URL's path. */
export function markOf(path: string): Mark | undefined {
    const space = path.indexOf(" ");
    const kind = space < 0 ? undefined : MARKS.find((known) => known === path.slice(space + 1));
    return kind && { pattern: path.slice(0, space), kind };
}

/** Whether a path of a manifest is a mark rather than a URL's path. */
export function isMark(path: string): boolean {
    return path.includes(" ") && markOf(path) !== undefined;
}

/** Whether it is the mark of a page that answers where no file does. */
export function isFallback(path: string): boolean {
    return path.endsWith("* fallback");
}

/**
 * Whether version 1 of the manifest cannot have a path: fallback pages are its only marks, which it writes as URLs that end
 * in an asterisk, and it knows no page at `/d/index/`.
 */
export function isNewInVersion2(path: string): boolean {
    return isMark(path) ? !isFallback(path) : path.endsWith("/*") || path.endsWith("/index/");
}

/** A page that answers wherever no file does, with status 200: a single-page application's. */
export interface Fallback {
    /** The page's file, relative to the root: `index.html`. */
    readonly page: string;
    /** Below which path it answers. Default: `/`. */
    readonly under?: string;
}

/** The name of the pages that answer with 404 where an origin is not told otherwise. */
export const NOT_FOUND_PAGE = "404.html";

/** Pages that answer wherever no file does, with status 404. */
export interface NotFound {
    /**
     * Their name, of which the nearest one answers; or the path of one page, which then answers everywhere:
     * `errors/404.html`. Default: `404.html`.
     */
    readonly page?: string;
    /**
     * Whether all that holds the page is purged when it changes, by host or prefix. Default: no, since nobody can list
     * these URLs, and an edge keeps them for 3 minutes unless it was told otherwise.
     */
    readonly purge?: boolean;
}

type Files = ReadonlyMap<string, string>;
type Lines = (readonly [mark: string, digest: string])[];

/**
 * The mark of a fallback page, where there is such a file.
 * @param files Paths as bytes → digest.
 * @throws AssetsError when no page is named, and for an `under` that is not a folder's path.
 */
export function fallbackLine(files: Files, fallback: string | Fallback): Lines {
    const { page, under = "/" } = typeof fallback === "string" ? { page: fallback } : fallback;
    if (page === undefined) {
        throw new AssetsError("fallback", JSON.stringify(fallback), "it names no page", 'Name it: page: "index.html"');
    }
    if (!under.startsWith("/") || !under.endsWith("/") || /[?#*]/.test(under)) {
        throw new AssetsError("fallback", under, "`under` is not a folder's path", 'Write it as "/app/"');
    }
    if (under.split("/").length - 1 > MAX_SEPARATORS) {
        throw new AssetsError(
            "fallback",
            under,
            `it has more than ${MAX_SEPARATORS} slashes, and Cloudflare takes no such prefix`,
            "Name a folder above it",
        );
    }
    const { pathname } = new URL(`https://localhost${under}`);
    const digest = files.get(fileName(page));
    return digest === undefined ? [] : [[markText({ pattern: `${pathname}*`, kind: "fallback" }), digest]];
}

/**
 * The marks of pages that answer with 404. Those named 404.html need none unless they are purged: a plan knows them by
 * their name.
 * @param files Paths as bytes → digest.
 */
export function notFoundLines(files: Files, notFound: string | NotFound): Lines {
    const given = typeof notFound === "string" ? { page: notFound } : notFound;
    const { page, purge } = { page: NOT_FOUND_PAGE, purge: false, ...given };
    const kind = purge ? "not-found-purged" : "not-found";
    const name = fileName(page);
    if (name.includes("/")) {
        const digest = files.get(name);
        return digest === undefined ? [] : [[markText({ pattern: "/*", kind }), digest]];
    }
    if (name === NOT_FOUND_PAGE && !purge) {
        return [];
    }
    return [...files]
        .filter(([file]) => file === name || file.endsWith(`/${name}`))
        .map(([file, digest]) => [markText({ pattern: `${urlPath(file.slice(0, -name.length))}*`, kind }), digest]);
}

/** The path or name of a page, as bytes. */
export function fileName(page: string): string {
    return bytesOf(page.replace(/^\.?\//, ""));
}
