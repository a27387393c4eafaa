import type { CloudflareError } from "../cloudflare/cloudflareError";
import type { ZoneRef } from "../cloudflare/zone";
import { batches } from "../plan/batches";
import type { Variants } from "../plan/headers";
import { originOf, originsOf, variantsOf, withHeaders } from "../plan/headers";
import type { Sample } from "../plan/samples";
import type { Selector } from "../plan/selector";
import { hostOfUrl, keyOf, merged } from "../plan/selector";
import type { BatchLimits } from "../settings/limits";
import type { Settings } from "../settings/settings";
import type { Decision, Owed, OwedEntry, Remembered, Why } from "./classes";
import { changeOf, decide, isUnconditional, MOST_REMEMBERED, NO_CHANGES, questionsOf } from "./classes";
import type { Deps } from "./deps";
import { evenSample } from "./evenSample";
import type { OriginAnswer, OriginQuestion } from "./originCheck";
import { checkOrigin } from "./originCheck";
import type { Sent } from "./send";
import { send } from "./send";
import type { Checked, Target } from "./verify";
import { verify } from "./verify";
import { warm } from "./warm";

/** Something that a person should know; the edges word it. */
export type Warning =
    /** The origin still answers old bytes of files that changed. They were purged all the same, and stay owed. */
    | { readonly kind: "origin-old"; readonly samples: readonly Sample[]; readonly since?: string }
    /** The origin has no file where the manifest has one. */
    | { readonly kind: "absent"; readonly samples: readonly Sample[]; readonly owed: number }
    /** The origin still serves removed files. */
    | { readonly kind: "still-served"; readonly samples: readonly Sample[]; readonly owed: number }
    /** What was kept for one more purge is not asked for any more. */
    | { readonly kind: "let-go"; readonly why: Why; readonly samples: readonly Sample[] }
    | { readonly kind: "not-proxied"; readonly host: string }
    /** The edge serves other bytes than the origin after its purge; for the second time: they are let go. */
    | { readonly kind: "edge-stale"; readonly checked: readonly Checked[]; readonly letGo: boolean }
    /** Nothing that was looked at proves anything. */
    | { readonly kind: "nothing-verified"; readonly checked: readonly Checked[]; readonly origin: number };

/** Why a purge counts as failed. */
export type Failure =
    | { readonly kind: "refused"; readonly error: CloudflareError }
    /** Old bytes of added or changed files at the origin, and the settings say to fail: nothing was purged. */
    | { readonly kind: "origin-old"; readonly samples: readonly Sample[] }
    /** The edge serves other bytes than the origin, and the settings say to fail. */
    | { readonly kind: "edge-stale"; readonly checked: readonly Checked[] };

/** How many samples the origin was asked for, by what it answered; `served`: removed files with their old bytes. */
export type OriginCounts = Readonly<Record<OriginAnswer["state"] | "served", number>>;

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

/**
 * Purges what is owed: waits for the origin, purges, purges once more, checks the edge, warms it. Rejects only for a
 * programming mistake; every failure of the world is in the outcome, with what is still owed.
 */
