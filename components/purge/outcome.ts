import type { CloudflareError } from "../cloudflare/cloudflareError";
import type { Sample } from "../plan/samples";
import type { Answers } from "./classes";
import type { OriginAnswer, OriginQuestion } from "./originAnswers";
import type { OwedEntry, Remembered } from "./owed";
import type { Sent } from "./send";
import type { Checked } from "./verify";
import type { Warning } from "./warnings";

/** Why a purge counts as failed. */
export type Failure =
    | { readonly kind: "refused"; readonly error: CloudflareError }
    /** Old bytes of added or changed files at the origin, and the settings say to fail: nothing was purged. */
    | { readonly kind: "origin-old"; readonly samples: readonly Sample[] }
    /** The edge serves other bytes than the origin, and the settings say to fail. */
    | { readonly kind: "edge-stale"; readonly checked: readonly Checked[] };

/** How many samples the origin was asked for, by what it answered; `served`: removed files with their old bytes. */
export type OriginCounts = Readonly<Record<OriginAnswer["state"] | "served", number>>;

/** What a purge came to. */
export interface Outcome {
    readonly sent: Sent;
    /** What stays owed. */
    readonly owed: readonly OwedEntry[];
    readonly remembered: readonly Remembered[];
    /** URLs that changed in the deploys which were purged now. */
    readonly changes: OwedEntry["changes"];
    readonly origin: OriginCounts;
    /** URLs of removed files for which the origin was asked, and whether it was seen not to know them any more. */
    readonly gone: ReadonlyMap<string, boolean>;
    readonly checked: readonly Checked[];
    readonly warnings: readonly Warning[];
    readonly failure?: Failure;
    /** ms since the epoch. */
    readonly startedAt: number;
    readonly seconds: number;
}

/** Counts what the origin answered. */
export function countsOf(questions: readonly OriginQuestion[], answers: Answers | undefined): OriginCounts {
    const counts = { there: 0, old: 0, absent: 0, served: 0, unverifiable: 0 };
    for (const { sample, change } of questions) {
        const state = answers?.get(sample.url)?.state;
        if (state !== undefined) {
            counts[state === "old" && change === "removed" ? "served" : state] += 1;
        }
    }
    return counts;
}

/** What some entries changed, taken together. */
export function total(entries: readonly OwedEntry[]): OwedEntry["changes"] {
    const sum = (kind: keyof OwedEntry["changes"]): number =>
        entries.reduce((all, { changes }) => all + changes[kind], 0);
    return { added: sum("added"), changed: sum("changed"), removed: sum("removed") };
}
