import type { Changes } from "./changes";
import { counted, grouped } from "./numbers";
import type { Costs, Cover } from "./paretoFront";
import { combined, coversOfHost, foldersOf, isBefore, NOTHING, requestsOf } from "./paretoFront";
import type { Scope } from "./scopes";
import { scopeSelectors, scopeText } from "./scopes";
import type { Selector } from "./selector";
import { hostOfUrl } from "./selector";
import type { Folder, Site } from "./tree";
import { folderTree, tightest } from "./tree";

/** Prefixes and hosts that stand for many URLs. */
export interface Widened {
    readonly selectors: readonly Selector[];
    /** What was done, for a person. */
    readonly notes: readonly string[];
}

/** What goes along anyway: what fits into the last request of its kind costs no request. */
export type Beside = Pick<Cover, "urls" | "prefixes" | "hosts">;

/** Says which paths of a host something wider purges anyway. */
export type Covered = (host: string) => (path: string) => boolean;

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
    covered: Covered,
): Widened {
    const roots = treesOf(groups, covered);
    const urls = roots.reduce((sum, { changed }) => sum + changed, 0) * costs.times;
    if (urls <= above) {
        return { selectors: [], notes: [] };
    }
    const side: Cover = { ...NOTHING, ...beside };
    const pure = purestCover(roots, costs, side);
    const cover = pure.urls <= above ? pure : bestCover(roots, pure, costs, side);
    const folders = foldersOf(cover);
    if (folders.length === 0) {
        return { selectors: [], notes: [] };
    }
    const saved = requestsOf({ ...NOTHING, urls }, costs, side) - requestsOf(cover, costs, side);
    const stand = `${grouped(Math.round(urls - cover.urls))} of ${counted(Math.round(urls), "changed URL")}`;
    return {
        selectors: folders.flatMap((folder) => selectorsOf(folder, scopesAt(folder.host, groups))),
        notes: [`widened: prefixes and hosts stand for ${stand}, which saves ${counted(saved, "request")}`],
    };
}

/** The best of all covers within the bound on collateral, at least as good as a pure one. */
function bestCover(roots: readonly Folder[], pure: Cover, costs: Costs, beside: Cover): Cover {
    const covers = roots.map((root) => coversOfHost(root, costs)).reduce((some, more) => combined(some, more, costs));
    return covers.reduce((best, cover) => (isBefore(cover, best, costs, beside) ? cover : best), pure);
}

function treesOf(groups: readonly Changes[], covered: Covered): Folder[] {
    const sites = new Map<string, Site[]>();
    for (const group of groups) {
        for (const origin of group.origins) {
            const host = hostOfUrl(origin);
            sites.set(host, [...(sites.get(host) ?? []), { group, covered: covered(host) }]);
        }
    }
    return [...sites].map(([host, list]) => folderTree(host, list));
}

/** A folder's selector; for the root the host, or the folders of the site where it shares that. */
function selectorsOf({ host, path, changed, unchanged }: Folder, scopes: readonly Scope[]): Selector[] {
    const count = `${grouped(changed)} of ${grouped(changed + unchanged)} assets`;
    return path === "/"
        ? scopes.flatMap((scope) => scopeSelectors(scope, [`${count} of ${scope} changed`]))
        : [{ kind: "prefix", value: host + path, reasons: [`${count} under ${path} changed`] }];
}

/** The scopes at a host: the host itself unless all that is and was there lies in folders. */
function scopesAt(host: string, groups: readonly Changes[]): Scope[] {
    const sections = groups
        .filter(({ origins }) => origins.some((origin) => hostOfUrl(origin) === host))
        .flatMap(({ before, after }) => [before, after].filter((section) => section !== undefined));
    const folders = sections.flatMap(({ folders: some = ["/"] }) => some);
    return folders.includes("/") ? [host] : [...new Set(folders)].map((folder) => scopeText(host, folder));
}

/** Hosts up to which every choice among those that changed entirely is tried. */
const TRIED_HOSTS = 6;

/**
 * The cover with the fewest requests that evicts nothing unchanged, and of those the one that names the least. Exact: every
 * pure prefix costs the same, so that the largest are the ones to name; only how many has to be found out.
 */
function purestCover(roots: readonly Folder[], costs: Costs, beside: Cover): Cover {
    const pureHosts = roots
        .filter(({ changed, unchanged }) => changed > 0 && unchanged === 0)
        .sort((a, b) => b.changed - a.changed);
    let best: Cover = { ...NOTHING, urls: Number.POSITIVE_INFINITY };
    for (const hosts of choices(pureHosts)) {
        const others = roots.filter((root) => !hosts.includes(root));
        const prefixes = others.flatMap(pureFolders).sort((a, b) => b.changed - a.changed);
        let urls = others.reduce((sum, { changed }) => sum + changed, 0) * costs.times;
        for (let count = 0; count <= prefixes.length; count++) {
            const cover: Cover = { ...NOTHING, urls, prefixes: count, hosts: hosts.length };
            if (isBefore(cover, best, costs, beside)) {
                best = { ...cover, named: [...hosts, ...prefixes.slice(0, count)] };
            }
            urls -= (prefixes[count]?.changed ?? 0) * costs.times;
        }
    }
    return best;
}

/** The outermost folders in which every known URL changed or is gone. */
function pureFolders(folder: Folder): Folder[] {
    return folder.unchanged === 0 && folder.nameable && folder.changed > 0
        ? [tightest(folder)]
        : folder.children.flatMap(pureFolders);
}

/** Sets of hosts to name, the smaller first. */
function choices(hosts: readonly Folder[]): Folder[][] {
    if (hosts.length > TRIED_HOSTS) {
        return Array.from({ length: hosts.length + 1 }, (_, count) => hosts.slice(0, count));
    }
    const sets = Array.from({ length: 2 ** hosts.length }, (_, bits) => hosts.filter((_host, i) => (bits >> i) & 1));
    return sets.sort((a, b) => a.length - b.length);
}
