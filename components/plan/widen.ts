import type { Changes } from "./changes";
import { counted, grouped } from "./numbers";
import type { Costs, Way } from "./paretoFront";
import { foldersOf, isBefore, NOTHING, requestsOf, together, waysOfHost } from "./paretoFront";
import { purest } from "./pure";
import type { Selector } from "./selector";
import { hostOfUrl } from "./selector";
import type { Folder, Site } from "./tree";
import { folderTree } from "./tree";

/** Prefixes and hosts that stand for many URLs. */
export interface Widened {
    readonly selectors: readonly Selector[];
    /** What was done, for a person. */
    readonly notes: readonly string[];
}

/** What goes along anyway: what fits into the last request of its kind costs no request. */
export type Beside = Pick<Way, "urls" | "prefixes" | "hosts">;

/** Says which paths of a host something wider purges anyway. */
export type Cover = (host: string) => (path: string) => boolean;

/**
 * Prefixes and hosts for more changed URLs than `above`, in two steps. First pure ones (every known URL below changed or is
 * gone), as many as save requests. When more than `above` URLs are still left, those that evict unchanged URLs too: the
 * fewest requests that the bound on collateral allows, and among those the least collateral.
 */
export function widen(
    groups: readonly Changes[],
    above: number,
    costs: Costs,
    beside: Beside,
    covered: Cover,
): Widened {
    const roots = treesOf(groups, covered);
    const urls = roots.reduce((sum, { changed }) => sum + changed, 0) * costs.times;
    if (urls <= above) {
        return { selectors: [], notes: [] };
    }
    const side: Way = { ...NOTHING, ...beside };
    const pure = purest(roots, costs, side);
    const way = pure.urls <= above ? pure : cheapest(roots, pure, costs, side);
    const folders = foldersOf(way);
    if (folders.length === 0) {
        return { selectors: [], notes: [] };
    }
    const saved = requestsOf({ ...NOTHING, urls }, costs, side) - requestsOf(way, costs, side);
    const stand = `${grouped(urls - way.urls)} of ${counted(urls, "changed URL")}`;
    return {
        selectors: folders.map(selectorOf),
        notes: [`widened: prefixes and hosts stand for ${stand}, which saves ${counted(saved, "request")}`],
    };
}

/** The best of all ways that combine. */
function cheapest(roots: readonly Folder[], pure: Way, costs: Costs, beside: Way): Way {
    const ways = roots.map((root) => waysOfHost(root, costs)).reduce((some, more) => together(some, more, costs));
    return ways.reduce((best, way) => (isBefore(way, best, costs, beside) ? way : best), pure);
}

function treesOf(groups: readonly Changes[], covered: Cover): Folder[] {
    const sites = new Map<string, Site[]>();
    for (const group of groups) {
        for (const origin of group.origins) {
            const host = hostOfUrl(origin);
            sites.set(host, [...(sites.get(host) ?? []), { group, covered: covered(host) }]);
        }
    }
    return [...sites].map(([host, list]) => folderTree(host, list));
}

function selectorOf({ host, path, changed, unchanged }: Folder): Selector {
    const count = `${grouped(changed)} of ${grouped(changed + unchanged)} assets`;
    return path === "/"
        ? { kind: "host", value: host, reasons: [`${count} of ${host} changed`] }
        : { kind: "prefix", value: host + path, reasons: [`${count} under ${path} changed`] };
}
