import type { Section } from "../assets/manifest";
import { isMark, markOf } from "../assets/marks";
import { patternRegExp } from "../assets/patterns";

/**
 * The URLs whose headers changed: those of both sides that a changed header rule matches, and the redirects.
 * @param changed The paths that changed, marks among them.
 */
export function pathsOfHeaders(before: Section, after: Section, changed: readonly string[]): Set<string> {
    const patterns = changed.flatMap((path) => {
        const { pattern, kind } = markOf(path) ?? {};
        return pattern !== undefined && kind === "headers" ? [patternRegExp(pattern)] : [];
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
