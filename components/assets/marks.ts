/**
 * Lines of a manifest that are not URLs: a pattern, a space, which no URL holds, and what is said of the URLs that match.
 * `fallback`: the page that answers wherever no file does. `not-found`: the page that answers there with 404;
 * `not-found-purged` where the user wants all that hold it to be purged when it changes. `redirect`, `headers`: what the
 * rules of a policy file say. `policy`: such a file itself, which nobody is served.
 */
export const MARKS = ["fallback", "not-found", "not-found-purged", "redirect", "headers", "policy"] as const;
export type MarkKind = (typeof MARKS)[number];

export interface Mark {
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