export async function purge(
    owed: Owed,
    zone: ZoneRef,
    limits: BatchLimits,
    settings: Settings,
    deps: Deps,
): Promise<Outcome> {
    const { clock } = deps;
    const startedAt = clock.now();
    const began = clock.monotonic();
    const now = new Date(startedAt).toISOString();
    const { originReady } = settings;
    const { variants = variantsOf({}) } = owed;
    const questions = originReady === false ? [] : questionsOf(owed, originReady.sample);
    const answers =
        originReady === false || questions.length === 0
            ? undefined
            : await askTwice(questions, owed.entries, originReady.timeout, settings.rebound, deps);
    const base = {
        remembered: owed.remembered ?? [],
        origin: countsOf(questions, answers),
        gone: new Map(
            questions
                .filter(({ change }) => change === "removed")
                .map(({ sample: { url } }) => [url, answers?.get(url)?.state === "there"]),
        ),
        startedAt,
    };
    const own = new Set(owed.entries.flatMap((entry) => entry.samples.map(({ url }) => url)));
    const oldNow = questions.filter(
        ({ sample, change }) =>
            change !== "removed" && own.has(sample.url) && answers?.get(sample.url)?.state === "old",
    );
    if (oldNow.length > 0 && originReady !== false && originReady.onStale === "fail") {
        return {
            ...base,
            sent: { purgeIds: [], rebounds: 0, accepted: [], owed: owed.entries.flatMap((entry) => entry.selectors) },
            owed: owed.entries.map((entry) =>
                entry.why === undefined ? notPurged(entry, entry.selectors, now) : entry,
            ),
            changes: NO_CHANGES,
            checked: [],
            warnings: [],
            failure: { kind: "origin-old", samples: oldNow.map(({ sample }) => sample) },
            seconds: (clock.monotonic() - began) / 1000,
        };
    }

    const decisions = owed.entries.map((entry, i) =>
        decide(entry, answers, touchedBy(owed.entries.slice(i + 1)), now, owed.handedOver),
    );
    const revived = base.remembered.filter((one) => hasChanged(one, answers));
    const back = revived
        .flatMap(({ urls }) => urls)
        .flatMap(asSelectors("the origin's answer changed since the last purge", variants));
    const selectors = merged([...decisions.flatMap((decision) => decision.purge), ...back]);
    const { mode, rebound } = settings;
    const how = { ...deps, zone, mode, rebound };
    const sent = await send(batches(selectors, limits), { ...how, progress: progressLine(deps) });
    const purgedAt = clock.monotonic();
    const refused = new Set(sent.owed.map(keyOf));
    const entries = owed.entries.flatMap((entry, i) => remaining(entry, decisions[i] ?? nothing, refused, sent, now));

    const complete = sent.failure === undefined;
    const samples = purgedSamples(owed.entries, decisions, answers);
    const again = async (targets: readonly Target[]): Promise<void> => {
        const stale = targets.flatMap(variantSelectors("stale at the edge", variants));
        await send(batches(stale, limits), { ...how, rebound: false, progress: () => {} });
    };
    const checked = complete ? await checkEdge(samples, purgedAt, settings, variants, deps, again) : [];
    const stale = checked.filter(({ state }) => state === "stale");
    const before = new Set(owed.entries.flatMap((entry) => (entry.why === "stale" ? entry.selectors : [])).map(keyOf));
    const whileStale = variantSelectors("served old bytes after a purge", variants);
    const isAgain = (one: Checked): boolean => whileStale(one).some((selector) => before.has(keyOf(selector)));
    const staleEntries = staleEntry(
        stale.filter((one) => !isAgain(one)),
        whileStale,
        samples,
        now,
    );
    const failure: Failure | undefined =
        sent.failure !== undefined
            ? { kind: "refused", error: sent.failure }
            : stale.length > 0 && settings.verify !== false && settings.verify.onStale === "fail"
              ? { kind: "edge-stale", checked: stale }
              : undefined;
    if (complete && settings.warm) {
        const urls = sent.accepted.filter(({ kind }) => kind === "url").map(({ value }) => value);
        await warm([...new Set(urls)], settings.deadline - (clock.monotonic() - began) / 1000, deps);
    }
    const letGo = complete ? decisions.flatMap((decision) => decision.letGo) : [];
    const forgotten = new Set([
        ...revived.map(({ sample }) => sample.url),
        ...touchedBy(owed.entries.filter(isUnconditional)),
    ]);
    return {
        ...base,
        sent,
        owed: [...entries, ...staleEntries],
        remembered: [
            ...base.remembered.filter(({ sample }) => !complete || !forgotten.has(sample.url)),
            ...letGo.flatMap(({ remembered }) => remembered),
            ...(complete ? decisions.flatMap(({ handedOver }) => handedOver) : []),
        ].slice(-MOST_REMEMBERED),
        changes: complete ? total(owed.entries.filter(isUnconditional)) : NO_CHANGES,
        checked,
        warnings: [
            ...originWarnings(entries),
            ...letGo.map(({ why, remembered }) => ({
                kind: "let-go" as const,
                why,
                samples: remembered.map(({ sample }) => sample),
            })),
            ...[...new Set(checked.filter(({ proxied }) => proxied === false).map(({ url }) => hostOfUrl(url)))].map(
                (host) => ({ kind: "not-proxied" as const, host }),
            ),
            ...(settings.verify === false || settings.verify.onStale === "fail" ? [] : edgeWarnings(stale, isAgain)),
            ...nothingVerified(answers, checked),
        ],
        ...(failure === undefined ? {} : { failure }),
        seconds: (clock.monotonic() - began) / 1000,
    };
}

