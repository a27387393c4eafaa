import type { Manifest, Section } from "../assets/manifest";
import { isFallback } from "../assets/manifest";
import type { Change } from "./selector";

/** What changed at some origins that changed alike. */
export interface Changes {
    /** The origins, sorted. */
    readonly origins: readonly string[];
    /** What they answered, and what they answer; undefined: nothing. */
    readonly before: Section | undefined;
    readonly after: Section | undefined;
    /** The paths whose answer differs, sorted. */
    readonly paths: readonly string[];
    /** What became of each path. */
    readonly kinds: readonly Change[];
    /** The marks of fallback pages in `after`: lines that are no URL. */
    readonly fallbacks: readonly string[];
}

const NOTHING: readonly string[] = [];

/**
 * What differs between two manifests, once for each pair of sections that share an origin; pairs that are equal too.
 * Linear: both lists are sorted, and are walked side by side.
 */
export function changesBetween(before: Manifest, after: Manifest): Changes[] {
    const sectionBefore = byOrigin(before);
    const sectionAfter = byOrigin(after);
    const pairs = new Map<Section | undefined, Map<Section | undefined, string[]>>();
    for (const origin of [...new Set([...sectionBefore.keys(), ...sectionAfter.keys()])].sort()) {
        const [old, now] = [sectionBefore.get(origin), sectionAfter.get(origin)];
        const row = pairs.get(old) ?? new Map<Section | undefined, string[]>();
        row.set(now, [...(row.get(now) ?? []), origin]);
        pairs.set(old, row);
    }
    return [...pairs].flatMap(([old, row]) => [...row].map(([now, origins]) => compare(origins, old, now)));
}

/** How many URLs changed: each path counts once for each of its origins. */
export function countChanges(groups: readonly Changes[]): Record<Change, number> {
    const counts = { added: 0, changed: 0, removed: 0 };
    for (const { origins, paths, kinds } of groups) {
        for (let i = 0; i < paths.length; i++) {
            counts[kinds[i]!] += isFallback(paths[i]!) ? 0 : origins.length;
        }
    }
    return counts;
}

function byOrigin(manifest: Manifest): Map<string, Section> {
    return new Map(manifest.sections.flatMap((section) => section.baseUrls.map((url) => [url, section] as const)));
}

function compare(origins: readonly string[], before: Section | undefined, after: Section | undefined): Changes {
    const paths: string[] = [];
    const kinds: Change[] = [];
    const oldPaths = before?.paths ?? NOTHING;
    const newPaths = after?.paths ?? NOTHING;
    let i = 0;
    let j = 0;
    while (i < oldPaths.length || j < newPaths.length) {
        const old = oldPaths[i];
        const now = newPaths[j];
        if (old === now) {
            if (before!.digests[i] !== after!.digests[j]) {
                paths.push(now!);
                kinds.push("changed");
            }
            i++;
            j++;
        } else if (now === undefined || (old !== undefined && old < now)) {
            paths.push(old!);
            kinds.push("removed");
            i++;
        } else {
            paths.push(now);
            kinds.push("added");
            j++;
        }
    }
    return { origins, before, after, paths, kinds, fallbacks: newPaths.filter(isFallback) };
}
