import type { CloudflareError } from "../cloudflare/cloudflareError";
import type { Sample } from "../plan/samples";
import { hostOfUrl, merged } from "../plan/selector";
import type { Answers } from "./decide";
import type { OriginAnswer, OriginQuestion } from "./origin";
import type { OwedEntry, Remembered, Why } from "./owed";
import type { Sent } from "./send";
import type { Checked } from "./verify";

/** Why a purge counts as failed. */
export type Failure =
    | { readonly kind: "refused"; readonly error: CloudflareError }
    /** Old bytes of added or changed files at the origin, and the settings say to fail: nothing was purged. */
    | { readonly kind: "origin-old"; readonly samples: readonly Sample[] }
    /** The edge serves other bytes than the origin, and the settings say to fail. */
    | { readonly kind: "edge-stale"; readonly checked: readonly Checked[] };

/** How many samples the origin was asked for, by what it answered; `served`: removed files with their old bytes. */
type OriginCounts = Readonly<Record<OriginAnswer["state"] | "served", number>>;

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

/** Something that a person should know; the edges word it. */
export type Warning =
    /** The origin still answers old bytes of files that changed. They were purged all the same, and stay owed. */
    | { readonly kind: "origin-old"; readonly samples: readonly Sample[]; readonly since?: string }
    /** The origin has no file where the manifest has one, and with which status it says so. */
    | { readonly kind: "absent"; readonly samples: readonly Sample[]; readonly status: number; readonly owed: number }
    /** The origin still serves removed files. */
    | { readonly kind: "still-served"; readonly samples: readonly Sample[]; readonly owed: number }
    /** What was kept for one more purge is not asked for any more. */
    | { readonly kind: "let-go"; readonly why: Why; readonly samples: readonly Sample[] }
    | { readonly kind: "not-proxied"; readonly host: string }
    /** The edge serves other bytes than the origin after its purge; for the second time: they are let go. */
    | { readonly kind: "edge-stale"; readonly checked: readonly Checked[]; readonly letGo: boolean }
    /** Nothing that was looked at proves anything. */
    | { readonly kind: "nothing-verified"; readonly checked: readonly Checked[]; readonly origin: number };

/** What the origin has wrong. */
export function originWarnings(entries: readonly OwedEntry[], answers: Answers | undefined): Warning[] {
    const of = (why: Why) => entries.filter((entry) => entry.why === why);
    const samples = (why: Why) =>
        proven(
            of(why).flatMap((entry) => entry.samples),
            answers,
        );
    const owed = (why: Why) => of(why).reduce((sum, { selectors }) => sum + selectors.length, 0);
    const old = of("old");
    const since = old.map((entry) => entry.since ?? "").sort()[0];
    const absent = samples("absent");
    const [status = 404] = absent.flatMap(({ url }) => answers?.get(url)?.seen?.[0] ?? []);
    const list: Warning[] = [
        { kind: "origin-old", samples: samples("old"), ...(since === undefined ? {} : { since }) },
        { kind: "absent", samples: absent, status, owed: owed("absent") },
        { kind: "still-served", samples: samples("removed"), owed: owed("removed") },
    ];
    return list.filter((warning) => "samples" in warning && warning.samples.length > 0);
}

/** What the edge has wrong. */
export function edgeWarnings(stale: readonly Checked[], isAgain: (one: Checked) => boolean): Warning[] {
    const groups = [
        { checked: stale.filter((one) => !isAgain(one)), letGo: false },
        { checked: stale.filter(isAgain), letGo: true },
    ];
    return groups
        .filter(({ checked }) => checked.length > 0)
        .map((group) => ({ kind: "edge-stale" as const, ...group }));
}

/** All that was looked at, at the origin and at the edge, proves nothing. */
export function nothingVerified(answers: Answers | undefined, checked: readonly Checked[]): Warning[] {
    const states = [...(answers?.values() ?? [])].map(({ state }) => state);
    const all = [...states, ...checked.map(({ state }) => state)];
    return all.length === 0 || all.some((state) => state !== "unverifiable")
        ? []
        : [{ kind: "nothing-verified", checked, origin: states.length }];
}

/** What is not asked for any more. */
export function letGoWarnings(letGo: readonly OwedEntry[], answers: Answers | undefined): Warning[] {
    return letGo
        .map(({ why = "absent", samples }) => ({ kind: "let-go" as const, why, samples: proven(samples, answers) }))
        .filter(({ samples }) => samples.length > 0);
}

/** Not those that the origin may have, while everything is hidden from here. */
function proven(samples: readonly Sample[], answers: Answers | undefined): readonly Sample[] {
    return samples.filter(({ url }) => answers?.get(url)?.isHidden !== true);
}

/** Hosts whose answers did not come through Cloudflare. */
export function notProxiedWarnings(checked: readonly Checked[]): Warning[] {
    const hosts = checked.filter(({ proxied }) => proxied === false).map(({ url }) => hostOfUrl(url));
    return [...new Set(hosts)].map((host) => ({ kind: "not-proxied" as const, host }));
}

/** What a deploy did; the component's `receipt`. Counts are of distinct things, whatever the number of requests. */
export interface Receipt {
    /** Cloudflare's ID of each accepted request, in order. */
    readonly purgeIds: readonly string[];
    /** Accepted purge requests, rebound included. */
    readonly requests: number;
    /** Those of them that purged everything once more, against old bytes that were on their way. */
    readonly rebounds: number;
    /** URLs whose purge was accepted. */
    readonly urls: number;
    /** Prefixes whose purge was accepted. */
    readonly prefixes: number;
    /** Hosts whose purge was accepted. */
    readonly hosts: number;
    /** Cache tags whose purge was accepted. */
    readonly tags: number;
    /** Whether a purge of everything in the zone was accepted. */
    readonly everything: boolean;
    /** URLs added, changed and removed by the deploys that were purged now. */
    readonly changes: {
        /** Those that did not answer before. */
        readonly added: number;
        /** Those that answer something else than before. */
        readonly changed: number;
        /** Those that answer no more. */
        readonly removed: number;
    };
    /** Selectors that are still to be purged. */
    readonly owed: number;
    /** Sampled URLs that the edge served with the manifest's bytes. */
    readonly verified: number;
    /** Sampled URLs that the edge served with other bytes than the origin. */
    readonly stale: number;
    /** Sampled URLs that were answered in a way that proves nothing, such as a login or a rewritten page. */
    readonly unverifiable: number;
    /** When the purge began: ISO 8601, UTC. */
    readonly startedAt: string;
    /** How long it took, waits included. */
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
