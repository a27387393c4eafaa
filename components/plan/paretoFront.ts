import type { BatchLimits } from "../settings/limits";
import type { Folder } from "./tree";
import { tightest } from "./tree";

/** Selectors that purge all that changed in some folders: how many of each kind, and what they cost. */
export interface Cover {
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
export interface Costs {
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

export const NOTHING: Cover = { urls: 0, prefixes: 0, hosts: 0, collateral: 0 };

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
export function coversOfHost(root: Folder, costs: Costs): Cover[] {
    const host: Cover = { ...NOTHING, hosts: 1, collateral: root.unchanged, named: [root] };
    return paretoFront([...coversOf(root, costs), host], costs);
}

/** Each cover of one side by side with each of the other. */
export function combined(some: readonly Cover[], others: readonly Cover[], costs: Costs): Cover[] {
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
export function requestsOf(cover: Cover, { limits }: Costs, beside: Cover = NOTHING): number {
    return (
        Math.ceil((cover.urls + beside.urls) / limits.urlsPerRequest) +
        Math.ceil((cover.prefixes + beside.prefixes) / limits.itemsPerRequest) +
        Math.ceil((cover.hosts + beside.hosts) / limits.itemsPerRequest)
    );
}

/** Whether one cover is to be taken rather than another: fewest requests, least collateral, fewest names, fewest URLs. */
export function isBefore(cover: Cover, other: Cover, costs: Costs, beside: Cover): boolean {
    const rank = (one: Cover) => [requestsOf(one, costs, beside), one.collateral, one.prefixes + one.hosts, one.urls];
    const its = rank(other);
    const difference = rank(cover)
        .map((value, i) => value - (its[i] ?? value))
        .find((value) => value !== 0);
    return difference !== undefined && difference < 0;
}

/** The folders that a cover names. */
export function foldersOf(cover: Cover): Folder[] {
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
