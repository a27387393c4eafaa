import { counted, grouped } from "../errors/text";
import type { BatchLimits } from "../settings/limits";
import type { Changes } from "./changes";
import type { Scope, Selector } from "./selector";
import { hostOfUrl, scopeSelectors, scopeText } from "./selector";
import type { Folder, Site } from "./tree";
import { folderTree, tightest } from "./tree";

/** Prefixes and hosts that stand for many URLs. */
interface Widened {
    readonly selectors: readonly Selector[];
    /** What was done, for a person. */
    readonly notes: readonly string[];
}

/** What goes along anyway: what fits into the last request of its kind costs no request. */
type Beside = Pick<Cover, "urls" | "prefixes" | "hosts">;

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

/** Selectors that purge all that changed in some folders: how many of each kind, and what they cost. */
interface Cover {
    /** URLs purged by themselves. */
    readonly urls: number;
    readonly prefixes: number;
    readonly hosts: number;
    /** Unchanged URLs evicted too. */
    readonly collateral: number;
    /** How it came about: the folders that prefixes or hosts name, or two covers side by side. */
    readonly named?: readonly Folder[];
    readonly parts?: readonly [Cover, Cover];
}

/** What covers are compared by. */
interface Costs {
    readonly limits: BatchLimits;
    /** Unchanged URLs that may be evicted, at most. */
    readonly maxCollateral: number;
    /** Items of requests for each URL: one for each header set; an average where that differs. */
    readonly times: number;
}

/**
 * The size of a Pareto front up to which it is kept entire, so that the choice is optimal. A larger one is thinned to
 * covers that are spread evenly from most requests to most collateral.
 */
const MOST_COVERS = 96;

const NOTHING: Cover = { urls: 0, prefixes: 0, hosts: 0, collateral: 0 };

/**
 * The covers of a folder of which none is better than another in every respect. Dynamic programming from the leaves up: a
 * folder's covers are all combinations of its children's, and the one prefix that names it.
 */
function coversOf(folder: Folder, costs: Costs): Cover[] {
    const alone: Cover = { ...NOTHING, urls: folder.changed * costs.times };
    const named: Cover = { ...NOTHING, prefixes: 1, collateral: folder.unchanged, named: [tightest(folder)] };
    if (folder.unchanged === 0 && folder.nameable) {
        // Nothing below can be better: one item for all of it, at no cost.
        return folder.changed > 0 ? [alone, named] : [NOTHING];
    }
    let covers: Cover[] = [{ ...NOTHING, urls: folder.own * costs.times }];
    for (const child of folder.children) {
        covers = combined(covers, coversOf(child, costs), costs);
    }
    // Where all that changed is in one child, naming the child is at least as good.
    const dominated = folder.own === 0 && folder.children.length === 1 && folder.children[0]?.nameable;
    return folder.nameable && !dominated ? paretoFront([...covers, named], costs) : covers;
}

/** The covers of a host: those of its root folder, and its name. */
function coversOfHost(root: Folder, costs: Costs): Cover[] {
    const host: Cover = { ...NOTHING, hosts: 1, collateral: root.unchanged, named: [root] };
    return paretoFront([...coversOf(root, costs), host], costs);
}

/** Each cover of one side by side with each of the other. */
function combined(some: readonly Cover[], others: readonly Cover[], costs: Costs): Cover[] {
    const all: Cover[] = [];
    for (const a of some) {
        for (const b of others) {
            if (a.collateral + b.collateral <= costs.maxCollateral) {
                all.push({
                    urls: a.urls + b.urls,
                    prefixes: a.prefixes + b.prefixes,
                    hosts: a.hosts + b.hosts,
                    collateral: a.collateral + b.collateral,
                    parts: [a, b],
                });
            }
        }
    }
    return paretoFront(all, costs);
}

/** Requests that a cover comes to, when `beside` goes along. */
function requestsOf(cover: Cover, { limits }: Costs, beside: Cover = NOTHING): number {
    return (
        Math.ceil((cover.urls + beside.urls) / limits.urlsPerRequest) +
        Math.ceil((cover.prefixes + beside.prefixes) / limits.itemsPerRequest) +
        Math.ceil((cover.hosts + beside.hosts) / limits.itemsPerRequest)
    );
}