/**
 * Asks the origin; what is about to be let go is asked for once more after the rebound's time, which is what a replica may
 * lag behind: an upload of this very deploy may have brought it, or deleted it.
 */
async function askTwice(
    questions: readonly OriginQuestion[],
    entries: readonly OwedEntry[],
    timeout: number,
    rebound: Settings["rebound"],
    deps: Deps,
): Promise<ReadonlyMap<string, OriginAnswer>> {
    const answers = await checkOrigin(questions, timeout, deps);
    const kept = entries.filter(({ why }) => why === "absent" || why === "removed");
    const doubtful = kept.filter((entry) => decide(entry, answers, new Set(), "").letGo.length > 0);
    const urls = new Set(doubtful.flatMap(({ samples }) => samples.map(({ url }) => url)));
    if (urls.size === 0 || rebound === false) {
        return answers;
    }
    await deps.clock.sleep(rebound * 1000, deps.signal);
    const again = questions.filter(({ sample }) => urls.has(sample.url));
    return new Map([...answers, ...(await checkOrigin(again, 0, deps))]);
}

const nothing: Decision = { purge: [], keep: [], letGo: [], handedOver: [] };

function notPurged(entry: OwedEntry, selectors: readonly Selector[], now: string): OwedEntry {
    return { ...entry, selectors, why: "not-purged", since: entry.since ?? now };
}

/** What of an entry stays owed after the requests were sent. */
function remaining(
    entry: OwedEntry,
    { purge: asked, keep, letGo }: Decision,
    refused: ReadonlySet<string>,
    { failure }: Sent,
    now: string,
): OwedEntry[] {
    if (failure === undefined) {
        return [...keep];
    }
    if (asked.length === 0) {
        // Nothing was sent for it, so it is asked for again.
        return keep.length > 0 || letGo.length === 0 ? [...keep] : [entry];
    }
    const kept = new Set(keep.flatMap(({ selectors }) => selectors).map(keyOf));
    const left = asked.filter((selector) => refused.has(keyOf(selector)) || kept.has(keyOf(selector)));
    return left.length === 0 ? [] : [notPurged(entry, left, now)];
}

/** URLs whose answer some entries change. */
function touchedBy(entries: readonly OwedEntry[]): ReadonlySet<string> {
    return new Set(
        entries.flatMap(({ selectors, samples, why }) =>
            why === undefined || why === "not-purged"
                ? [
                      ...selectors.flatMap(({ value, change }) => (change === undefined ? [] : [value])),
                      ...samples.map(({ url }) => url),
                  ]
                : [],
        ),
    );
}

function hasChanged({ sample, seen }: Remembered, answers: ReadonlyMap<string, OriginAnswer> | undefined): boolean {
    const now = answers?.get(sample.url);
    return (
        now?.seen !== undefined && now.state !== "unverifiable" && (now.seen[0] !== seen[0] || now.seen[1] !== seen[1])
    );
}

function asSelectors(reason: string, variants: Variants): (url: string) => Selector[] {
    return (value) => withHeaders({ kind: "url", value, reasons: [reason] }, variants);
}

/** The selectors of a URL that purge what is answered with an `Origin` header, or without one. */
function variantSelectors(
    reason: string,
    variants: Variants,
): (checked: Pick<Checked, "url" | "origin">) => readonly Selector[] {
    const all = asSelectors(reason, variants);
    return ({ url, origin }) => all(url).filter(({ headers }) => originOf(headers) === origin);
}

