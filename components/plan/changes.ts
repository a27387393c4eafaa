import type { Manifest, Section } from "../assets/manifest";
import { isMark, markOf } from "../assets/marks";
import { newNames } from "../assets/upgrade";
import { pathsOfHeaders } from "./headerPatterns";
import type { Change } from "./selector";

/** What changed at some origins that changed alike. */
export interface Changes {
    /** The origins, sorted. */
    readonly origins: readonly string[];
    /** What they answered, and what they answer; undefined: nothing. */
    readonly before: Section | undefined;
    readonly after: Section | undefined;
    /** The paths whose answer differs, sorted, and what became of each. */
    readonly changed: readonly { readonly path: string; readonly change: Change }[];
    /** The marks in `after`: lines that are not URLs. */
    readonly marks: readonly string[];
}

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
    const isNewName = newNames(before, after);
    return [...pairs].flatMap(([old, row]) =>
        [...row].map(([now, origins]) => {
            const changes = compare(origins, old, now);
            if (old === undefined || now === undefined) {
                return changes;
            }
            // A policy file that says the same in other words changes nothing.
            const changed = changes.changed.filter(
                ({ path }) => !isNewName(old, now, path) && markOf(path)?.kind !== "policy",
            );
            return { ...changes, changed: withHeaderChanges(changed, old, now) };
        }),
    );
}

/** How many URLs changed: each path counts once for each of its origins. */
export function countChanges(groups: readonly Changes[]): Record<Change, number> {
    const counts = { added: 0, changed: 0, removed: 0 };
    for (const { origins, changed } of groups) {
        for (const { path, change } of changed) {
            counts[change] += isMark(path) ? 0 : origins.length;
        }
    }
    return counts;
}

/** Changed paths, and those whose headers did. */
function withHeaderChanges(changed: Changes["changed"], before: Section, after: Section): Changes["changed"] {
    const known = new Set(changed.map(({ path }) => path));
    const added = [...pathsOfHeaders(before, after, [...known])].filter((path) => !known.has(path));
    if (added.length === 0) {
        return changed;
    }
    return [...changed, ...added.map((path) => ({ path, change: "changed" as const }))].sort((a, b) =>
        a.path < b.path ? -1 : 1,
    );
}

const NOTHING: Section = { baseUrls: [], paths: [], digests: [] };

function byOrigin(manifest: Manifest): Map<string, Section> {
    return new Map(manifest.sections.flatMap((section) => section.baseUrls.map((url) => [url, section] as const)));
}

function compare(origins: readonly string[], before: Section | undefined, after: Section | undefined): Changes {
    const changed: { path: string; change: Change }[] = [];
    const { paths: oldPaths, digests: oldDigests } = before ?? NOTHING;
    const { paths: newPaths, digests: newDigests } = after ?? NOTHING;
    let i = 0;
    let j = 0;
    while (i < oldPaths.length || j < newPaths.length) {
        const old = oldPaths[i];
        const now = newPaths[j];
        if (now !== undefined && old === now) {
            if (oldDigests[i] !== newDigests[j]) {
                changed.push({ path: now, change: "changed" });
            }
            i++;
            j++;
        } else if (old !== undefined && (now === undefined || old < now)) {
            changed.push({ path: old, change: "removed" });
            i++;
        } else if (now !== undefined) {
            changed.push({ path: now, change: "added" });
            j++;
        }
    }
    return { origins, before, after, changed, marks: newPaths.filter(isMark) };
}
