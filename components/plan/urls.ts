import { isMark } from "../assets/marks";
import type { Changes } from "./changes";
import type { Variants } from "./headers";
import type { Change, Selector } from "./selector";
import { hostOfUrl, isPage } from "./selector";

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
