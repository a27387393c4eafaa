import { merged } from "../plan/selector";
import type { Outcome } from "./outcome";

/** What a deploy did; the component's `receipt`. Counts are of distinct things, whatever the number of requests. */
export interface Receipt {
    /** Cloudflare's ID of each accepted request, in order. */
    readonly purgeIds: readonly string[];
    /** Accepted purge requests, rebound included. */
    readonly requests: number;
    /** Those of them that purged everything once more, against old bytes that were on their way. */
    readonly rebounds: number;
    readonly urls: number;
    readonly prefixes: number;
    readonly hosts: number;
    readonly tags: number;
    readonly everything: boolean;
    /** URLs added, changed and removed by the deploys that were purged now. */
    readonly changes: { readonly added: number; readonly changed: number; readonly removed: number };
    /** Selectors that are still to be purged. */
    readonly owed: number;
    /** Sampled URLs that the edge served with the manifest's bytes, with others, or in a way that proves nothing. */
    readonly verified: number;
    readonly stale: number;
    readonly unverifiable: number;
    /** ISO 8601, UTC. */
    readonly startedAt: string;
    readonly seconds: number;
}

/** The receipt of an outcome. */
export function receiptOf({ sent, owed, changes, checked, startedAt, seconds }: Outcome): Receipt {
    const { accepted, purgeIds, rebounds } = sent;
    const count = (kind: string): number => accepted.filter((selector) => selector.kind === kind).length;
    const seen = (state: string): number => checked.filter((one) => one.state === state).length;
    return {
        purgeIds,
        requests: purgeIds.length,
        rebounds,
        urls: count("url"),
        prefixes: count("prefix"),
        hosts: count("host"),
        tags: count("tag"),
        everything: count("everything") > 0,
        changes,
        owed: merged(owed.flatMap(({ selectors }) => selectors)).length,
        verified: seen("verified"),
        stale: seen("stale"),
        unverifiable: seen("unverifiable"),
        startedAt: new Date(startedAt).toISOString(),
        seconds: Math.round(seconds * 1000) / 1000,
    };
}
