import type { Manifest, Section } from "../assets/manifest";
import { newNames } from "../assets/manifest";
import { isMark, markOf } from "../assets/marks";
import { patternRegExp } from "../assets/patterns";
import type { Variants } from "./headers";
import type { Change, Selector } from "./selector";
import { hostOfUrl, isPage } from "./selector";

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

/**
 * The URLs whose headers changed: those of both sides that a changed header rule matches, and the redirects.
 * @param changed The paths that changed, marks among them.
 */
function pathsOfHeaders(before: Section, after: Section, changed: readonly string[]): Set<string> {
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

/** Why a URL is purged: `changed /app.js`. */
export function reasonOf(change: Change, path: string): string {
    return `${change} ${path}`;
}

/** The reason of every URL when nobody knows what was answered before. */
export const FIRST_DEPLOY = "first deploy";

/** The paths that changed, by what became of them; with the origin before them when origins differ. */
export function pathsOf(groups: readonly Changes[]): Record<Change, string[]> {
    const all: Record<Change, string[]> = { added: [], changed: [], removed: [] };
    for (const { origins, changed } of groups) {
        for (const before of groups.length === 1 ? [""] : origins) {
            for (const { path, change } of changed) {
                all[change].push(before + path);
            }
        }
    }
    if (groups.length > 1) {
        all.added.sort();
        all.changed.sort();
        all.removed.sort();
    }
    return all;
}

/**
 * A selector for every URL that changed, in purge order: assets, then pages. Leaves out what `covered` says that something
 * wider purges anyway.
 * @param isFirst nobody knows what was answered before, so that nothing is known to have changed.
 */
export function urlSelectors(
    groups: readonly Changes[],
    variants: Variants,
    isFirst: boolean,
    covered: (host: string) => (path: string) => boolean,
): { assets: Selector[]; pages: Selector[] } {
    const assets: Selector[] = [];
    const pages: Selector[] = [];
    const origins = groups.flatMap((group) => group.origins.map((origin) => ({ origin, group })));
    // "https://a.test/" sorts behind "https://a.test.au/", as URLs do.
    origins.sort((a, b) => (`${a.origin}/` < `${b.origin}/` ? -1 : 1));
    for (const { origin, group } of origins) {
        const isCovered = covered(hostOfUrl(origin));
        const sets = variants(origin);
        for (const { path, change } of group.changed) {
            if (isMark(path) || isCovered(path)) {
                continue;
            }
            const value = origin + path;
            const list = isPage(path) ? pages : assets;
            const selector: Selector = isFirst
                ? { kind: "url", value, reasons: [FIRST_DEPLOY], change }
                : { kind: "url", value, reasons: [reasonOf(change, path)], change };
            for (const set of sets(path)) {
                list.push(set === undefined ? selector : { ...selector, headers: set });
            }
        }
    }
    return { assets, pages };
}
