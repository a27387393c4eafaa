import type { CheckResult, CreateResult, DiffResult } from "@pulumi/pulumi/dynamic";
import { systemClock } from "../cloudflare/clock";
import { lastRemoval, removedSince } from "../plan/entries";
import { variantsOf, withHeaders } from "../plan/headers";
import type { JournalRecord } from "../plan/record";
import { decodeRecord } from "../plan/record";
import type { Sample } from "../plan/samples";
import type { Selector } from "../plan/selector";
import { scopeSelectors } from "../plan/selector";
import { checkOrigin } from "../purge/origin";
import { httpVisit } from "../purge/visit";
import { listed } from "../purge/words";
import { isSwept, markSwept, removesFiles, sweepsByEpoch, sweepsSince } from "./inProcess";
import { purgeNow } from "./purge";
import { say } from "./say";
import type { PurgeInputs, SweepState } from "./state";
import { isUnknown, UNKNOWN } from "./state";
import type { ProgramVoice } from "./words";
import { linesOf, purgeCommand, TYPESCRIPT } from "./words";

/**
 * Keeps of the inputs what the state is to hold, and leaves the rest, the token among it, to the `delete` of the Sweep
 * that this deploy replaces. After the journal was replaced that one is of another epoch.
 */
export const check = checkIn(TYPESCRIPT);

/** The same for programs of another kind. */
export function checkIn(voice: ProgramVoice) {
    return async (olds: Partial<SweepState>, news: PurgeInputs): Promise<CheckResult> => kept(olds, news, voice);
}

async function kept(olds: Partial<SweepState>, news: PurgeInputs, voice: ProgramVoice): Promise<CheckResult> {
    if (isUnknown(news.journal)) {
        return { inputs: { epoch: UNKNOWN, generation: UNKNOWN, removedAt: UNKNOWN } };
    }
    const record = decodeRecord(news.journal);
    if (!isUnknown(news)) {
        for (const epoch of [record.epoch, olds.epoch ?? record.epoch]) {
            sweepsByEpoch.set(epoch, (state) => sweep(state, record, news, voice));
        }
    }
    const { epoch, generation } = record;
    return { inputs: { epoch, generation, removedAt: lastRemoval(record) } };
}

/**
 * Asks for a replacement when files were removed since its generation: the engine deletes the old Sweep after the objects
 * of those files, since they depend on it.
 */
export async function diff(_id: string, olds: SweepState, news: SweepState): Promise<DiffResult> {
    const replaced: DiffResult = { changes: true, replaces: ["generation"] };
    if (isUnknown(news.epoch)) {
        // A preview: the journal's own diff has seen the plan, unless the journal is replaced.
        return (removesFiles.get(olds.epoch) ?? true) ? replaced : { changes: false };
    }
    sweepsSince.delete(news.epoch);
    if (news.epoch !== olds.epoch) {
        return replaced;
    }
    if (news.removedAt <= olds.generation) {
        return { changes: false };
    }
    sweepsSince.set(news.epoch, olds.generation);
    return replaced;
}

export async function create({ epoch, generation }: SweepState): Promise<CreateResult> {
    return { id: `${epoch}-${generation}`, outs: { epoch, generation } };
}

/**
 * Purges what removed files have left at the edge, once their objects are gone.
 *
 * @throws Error when that is refused, or the edge is still stale, and the options say that the deploy fails for it. The
 * engine keeps the old Sweep then, and the next `up` deletes it again.
 */
