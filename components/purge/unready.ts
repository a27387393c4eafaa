import type { Sample } from "../plan/samples";
import type { Selector } from "../plan/selector";
import type { Settings } from "../settings/settings";
import { spread } from "./evenSample";
import { originReady } from "./origin";

/** Samples that still have their old bytes at the origin, and the others that were looked at. */
export interface Seen {
    readonly old: readonly Sample[];
    readonly ready: readonly Sample[];
    /** Those of removed files; `false`: it is not known whether they are gone. */
    readonly gone: ReadonlyMap<string, boolean>;
}

/** Waits until a sample of what changed is at the origin, or the time is up. */
export async function waitForOrigin(
    { samples, waitedFor }: { readonly samples: readonly Sample[]; readonly waitedFor?: ReadonlySet<string> },
    settings: Settings,
    world: Parameters<typeof originReady>[2],
): Promise<Seen> {
    if (settings.originReady === false || samples.length === 0) {
        return { old: [], ready: [], gone: new Map() };
    }
    const some = lookedAt(samples, settings.originReady.sample);
    const { old, gone } = await originReady(some, settings.originReady.timeout, world, waitedFor);
    const removed = some.filter(({ digest }) => digest === null);
    return {
        old,
        ready: some.filter((sample) => !old.includes(sample)),
        gone: new Map(removed.map((sample) => [sample.url, gone.includes(sample)])),
    };
}

/** At most `count` samples, half of them of removed files where there are as many: some uploads delete last of all. */
function lookedAt(samples: readonly Sample[], count: number): Sample[] {
    const others = samples.filter(({ digest }) => digest !== null);
    const removed = samples.filter(({ digest }) => digest === null);
    const gone = spread(removed, Math.max(Math.ceil(count / 2), count - others.length));
    return [...gone, ...spread(others, count - gone.length)];
}

/**
 * A debt without what was seen to be ready. Where one sample is old, the upload is not done, and nothing is known of
 * what was not looked at: other files, and the other URLs of a page, which is looked at under one of its names.
 */
export function without(
    ready: readonly Sample[],
    { selectors, samples }: { readonly selectors: readonly Selector[]; readonly samples: readonly Sample[] },
): { selectors: Selector[]; samples: Sample[] } {
    const seen = new Set(ready.map((sample) => sample.url));
    return {
        selectors: selectors.filter(({ kind, value }) => kind !== "url" || !seen.has(value)),
        samples: samples.filter(({ url }) => !seen.has(url)),
    };
}