/** What the edge is checked for: what was purged now, as far as the origin has it. */
function purgedSamples(
    entries: readonly OwedEntry[],
    decisions: readonly Decision[],
    answers: ReadonlyMap<string, OriginAnswer> | undefined,
): { sample: Sample; removed: boolean }[] {
    const samples = entries.flatMap((entry, i) => {
        const isPurged = (decisions[i]?.purge.length ?? 0) > 0;
        return isPurged ? entry.samples.map((sample) => ({ sample, entry })) : [];
    });
    const byUrl = new Map(
        samples.flatMap(({ sample, entry }) => {
            const state = answers?.get(sample.url)?.state;
            const removed = changeOf(sample, entry.selectors) === "removed";
            return state === "old" || state === "absent" ? [] : [[sample.url, { sample, removed }] as const];
        }),
    );
    return [...byUrl.values()];
}

async function checkEdge(
    samples: readonly { readonly sample: Sample; readonly removed: boolean }[],
    purgedAt: number,
    { verify: check }: Settings,
    variants: Variants,
    deps: Deps,
    again: (targets: readonly Target[]) => Promise<void>,
): Promise<readonly Checked[]> {
    if (check === false) {
        return [];
    }
    const targets = samples.map(({ sample, removed }) => ({
        url: sample.url,
        expected: sample.digest,
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
function staleEntry(
    stale: readonly Checked[],
    selectorsOf: (checked: Checked) => readonly Selector[],
    samples: readonly { readonly sample: Sample }[],
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

function originWarnings(entries: readonly OwedEntry[]): Warning[] {
    const of = (why: Why) => entries.filter((entry) => entry.why === why);
    const samples = (why: Why) => of(why).flatMap((entry) => entry.samples);
    const owed = (why: Why) => of(why).reduce((sum, { selectors }) => sum + selectors.length, 0);
    const old = of("old");
    const since = old.map((entry) => entry.since ?? "").sort()[0];
    const list: Warning[] = [
        { kind: "origin-old", samples: samples("old"), ...(since === undefined ? {} : { since }) },
        { kind: "absent", samples: samples("absent"), owed: owed("absent") },
        { kind: "still-served", samples: samples("removed"), owed: owed("removed") },
    ];
    return list.filter((warning) => "samples" in warning && warning.samples.length > 0);
}

function edgeWarnings(stale: readonly Checked[], isAgain: (one: Checked) => boolean): Warning[] {
    const groups = [
        { checked: stale.filter((one) => !isAgain(one)), letGo: false },
        { checked: stale.filter(isAgain), letGo: true },
    ];
    return groups
        .filter(({ checked }) => checked.length > 0)
        .map((group) => ({ kind: "edge-stale" as const, ...group }));
}

/** All that was looked at, at the origin and at the edge, proves nothing. */
function nothingVerified(
    answers: ReadonlyMap<string, OriginAnswer> | undefined,
    checked: readonly Checked[],
): Warning[] {
    const states = [...(answers?.values() ?? [])].map(({ state }) => state);
    const proven =
        states.some((state) => state !== "unverifiable") || checked.some(({ state }) => state !== "unverifiable");
    return proven || states.length + checked.length === 0
        ? []
        : [{ kind: "nothing-verified", checked, origin: states.length }];
}

function countsOf(
    questions: readonly OriginQuestion[],
    answers: ReadonlyMap<string, OriginAnswer> | undefined,
): OriginCounts {
    const counts = { there: 0, old: 0, absent: 0, served: 0, unverifiable: 0 };
    for (const { sample, change } of questions) {
        const state = answers?.get(sample.url)?.state;
        if (state !== undefined) {
            counts[state === "old" && change === "removed" ? "served" : state] += 1;
        }
    }
    return counts;
}

function total(entries: readonly OwedEntry[]): OwedEntry["changes"] {
    const sum = (kind: keyof OwedEntry["changes"]): number =>
        entries.reduce((all, { changes }) => all + changes[kind], 0);
    return { added: sum("added"), changed: sum("changed"), removed: sum("removed") };
}

/** At most one line every two seconds, and none for what is done at once. */
function progressLine({ clock, log }: Deps): (done: number, count: number, pass: "purge" | "rebound") => void {
    let last = clock.monotonic();
    return (done, count, pass) => {
        if (clock.monotonic() - last >= 2000 && done < count) {
            last = clock.monotonic();
            log(`${pass === "purge" ? "purged" : "purged once more"} ${done} of ${count}`);
        }
    };
}
