import type { ZoneRef } from "../cloudflare/zone";
import { grouped } from "../errors/text";
import { batches } from "../plan/batches";
import { variantsOf } from "../plan/headers";
import { hostOfUrl, keyOf, merged } from "../plan/selector";
import type { Settings } from "../settings/componentOptions";
import type { BatchLimits } from "../settings/limits";
import type { Answers } from "./decide";
import { decide, NOTHING, notPurged, remaining, rememberedOf } from "./decide";
import type { Deps } from "./deps";
import { isSameAnswer } from "./evidence";
import type { OriginQuestion } from "./origin";
import { checkOrigin, questionsOf } from "./origin";
import type { Failure, Outcome } from "./outcome";
import {
    countsOf,
    edgeWarnings,
    letGoWarnings,
    nothingVerified,
    notProxiedWarnings,
    originWarnings,
    total,
} from "./outcome";
import type { Owed, OwedEntry, Remembered } from "./owed";
import { isUnconditional, MOST_REMEMBERED, NO_CHANGES, touchedBy } from "./owed";
import { send } from "./send";
import type { Checked, Target } from "./verify";
import { asSelectors, checkEdge, checkOf, purgedSamples, staleEntry, variantSelectors } from "./verify";

/**
 * Purges what is owed: waits for the origin, purges, purges once more, checks the edge, warms it. Rejects only for a
 * programming mistake; every failure from outside is in the outcome, with what is still owed.
 */
export async function purge(
    owed: Owed,
    zone: ZoneRef,
    limits: BatchLimits,
    asked: Settings,
    deps: Deps,
): Promise<Outcome> {
    const { clock } = deps;
    const settings = { ...asked, verify: checkOf(asked, zone) };
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
    const entries = owed.entries.flatMap((entry, i) => remaining(entry, decisions[i] ?? NOTHING, sent, now));

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
            ...letGo.flatMap(rememberedOf),
            ...decisions.flatMap(({ handedOver }) => handedOver),
        ].slice(-MOST_REMEMBERED),
        changes: complete ? total(owed.entries.filter(isUnconditional)) : NO_CHANGES,
        checked,
        warnings: [
            ...originWarnings(entries, answers),
            ...letGoWarnings(letGo, answers),
            ...notProxiedWarnings(checked),
            ...(settings.verify === false || settings.verify.onStale === "fail" ? [] : edgeWarnings(stale, isAgain)),
            ...nothingVerified(answers, checked),
        ],
        ...(failure === undefined ? {} : { failure }),
        seconds: (clock.monotonic() - began) / 1000,
    };
}

function hasChanged({ sample, seen }: Remembered, answers: Answers | undefined): boolean {
    const now = answers?.get(sample.url);
    return now?.seen !== undefined && now.state !== "unverifiable" && !isSameAnswer(seen, now.seen);
}

/** At most one line every two seconds, and none for what is done at once. */
function progressLine({
    clock,
    log,
    count: tell = log,
}: Deps): (done: number, count: number, pass: "purge" | "rebound") => void {
    let last = clock.monotonic();
    return (done, count, pass) => {
        if (clock.monotonic() - last >= 2000 && done < count) {
            last = clock.monotonic();
            tell(`${pass === "purge" ? "purged" : "purged once more"} ${grouped(done)} of ${grouped(count)}`);
        }
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
): Promise<Answers> {
    const answers = await checkOrigin(questions, timeout, deps);
    const doubtful = entries.flatMap((entry) => decide(entry, answers, new Set(), "").letGo);
    const urls = new Set(doubtful.flatMap(({ samples }) => samples.map(({ url }) => url)));
    if (urls.size === 0 || rebound === false) {
        return answers;
    }
    await deps.clock.sleep(rebound * 1000, deps.signal);
    const again = questions.filter(({ sample }) => urls.has(sample.url));
    const visible = [...answers].filter(([, { state }]) => state !== "unverifiable").map(([url]) => hostOfUrl(url));
    return new Map([...answers, ...(await checkOrigin(again, 0, deps, new Set(visible)))]);
}

/** Polite bounds: what a few visitors would do, not a load test. */
const PER_SECOND = 20;
const MAX_BYTES = 1024 * 1024 * 1024;

/**
 * GETs the purged URLs so that the next visitor finds them warm. Returns how many were answered. Stops without an
 * error after a gibibyte, after `seconds`, or when aborted: warming is a courtesy and never owed.
 */
async function warm(
    urls: readonly string[],
    seconds: number,
    deps: Pick<Deps, "visit" | "clock" | "signal" | "log">,
): Promise<number> {
    const end = deps.clock.monotonic() + seconds * 1000;
    let answered = 0;
    let bytes = 0;
    for (const url of urls) {
        if (bytes > MAX_BYTES || deps.clock.monotonic() > end || deps.signal?.aborted) {
            deps.log(`warmed ${answered} of ${urls.length} URLs, then stopped`);
            return answered;
        }
        const started = deps.clock.monotonic();
        try {
            bytes += (await deps.visit(url, deps.signal)).bytes;
            answered += 1;
        } catch {
            // A URL that does not answer stays cold.
        }
        const spare = 1000 / PER_SECOND - (deps.clock.monotonic() - started);
        if (spare > 0) {
            await deps.clock.sleep(spare, deps.signal);
        }
    }
    return answered;
}
