import { firstAtOrAfter, isFallback } from "../assets/manifest";
import type { Changes } from "./changes";
import type { Selector } from "./selector";
import { hostOfUrl } from "./selector";

/**
 * How many known URLs that did not change some selectors evict: those below a prefix, at a host, or all. A prefix without
 * a slash at its end is taken to mean every path that begins so, which is the more of its two readings.
 */
export function collateralOf(groups: readonly Changes[], selectors: readonly Selector[]): number {
    if (selectors.some(({ kind }) => kind === "everything")) {
        return groups.reduce((sum, group) => sum + group.origins.length * unchangedBelow(group, "/"), 0);
    }
    const below = pathsByHost(selectors);
    let count = 0;
    for (const group of groups) {
        for (const origin of group.origins) {
            for (const path of outermost(below.get(hostOfUrl(origin)) ?? [])) {
                count += unchangedBelow(group, path);
            }
        }
    }
    return count;
}

/** How many URLs whose path begins with `prefix` answer what they answered before, at one origin of a group. */
export function unchangedBelow({ after, paths, kinds, fallbacks }: Changes, prefix: string): number {
    if (after === undefined) {
        return 0;
    }
    const [from, to] = rangeOf(after.paths, prefix);
    let count = to - from - fallbacks.filter((mark) => mark.startsWith(prefix)).length;
    const [first, last] = rangeOf(paths, prefix);
    for (let i = first; i < last; i++) {
        if (kinds[i] !== "removed" && !isFallback(paths[i]!)) {
            count--;
        }
    }
    return count;
}

/** Where the texts that begin with `prefix` stand in a sorted list: from, and up to but not including. */
export function rangeOf(sorted: readonly string[], prefix: string): [number, number] {
    // Paths are printable ASCII: no character of one comes after "~".
    return [firstAtOrAfter(sorted, prefix), firstAtOrAfter(sorted, `${prefix}\x7f`)];
}

/** The paths of prefixes and hosts (`/`), by host. */
export function pathsByHost(selectors: readonly Selector[]): Map<string, string[]> {
    const paths = new Map<string, string[]>();
    for (const { kind, value } of selectors) {
        if (kind === "host" || kind === "prefix") {
            const slash = kind === "host" ? value.length : value.indexOf("/");
            const host = slash < 0 ? value : value.slice(0, slash);
            paths.set(host, [...(paths.get(host) ?? []), slash < 0 ? "/" : value.slice(slash) || "/"]);
        }
    }
    return paths;
}

/** Sorted, and without those that begin with another one. */
export function outermost(paths: readonly string[]): string[] {
    const kept: string[] = [];
    for (const path of [...paths].sort()) {
        if (kept.length === 0 || !path.startsWith(kept.at(-1)!)) {
            kept.push(path);
        }
    }
    return kept;
}
