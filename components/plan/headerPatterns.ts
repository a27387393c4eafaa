import type { Section } from "../assets/manifest";
import { isMark, markOf } from "../assets/marks";

/** `*` and `:name`, which match more than themselves. */
export const PART = /\*|:[A-Za-z]\w*/;

/**
 * The URLs whose headers changed: those of both sides that a changed header rule matches, and the redirects.
 * @param changed The paths that changed, marks among them.
 */
export function pathsOfHeaders(before: Section, after: Section, changed: readonly string[]): Set<string> {
    const patterns = changed.flatMap((path) => {
        const { pattern, kind } = markOf(path) ?? {};
        return pattern !== undefined && kind === "headers" ? [regExpOf(pattern)] : [];
    });
    if (patterns.length === 0) {
        return new Set();
    }
    const known = new Set([...before.paths, ...after.paths]);
    return new Set([...known].filter((path) => patterns.some((pattern) => pattern.test(exampleOf(path)))));
}

/** A path; for the mark of a redirect, whose answers have headers too, a URL of its source; nothing for other marks. */
function exampleOf(path: string): string {
    if (!isMark(path)) {
        return path;
    }
    const { pattern, kind } = markOf(path) ?? {};
    return kind === "redirect" && pattern !== undefined ? pattern.split(/\*|:[A-Za-z]\w*/).join("x") : "";
}

/** A pattern as Cloudflare matches it: `*` is any text, `:name` any text without a slash; a query does not count. */
function regExpOf(pattern: string): RegExp {
    const source = pattern
        .split(/(\*|:[A-Za-z]\w*)/)
        .map((text) => (text === "*" ? ".*" : PART.test(text) ? "[^/]+" : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
        .join("");
    return new RegExp(`^${source}(?:\\?.*)?$`);
}