async function sweep(
    olds: Pick<SweepState, "epoch" | "generation">,
    record: JournalRecord,
    news: PurgeInputs,
    voice: ProgramVoice,
) {
    const zone = news.zoneName || news.zoneId;
    const { urls, samples } = owedBy(olds, record);
    // After an `up` that did not come to its end nothing orders the old Sweep behind the objects any more.
    const isLate = sweepsSince.get(record.epoch) !== olds.generation;
    const served = await stillServed(samples, isLate ? LATE_WAIT : 0, news);
    const isServed = new Set(served.map(({ url }) => url));
    const isKept = samples.length > 0 && served.length === samples.length;
    const variants = variantsOf(news);
    const selectors = [...urls.keys()]
        .filter((url) => !isKept && !isServed.has(url))
        .flatMap((url) => withHeaders(urlSelector(url), variants));
    const hosts = olds.epoch === record.epoch ? [] : hostsOnce(record);
    const all = [...hosts, ...selectors];
    if (served.length > 0) {
        say(
            `note: the origin still serves ${listed([...isServed])}, so nothing was purged there. ` +
                `When you delete them later: ${purgeCommand(
                    zone,
                    served.map(({ url }) => urlSelector(url)),
                    news.environment,
                )}`,
        );
    }
    if (all.length === 0) {
        return;
    }
    say(`purging what removed files have left: ${listed([...new Set(all.map(({ value }) => value))])}`);
    const entry = {
        selectors: all,
        samples: samples.filter(({ url }) => !isServed.has(url)),
        changes: { added: 0, changed: 0, removed: urls.size },
        to: record.generation,
    };
    const paid = { epoch: record.epoch, generation: record.generation };
    const { outcome, failure } = await purgeNow(
        { owed: { entries: [entry], variants }, outside: [], paid, removed: new Map() },
        // The origin was asked just now.
        { ...news, settings: { ...news.settings, originReady: false } },
        voice,
    );
    for (const line of linesOf(outcome, voice)) {
        say(line);
    }
    if (failure === undefined) {
        markSwept(record.epoch, urls);
    } else if (news.settings.onFailure === "warn") {
        say(`warning: ${failure}\nThe deploy passes. To purge by hand: ${purgeCommand(zone, all, news.environment)}`);
    } else {
        throw new Error(failure);
    }
}

/** URLs whose last change since the old Sweep's generation is that their file was removed, and that nobody swept. */
function owedBy(olds: Pick<SweepState, "epoch" | "generation">, record: JournalRecord) {
    if (olds.epoch !== record.epoch) {
        return { urls: new Map<string, number>(), samples: [] };
    }
    const removed = removedSince(record, olds.generation);
    const urls = new Map([...removed.urls].filter(([url, generation]) => !isSwept(record.epoch, url, generation)));
    return { urls, samples: removed.samples.filter(({ url }) => urls.has(url)) };
}

/** The journal was replaced: what the one before it had removed is not known, so its hosts are purged once more. */
function hostsOnce({ epoch, hosts }: JournalRecord): Selector[] {
    const left = hosts.filter((host) => !isSwept(epoch, `host ${host}`, 1));
    markSwept(epoch, new Map(left.map((host) => [`host ${host}`, 1])));
    return left.flatMap((scope) => scopeSelectors(scope, ["the journal was replaced"]));
}

/** Seconds for which a Sweep that an earlier `up` left behind waits for objects that are deleted beside it. */
const LATE_WAIT = 5;

/** The samples whose old bytes the origin still answers. In most cases it is asked once: the objects are gone, or stay. */
async function stillServed(
    samples: readonly Sample[],
    seconds: number,
    { settings, checkHeaders }: PurgeInputs,
): Promise<readonly Sample[]> {
    if (settings.originReady === false || samples.length === 0) {
        return [];
    }
    const visit = httpVisit(settings.connectTo, checkHeaders);
    const asked = { visit, clock: systemClock, random: Math.random, log: () => {} };
    const questions = samples.map((sample) => ({ sample, change: "removed" as const, patient: seconds > 0 }));
    const answers = await checkOrigin(questions, seconds, asked);
    return samples.filter(({ url }) => answers.get(url)?.state === "old");
}

function urlSelector(value: string): Selector {
    return { kind: "url", value, reasons: ["its file was removed"], change: "removed" };
}
