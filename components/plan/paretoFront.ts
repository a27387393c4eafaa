import type { BatchLimits } from "../settings/zonePlan";
import type { Folder } from "./tree";
import { tightest } from "./tree";

/** One way to purge what changed in some folders: how many of each, and what it costs. */
export interface Way {
    /** URLs purged by themselves. */
    readonly urls: number;
    readonly prefixes: number;
    readonly hosts: number;
    /** Unchanged URLs evicted too. */
    readonly collateral: number;
    /** How it came about: the folders that prefixes or hosts name, or two ways side by side. */
    readonly named?: readonly Folder[];
    readonly parts?: readonly [Way, Way];
}

/** What ways are compared by. */
export interface Costs {
    readonly limits: BatchLimits;
    /** Unchanged URLs that may be evicted, at most. */
    readonly maxCollateral: number;
    /** Requests by URL for each URL: one for each header set. */
    readonly times: number;
}

/**
 * Ways that are kept of one folder. Below it, nothing is left out, and the choice is the best there is; a larger set is
 * thinned to ways that are spread over the whole range from most requests to most collateral.
 */
const MOST_WAYS = 96;

export const NOTHING: Way = { urls: 0, prefixes: 0, hosts: 0, collateral: 0 };

/**
 * The ways to purge a folder of which none is better than another in every respect. Dynamic programming from the leaves
 * up: a folder's ways are all combinations of its children's, and the one prefix that names it.
 */
export function waysOf(folder: Folder, costs: Costs): Way[] {
    const alone: Way = { ...NOTHING, urls: folder.changed * costs.times };
    const named: Way = { ...NOTHING, prefixes: 1, collateral: folder.unchanged, named: [tightest(folder)] };
    if (folder.unchanged === 0 && folder.nameable) {
        // Nothing below can be better: one item for all of it, at no cost.
        return folder.changed > 0 ? [alone, named] : [NOTHING];
    }
    let ways: Way[] = [{ ...NOTHING, urls: folder.own * costs.times }];
    for (const child of folder.children) {
        ways = together(ways, waysOf(child, costs), costs);
    }
    // Where all that changed is in one child, naming the child is at least as good.
    const dominated = folder.own === 0 && folder.children.length === 1 && folder.children[0]!.nameable;
    return folder.nameable && !dominated ? best([...ways, named], costs) : ways;
}

/** The ways to purge a host: those of its root folder, and its name. */
export function waysOfHost(root: Folder, costs: Costs): Way[] {
    const host: Way = { ...NOTHING, hosts: 1, collateral: root.unchanged, named: [root] };
    return best([...waysOf(root, costs), host], costs);
}

/** Every way of one with every way of the other. */
export function together(some: readonly Way[], others: readonly Way[], costs: Costs): Way[] {
    const all: Way[] = [];
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
    return best(all, costs);
}

/** Requests that a way comes to, when `beside` goes along. */
export function requestsOf(way: Way, { limits }: Costs, beside: Way = NOTHING): number {
    return (
        Math.ceil((way.urls + beside.urls) / limits.urlsPerRequest) +
        Math.ceil((way.prefixes + beside.prefixes) / limits.itemsPerRequest) +
        Math.ceil((way.hosts + beside.hosts) / limits.itemsPerRequest)
    );
}

/** Whether one way is to be taken rather than another: fewest requests, least collateral, fewest names, fewest URLs. */
export function isBefore(way: Way, other: Way, costs: Costs, beside: Way): boolean {
    const rank = (one: Way) => [requestsOf(one, costs, beside), one.collateral, one.prefixes + one.hosts, one.urls];
    const [mine, its] = [rank(way), rank(other)];
    const differs = mine.findIndex((value, i) => value !== its[i]);
    return differs >= 0 && mine[differs]! < its[differs]!;
}

/** The folders that a way names. */
export function foldersOf(way: Way): Folder[] {
    const folders: Folder[] = [];
    const open = [way];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
        folders.push(...(next.named ?? []));
        open.push(...(next.parts ?? []));
    }
    return folders;
}

/** Those within the bound that no other one beats in every respect; thinned when they are too many. */
function best(ways: readonly Way[], costs: Costs): Way[] {
    const sorted = ways
        .filter(({ collateral }) => collateral <= costs.maxCollateral)
        .sort((a, b) => a.urls - b.urls || a.prefixes - b.prefixes || a.hosts - b.hosts || a.collateral - b.collateral);
    const kept: Way[] = [];
    for (const way of sorted) {
        // Those before it have no more URLs.
        const beaten = kept.some(
            ({ prefixes, hosts, collateral }) =>
                prefixes <= way.prefixes && hosts <= way.hosts && collateral <= way.collateral,
        );
        if (!beaten) {
            kept.push(way);
        }
    }
    return kept.length <= MOST_WAYS ? kept : thinned(kept, costs.limits);
}

function thinned(ways: readonly Way[], { urlsPerRequest, itemsPerRequest }: BatchLimits): Way[] {
    const weighed = ways.map((way) => ({
        way,
        weight: way.urls / urlsPerRequest + (way.prefixes + way.hosts) / itemsPerRequest,
    }));
    weighed.sort((a, b) => a.weight - b.weight || a.way.collateral - b.way.collateral);
    let least = Number.POSITIVE_INFINITY;
    const stairs = weighed.filter(({ way }) => {
        const lower = way.collateral < least;
        least = Math.min(least, way.collateral);
        return lower;
    });
    if (stairs.length <= MOST_WAYS) {
        return stairs.map(({ way }) => way);
    }
    const last = MOST_WAYS - 1;
    return Array.from({ length: MOST_WAYS }, (_, i) => stairs[Math.floor((i * (stairs.length - 1)) / last)]!.way);
}
