import type { Variants } from "../plan/headers";
import { originOf, originsOf, withHeaders } from "../plan/headers";
import type { Sample } from "../plan/samples";
import type { Selector } from "../plan/selector";
import type { Settings } from "../settings/settings";
import type { Answers } from "./classes";
import type { Decision } from "./decide";
import type { Deps } from "./deps";
import { evenSample } from "./evenSample";
import { samplesWithChange } from "./files";
import type { OwedEntry } from "./owed";
import { NO_CHANGES } from "./owed";
import type { Checked, Target } from "./verify";
import { verify } from "./verify";

/** A sample whose URL was purged. */
interface PurgedSample {
    readonly sample: Sample;
    readonly expected: string | null;
    /** Whether its file was removed. */
    readonly removed: boolean;
}

/** What the edge is checked for: what was purged now, as far as the origin has it. */
export function purgedSamples(
    entries: readonly OwedEntry[],
    decisions: readonly Decision[],
    answers: Answers | undefined,
): PurgedSample[] {
    const samples = entries.flatMap((entry, i) => {
        const isPurged = (decisions[i]?.purge.length ?? 0) > 0;
        return isPurged ? samplesWithChange(entry) : [];
    });
    const byUrl = new Map(
        samples.flatMap(({ sample, change }) => {
            const { state, seen } = answers?.get(sample.url) ?? {};
            if (state === "old" || state === "absent") {
                return [];
            }
            const removed = change === "removed";
            // Where a file was removed, any page may answer.
            const expected = removed && state === "there" && seen?.[0] === 200 ? seen[1] : sample.digest;
            return [[sample.url, { sample, expected, removed }] as const];
        }),
    );
    return [...byUrl.values()];
}

/** Checks some of the samples at the edge. */
export async function checkEdge(
    samples: readonly PurgedSample[],
    purgedAt: number,
    { verify: check }: Settings,
    variants: Variants,
    deps: Deps,
    again: (targets: readonly Target[]) => Promise<void>,
): Promise<readonly Checked[]> {
    if (check === false) {
        return [];
    }
    const targets = samples.map(({ sample, expected, removed }) => ({
        url: sample.url,
        expected,
        purgedAt,
        ...(removed ? { removed } : {}),
    }));
    // What pages of other origins load is another copy.
    const others = targets.flatMap((target) =>
        originsOf(target.url, variants).map((origin) => ({ ...target, origin })),
    );
    return verify(
        [...evenSample(targets, check.sample), ...evenSample(others, check.sample)],
        check.timeout,
        deps,
        again,
    );
}

/** What the edge served stale, for one more purge. */
export function staleEntry(
    stale: readonly Checked[],
    selectorsOf: (checked: Checked) => readonly Selector[],
    samples: readonly PurgedSample[],
    now: string,
): OwedEntry[] {
    if (stale.length === 0) {
        return [];
    }
    const urls = new Set(stale.map(({ url }) => url));
    return [
        {
            selectors: stale.flatMap(selectorsOf),
            samples: samples.map(({ sample }) => sample).filter(({ url }) => urls.has(url)),
            changes: NO_CHANGES,
            to: 0,
            why: "stale",
            since: now,
        },
    ];
}

/** Purges a URL, with every header set, for a reason other than a deploy's. */
export function asSelectors(reason: string, variants: Variants): (url: string) => Selector[] {
    return (value) => withHeaders({ kind: "url", value, reasons: [reason] }, variants);
}

/** The selectors of a URL that purge what is answered with an `Origin` header, or without one. */
export function variantSelectors(
    reason: string,
    variants: Variants,
): (checked: Pick<Checked, "url" | "origin">) => readonly Selector[] {
    const all = asSelectors(reason, variants);
    return ({ url, origin }) => all(url).filter(({ headers }) => originOf(headers) === origin);
}