/** Whether one cover is to be taken rather than another: fewest requests, least collateral, fewest names, fewest URLs. */
function isBefore(cover: Cover, other: Cover, costs: Costs, beside: Cover): boolean {
    const rank = (one: Cover) => [requestsOf(one, costs, beside), one.collateral, one.prefixes + one.hosts, one.urls];
    const its = rank(other);
    const difference = rank(cover)
        .map((value, i) => value - (its[i] ?? value))
        .find((value) => value !== 0);
    return difference !== undefined && difference < 0;
}

/** The folders that a cover names. */
function foldersOf(cover: Cover): Folder[] {
    const folders: Folder[] = [];
    const open = [cover];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
        folders.push(...(next.named ?? []));
        open.push(...(next.parts ?? []));
    }
    return folders;
}

/** Those within the bound on collateral that no other one beats in every respect; thinned when they are too many. */
function paretoFront(covers: readonly Cover[], costs: Costs): Cover[] {
    const sorted = covers
        .filter(({ collateral }) => collateral <= costs.maxCollateral)
        .sort((a, b) => a.urls - b.urls || a.prefixes - b.prefixes || a.hosts - b.hosts || a.collateral - b.collateral);
    // Those that are kept already have no more URLs. By the hosts that they name, and there are few such numbers.
    const steps = new Map<number, Steps>();
    const kept = sorted.filter(({ prefixes, hosts, collateral }) => {
        for (const [number, step] of steps) {
            if (number <= hosts && step.leastUpTo(prefixes) <= collateral) {
                return false;
            }
        }
        const own = steps.get(hosts) ?? new Steps();
        steps.set(hosts, own);
        own.add(prefixes, collateral);
        return true;
    });
    return kept.length <= MOST_COVERS ? kept : thinned(kept, costs.limits);
}

/** The least collateral that is known for so many prefixes or fewer: it falls while they grow. */
class Steps {
    private readonly prefixes: number[] = [];
    private readonly collateral: number[] = [];

    leastUpTo(prefixes: number): number {
        return this.collateral[this.after(prefixes) - 1] ?? Number.POSITIVE_INFINITY;
    }

    /** @param collateral less than what is known for so many prefixes. */
    add(prefixes: number, collateral: number): void {
        const from = this.after(prefixes - 1);
        let to = from;
        while ((this.collateral[to] ?? Number.NEGATIVE_INFINITY) >= collateral) {
            to++;
        }
        this.prefixes.splice(from, to - from, prefixes);
        this.collateral.splice(from, to - from, collateral);
    }

    /** The index of the first step with more prefixes. */
    private after(prefixes: number): number {
        let [low, high] = [0, this.prefixes.length];
        while (low < high) {
            const middle = (low + high) >>> 1;
            if ((this.prefixes[middle] ?? 0) <= prefixes) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

function thinned(covers: readonly Cover[], { urlsPerRequest, itemsPerRequest }: BatchLimits): Cover[] {
    const weighed = covers.map((cover) => ({
        cover,
        weight: cover.urls / urlsPerRequest + (cover.prefixes + cover.hosts) / itemsPerRequest,
    }));
    weighed.sort((a, b) => a.weight - b.weight || a.cover.collateral - b.cover.collateral);
    let least = Number.POSITIVE_INFINITY;
    const stairs = weighed.filter(({ cover }) => {
        const lower = cover.collateral < least;
        least = Math.min(least, cover.collateral);
        return lower;
    });
    if (stairs.length <= MOST_COVERS) {
        return stairs.map(({ cover }) => cover);
    }
    const last = MOST_COVERS - 1;
    const taken = new Set(Array.from({ length: MOST_COVERS }, (_, i) => Math.floor((i * (stairs.length - 1)) / last)));
    return stairs.filter((_, i) => taken.has(i)).map(({ cover }) => cover);
}
