/**
 * What the resources of one deploy tell each other. The engine runs all dynamic resources of an `up` in one process, and
 * each preview, update and destroy in a process of its own, so nothing of this is in the state.
 */

/** Removes at the edge what removed files have left there. @param olds what the Sweep's state holds. */
export type SweepNow = (olds: { readonly epoch: string; readonly generation: number }) => Promise<void>;

/**
 * By epoch. The Sweep's stored `delete` reads it, also the one of an older version of this package, and from a place where
 * the package is not installed: so it stands where that finds it by name, and neither name nor signature may change.
 */
export const sweepsByEpoch: Map<string, SweepNow> = shared("pulumi-cloudflare-cache-purge.sweeps");

/** Whether the deploy that is previewed removes files: what the Journal's `diff` found, by epoch. */
export const removesFiles = new Map<string, boolean>();

/** Generations after this one are swept at the end of this `up`: what the Sweep's `diff` announced, by epoch. */
export const sweepsSince = new Map<string, number>();

/** The manifests that the Journals of this process were checked with, by what the inputs hold of each. */
export const manifestsSeen = new Map<string, string>();

/** URLs of removed files that need no sweep any more, with the generation that removed them, by epoch. */
export const swept = new Map<string, ReadonlyMap<string, number>>();

/** Whether a URL whose file was removed by a generation has been dealt with. */
export function isSwept(epoch: string, url: string, generation: number): boolean {
    return (swept.get(epoch)?.get(url) ?? 0) >= generation;
}

export function markSwept(epoch: string, urls: ReadonlyMap<string, number>): void {
    swept.set(epoch, new Map([...(swept.get(epoch) ?? []), ...urls]));
}

function shared<K, V>(name: string): Map<K, V> {
    const place = globalThis as unknown as Record<symbol, Map<K, V> | undefined>;
    const known = place[Symbol.for(name)] ?? new Map<K, V>();
    place[Symbol.for(name)] = known;
    return known;
}

/** The patterns of `exclude` that each manifest was made with. */
export const excludesSeen = new Map<string, readonly string[]>();
