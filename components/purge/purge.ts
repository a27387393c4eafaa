import type { ZoneRef } from "../cloudflare/zone";
import { batches } from "../plan/batches";
import { variantsOf } from "../plan/headers";
import { grouped } from "../plan/numbers";
import { keyOf, merged } from "../plan/selector";
import type { BatchLimits } from "../settings/limits";
import type { Settings } from "../settings/settings";
import { askTwice } from "./askTwice";
import type { Answers } from "./classes";
import { decide, NOTHING, rememberedOf } from "./decide";
import type { Deps } from "./deps";
import { asSelectors, checkEdge, purgedSamples, staleEntry, variantSelectors } from "./edgeCheck";
import { touchedBy } from "./files";
import type { Failure, Outcome } from "./outcome";
import { countsOf, total } from "./outcome";
import type { Owed, Remembered } from "./owed";
import { isUnconditional, MOST_REMEMBERED, NO_CHANGES } from "./owed";
import { questionsOf } from "./questions";
import { notPurged, remaining } from "./remaining";
import { isSameAnswer } from "./seen";
import { send } from "./send";
import type { Checked, Target } from "./verify";
import { checkOf } from "./verify";
import { warm } from "./warm";
import { edgeWarnings, letGoWarnings, nothingVerified, notProxiedWarnings, originWarnings } from "./warnings";

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
            ...(complete ? decisions.flatMap(({ handedOver }) => handedOver) : []),
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
