import type { Section } from "../assets/manifest";
import { isMark, markOf } from "../assets/marks";

/** `*` and `:name`, which match more than themselves. */
export const PART = /\*|:[A-Za-z]\w*/;

/**
 * The URLs whose headers changed: those of both sides that a changed header rule matches.
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
    const known = [...before.paths, ...after.paths].filter((path) => !isMark(path));
    return new Set(known.filter((path) => patterns.some((pattern) => pattern.test(path))));
}

/** A pattern as Cloudflare matches it: `*` is any text, `:name` any text without a slash; a query does not count. */
function regExpOf(pattern: string): RegExp {
    const source = pattern
        .split(/(\*|:[A-Za-z]\w*)/)
        .map((text) => (text === "*" ? ".*" : PART.test(text) ? "[^/]+" : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
        .join("");
    return new RegExp(`^${source}(?:\\?.*)?$`);
}
