import { isFallback } from "../assets/manifest";
import type { Change, Changes } from "./changes";
import type { HeaderSet } from "./headers";
import type { Selector } from "./selector";
import { hostOfUrl, isPage } from "./selector";

/** Why a URL is purged: `changed app.js`. */
export function reasonOf(change: Change, path: string): string {
    return `${change} ${path === "/" ? path : path.slice(1)}`;
}

/** The paths that changed, by what became of them; with the origin before them when origins differ. */
export function pathsOf(groups: readonly Changes[]): Record<Change, string[]> {
    const all: Record<Change, string[]> = { added: [], changed: [], removed: [] };
    for (const { origins, paths, kinds } of groups) {
        for (const before of groups.length === 1 ? [""] : origins) {
            for (let i = 0; i < paths.length; i++) {
                all[kinds[i]!].push(before + paths[i]);
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
 */
export function urlSelectors(
    groups: readonly Changes[],
    headers: readonly HeaderSet[],
    reason: (change: Change, path: string) => string,
    covered: (host: string) => (path: string) => boolean,
): { assets: Selector[]; pages: Selector[] } {
    const assets: Selector[] = [];
    const pages: Selector[] = [];
    const origins = groups.flatMap((group) => group.origins.map((origin) => ({ origin, group })));
    // "https://a.test/" sorts behind "https://a.test.au/", as URLs do.
    origins.sort((a, b) => (`${a.origin}/` < `${b.origin}/` ? -1 : 1));
    for (const { origin, group } of origins) {
        const isCovered = covered(hostOfUrl(origin));
        for (let i = 0; i < group.paths.length; i++) {
            const path = group.paths[i]!;
            if (isFallback(path) || isCovered(path)) {
                continue;
            }
            const value = origin + path;
            const reasons = [reason(group.kinds[i]!, path)];
            const list = isPage(path) ? pages : assets;
            for (const set of headers) {
                list.push(
                    set === undefined ? { kind: "url", value, reasons } : { kind: "url", value, headers: set, reasons },
                );
            }
        }
    }
    return { assets, pages };
}
