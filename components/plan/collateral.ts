import { firstAtOrAfter } from "../assets/manifest";
import { isMark } from "../assets/marks";
import type { Changes } from "./changes";
import type { Selector } from "./selector";
import { hostOfUrl } from "./selector";

/**
 * How many known URLs that did not change some selectors evict: those below a prefix, at a host, or all. A prefix without
 * a slash at its end is taken to mean every path that begins so, which is the more of its two readings.
 */
export function collateralOf(groups: readonly Changes[], selectors: readonly Selector[]): number {
    const everything = selectors.some(({ kind }) => kind === "everything");
    const below = pathsByHost(selectors);
    if (!everything && below.size === 0) {
        return 0;
    }
    let count = 0;
    for (const group of groups) {
        const unchanged = unchangedIn(group);
        for (const origin of group.origins) {
            for (const prefix of everything ? ["/"] : outermost(below.get(hostOfUrl(origin)) ?? [])) {
                const [from, to] = rangeOf(unchanged, prefix);
                count += to - from;
            }
        }
    }
    return count;
}

/** The paths that answer what they answered before, sorted. */
function unchangedIn({ after, changed }: Changes): string[] {
    const paths = new Set(changed.map(({ path }) => path));
    return (after?.paths ?? []).filter((path) => !paths.has(path) && !isMark(path));
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
        const last = kept.at(-1);
        if (last === undefined || !path.startsWith(last)) {
            kept.push(path);
        }
    }
    return kept;
}
