import type { CheckResult, CreateResult, DiffResult } from "@pulumi/pulumi/dynamic";
import { systemClock } from "../cloudflare/clock";
import { lastRemoval, removedSince } from "../plan/entries";
import { variantsOf, withHeaders } from "../plan/headers";
import type { JournalRecord } from "../plan/record";
import { decodeRecord } from "../plan/record";
import type { Sample } from "../plan/samples";
import type { Selector } from "../plan/selector";
import { merged, scopeSelectors } from "../plan/selector";
import type { OriginQuestion } from "../purge/origin";
import { checkOrigin } from "../purge/origin";
import type { Outcome } from "../purge/outcome";
import { covers } from "../purge/owed";
import { httpVisit } from "../purge/visit";
import { listed } from "../purge/words";
import { isSwept, markSwept, removesFiles, sweepsByEpoch, sweepsSince } from "./inProcess";
import { purgeNow } from "./purge";
import { say } from "./say";
import type { OwedState, PurgeInputs, SweepState } from "./state";
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
            sweepsByEpoch.set(epoch, (state) => sweep(state, record, news, httpDeps(news, voice)));
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

/** What a sweep touches outside its arguments. */
export interface SweepDeps {
    readonly ask: Parameters<typeof checkOrigin>[2];
    readonly purge: (
        state: OwedState,
        news: PurgeInputs,
    ) => Promise<{ readonly outcome: Outcome; readonly failure?: string }>;
    /** A line for the person who watches. */
    readonly log: (line: string) => void;
    readonly voice: ProgramVoice;
}

function httpDeps({ settings, checkHeaders }: PurgeInputs, voice: ProgramVoice): SweepDeps {
    const visit = httpVisit(settings.connectTo, checkHeaders);
    const ask = { visit, clock: systemClock, random: Math.random, log: () => {} };
    return { ask, purge: (state, news) => purgeNow(state, news, voice), log: say, voice };
}

/**
 * Purges what removed files have left at the edge, once their objects are gone.
 *
 * @throws Error when that is refused, or the edge is still stale, and the options say that the deploy fails for it. The
 * engine keeps the old Sweep then, and the next `up` deletes it again.
 */
export async function sweep(
    olds: Pick<SweepState, "epoch" | "generation">,
    record: JournalRecord,
    news: PurgeInputs,
    deps: SweepDeps,
): Promise<void> {
    const zone = news.zoneName || news.zoneId;
    const { urls, samples, wide } = owedBy(olds, record);
    // After an `up` that did not come to its end nothing orders the old Sweep behind the objects any more.
    const isLate = sweepsSince.get(record.epoch) !== olds.generation;
    const served = await stillServed(samples, isLate ? LATE_WAIT : 0, news, deps);
    const isServed = new Set(served.map(({ url }) => url));
    const isKept = samples.length > 0 && served.length === samples.length;
    const variants = variantsOf(news);
    const selectors = [...urls.keys()]
        .filter((url) => !isKept && !isServed.has(url))
        .flatMap((url) => withHeaders(urlSelector(url), variants));
    const hosts = olds.epoch === record.epoch ? [] : hostsOnce(record);
    // The removed file may have been the page that answered wherever there was none.
    const scopes = wide.filter((scope) => selectors.some(({ value }) => covers(scope, value)));
    const all = merged([...hosts, ...scopes, ...selectors]);
    if (served.length > 0) {
        deps.log(
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
    deps.log(`purging what removed files have left: ${listed([...new Set(all.map(({ value }) => value))])}`);
    const entry = {
        selectors: all,
        samples: samples.filter(({ url }) => !isServed.has(url)),
        changes: { added: 0, changed: 0, removed: urls.size },
        to: record.generation,
    };
    const paid = { epoch: record.epoch, generation: record.generation };
    const { outcome, failure } = await deps.purge(
        { owed: { entries: [entry], variants }, outside: [], paid, removed: new Map() },
        // The origin was asked just now.
        { ...news, settings: { ...news.settings, originReady: false } },
    );
    for (const line of linesOf(outcome, deps.voice)) {
        deps.log(line);
    }
    if (failure === undefined) {
        markSwept(record.epoch, urls);
    } else if (news.settings.onFailure === "warn") {
        deps.log(
            `warning: ${failure}\nThe deploy passes. To purge by hand: ${purgeCommand(zone, all, news.environment)}`,
        );
    } else {
        throw new Error(failure);
    }
}

/** URLs whose last change since the old Sweep's generation is that their file was removed, and that nobody swept. */
function owedBy(olds: Pick<SweepState, "epoch" | "generation">, record: JournalRecord) {
    if (olds.epoch !== record.epoch) {
        return { urls: new Map<string, number>(), samples: [], wide: [] };
    }
    const removed = removedSince(record, olds.generation);
    const urls = new Map([...removed.urls].filter(([url, generation]) => !isSwept(record.epoch, url, generation)));
    return { urls, wide: removed.wide, samples: removed.samples.filter(({ url }) => urls.has(url)) };
}

/** The journal was replaced: what the one before it had removed is not known, so its hosts are purged once more. */
function hostsOnce({ epoch, hosts }: JournalRecord): Selector[] {
    const left = hosts.filter((host) => !isSwept(epoch, `host ${host}`, 1));
    markSwept(epoch, new Map(left.map((host) => [`host ${host}`, 1])));
    return left.flatMap((scope) => scopeSelectors(scope, ["the journal was replaced"]));
}

/** Seconds for which a Sweep that an earlier `up` left behind waits for objects that are deleted beside it. */
const LATE_WAIT = 5;

/**
 * The samples whose old bytes the origin still answers. In most cases it is asked once, since the objects are gone; what is
 * about to be let go is asked for once more after the rebound's time, which is what a replica may lag behind.
 */
async function stillServed(
    samples: readonly Sample[],
    seconds: number,
    { settings }: PurgeInputs,
    { ask }: SweepDeps,
): Promise<readonly Sample[]> {
    if (settings.originReady === false || samples.length === 0) {
        return [];
    }
    const questions = samples.map((sample) => ({ sample, change: "removed" as const, patient: seconds > 0 }));
    const served = async (some: readonly OriginQuestion[], timeout: number): Promise<readonly OriginQuestion[]> => {
        const answers = await checkOrigin(some, timeout, ask);
        return some.filter(({ sample }) => answers.get(sample.url)?.state === "old");
    };
    const first = await served(questions, seconds);
    if (first.length === 0 || settings.rebound === false) {
        return first.map(({ sample }) => sample);
    }
    await ask.clock.sleep(settings.rebound * 1000, ask.signal);
    return (await served(first, 0)).map(({ sample }) => sample);
}

function urlSelector(value: string): Selector {
    return { kind: "url", value, reasons: ["its file was removed"], change: "removed" };
}
