import type { Sample } from "../plan/samples";
import type { Change, Selector } from "../plan/selector";
import { hostOf, keyOf } from "../plan/selector";
import type { Seen } from "./evidence";
import { isSameAnswer } from "./evidence";
import type { OriginAnswer } from "./origin";
import type { OwedEntry, Remembered, Why } from "./owed";
import { covers, fileOf, isUnconditional, KINDS, NO_CHANGES, samplesWithChange, urlsOf } from "./owed";
import type { Sent } from "./send";

/** What is done with an entry. */
export interface Decision {
    /** What is purged now. */
    readonly purge: readonly Selector[];
    /** What stays owed when that is accepted. */
    readonly keep: readonly OwedEntry[];
    /** What is not asked for any more when that is accepted. */
    readonly letGo: readonly OwedEntry[];
    /** Samples whose purge a later step of this deploy makes. */
    readonly handedOver: readonly Remembered[];
}

/** What is done with an entry of which nothing is purged or kept. */
export const NOTHING: Decision = { purge: [], keep: [], letGo: [], handedOver: [] };

/**
 * What to do with an entry, by what the origin answered. Pure.
 *
 * @param answers by URL; `undefined`: the origin was not asked at all.
 * @param touched URLs that a later entry changes.
 */
export function decide(
    entry: OwedEntry,
    answers: Answers | undefined,
    touched: ReadonlySet<string>,
    now: string,
    handedOver: ReadonlySet<string> = new Set(),
): Decision {
    const all: Decision = { ...NOTHING, purge: entry.selectors };
    if (isUnconditional(entry)) {
        if (answers === undefined || entry.why === "stale") {
            return all;
        }
        const classes = openClasses(entry, answers, now, (url) => handedOver.has(url));
        const served = entry.samples.filter(({ url }) => handedOver.has(url) && answers.get(url)?.state === "old");
        const handed = rememberedOf({ ...entry, samples: served, seen: seenOf(answers) });
        return { ...all, keep: without(classes, touched), handedOver: handed };
    }
    const known = entry.samples.filter(({ url }) => answers?.get(url)?.seen !== undefined);
    // Where no evidence can be had, it is purged once more and let go.
    const isNothing = ({ url }: { url: string }): boolean => {
        const { state, seen } = answers?.get(url) ?? {};
        return state === "unverifiable" && seen !== undefined && seen[0] >= 500;
    };
    if (answers === undefined || known.every(isNothing)) {
        return all;
    }
    const isTouched = entry.samples.some(({ url }) => touched.has(url));
    const changed = known.filter(({ url }) => !isSameAnswer(entry.seen?.[url], answers.get(url)?.seen));
    // What was hidden, or absent, and has its old bytes now: the upload is not done.
    const isOld = (url: string): boolean => answers.get(url)?.state === "old";
    const sawOld = entry.why === "absent" && changed.some(({ url }) => isOld(url));
    if (entry.why === "old" || sawOld) {
        const keep = without(openClasses(entry, answers, now), touched);
        const purge = isTouched || changed.length > 0 ? entry.selectors : [];
        return { ...NOTHING, purge, keep: keep.map((one) => ({ ...one, since: entry.since ?? now })) };
    }
    if (isTouched) {
        return all;
    }
    // A file whose answer is the same as before is not stale. What was not asked for shares the fate of those that came.
    const same = known.filter((sample) => !changed.includes(sample));
    const files = new Set(same.map(({ url }) => fileOf(url)));
    const isLeft = ({ value }: Selector): boolean => changed.length === 0 || files.has(fileOf(value));
    // What is missing still, or still served, though that is answered in another way now, did not come or go either.
    const amiss = changed.filter(({ url }) => answers.get(url)?.state === "absent" || isOld(url));
    const samples = [...same, ...amiss];
    // A host or a prefix stands for the other URLs of what is let go, though it is purged for those that came.
    const standsFor = (one: Selector): boolean => samples.some(({ url }) => covers(one, url));
    const selectors = entry.selectors.filter((one) => isLeft(one) || standsFor(one));
    const letGo = { ...entry, selectors, samples, seen: seenOf(answers) };
    return {
        ...NOTHING,
        purge: entry.selectors.filter((selector) => !isLeft(selector)),
        letGo: samples.length === 0 ? [] : [letGo],
    };
}

/** The samples of an entry that is let go, as they are remembered. */
export function rememberedOf(entry: OwedEntry): Remembered[] {
    return samplesWithChange(entry).flatMap(({ sample, change }) => {
        const seen = entry.seen?.[sample.url];
        return seen === undefined ? [] : [{ sample, urls: urlsOf(sample, entry.selectors), change, seen }];
    });
}

function seenOf(answers: Answers): Record<string, Seen> {
    return Object.fromEntries([...answers].flatMap(([url, { seen }]) => (seen === undefined ? [] : [[url, seen]])));
}

/**
 * What is kept but for URLs that a later entry changes: they are kept with that one, or not at all. Nor are the URLs that
 * were only asked for beside them, once none of them is left.
 */
function without(keep: readonly OwedEntry[], touched: ReadonlySet<string>): OwedEntry[] {
    return keep
        .map((entry) => {
            const left = entry.selectors.filter(({ value, change }) => change === undefined || !touched.has(value));
            const isWhole = left.length === entry.selectors.length || left.some(({ change }) => change !== undefined);
            return { ...entry, selectors: isWhole ? left : left.filter(({ kind }) => kind !== "url") };
        })
        .filter(({ selectors }) => selectors.length > 0);
}

/** What the origin answered, by URL. */
export type Answers = ReadonlyMap<string, OriginAnswer>;

/** A sample, and what the origin answered for it. */
interface Judged {
    readonly sample: Sample;
    readonly change: Change;
    readonly answer?: OriginAnswer;
}

/**
 * What of an entry is not right at the origin, by class: it stays owed when its purge is accepted. What was not asked for
 * shares the fate of its class.
 *
 * @param isLeft whether a removed file is left to a later step of this deploy.
 */
function openClasses(
    entry: OwedEntry,
    answers: Answers,
    now: string,
    isLeft: (url: string) => boolean = () => false,
): OwedEntry[] {
    const judged = samplesWithChange(entry).map((one): Judged => {
        const answer = answers.get(one.sample.url);
        return { ...one, ...(answer === undefined ? {} : { answer }) };
    });
    const wide = entry.selectors.filter(({ change }) => change === undefined);
    const old = judged.filter(({ change, answer }) => change !== "removed" && answer?.state === "old");
    const classes = KINDS.flatMap((kind): OwedEntry[] => {
        const urls = entry.selectors.filter(({ change }) => change === kind);
        const answered = judged.filter(({ change, answer }) => change === kind && answer !== undefined);
        const inState = (state: OriginAnswer["state"]) => answered.filter(({ answer }) => answer?.state === state);
        const there = filesOf(inState("there"));
        const open = urls.filter(({ value }) => !there.has(fileOf(value)));
        // Of what was not asked for, nothing could tell by the next time that it has changed.
        const rest = answered.filter(({ answer }) => answer?.state !== "there");
        // Where no URL of the kind is named by itself, prefixes and hosts stand for them. Else those are kept that cover one:
        // it may be the page that answers wherever there is no file.
        const own = [...open.map(({ value }) => value), ...rest.map(({ sample }) => sample.url)];
        const standsFor = (one: Selector): boolean =>
            urls.length === 0 ? one.kind !== "url" : own.some((url) => covers(one, url));
        const named = [...open, ...wide.filter(standsFor)];
        const keep = (why: Why, selectors: readonly Selector[], samples: readonly Judged[]): OwedEntry[] =>
            selectors.length === 0 ? [] : [classOf(entry, why, selectors, samples, now)];
        if (kind === "removed") {
            const served = rest.filter(({ sample }) => !isLeft(sample.url));
            const kept = named.filter(({ value }) => !isLeft(value));
            return served.some(({ answer }) => answer?.state === "old") ? keep("removed", kept, served) : [];
        }
        if (inState("old").length > 0) {
            return keep("old", named, rest);
        }
        if (old.length > 0 && answered.length === 0 && urls.length > 0) {
            // The upload is not done, and nothing is known of this kind: it shares the fate of the others.
            return keep("old", urls, old);
        }
        const absent = answered.filter(({ answer }) => answer?.state === "absent" || answer?.isHidden === true);
        if (absent.length === 0) {
            return [];
        }
        const isHidden = absent.every(({ answer }) => answer?.isHidden === true);
        if (there.size === 0) {
            return keep("absent", named, absent).map((one) => (isHidden ? { ...one, isPartial: true } : one));
        }
        const [missing, looked] = [filesOf(absent), filesOf(answered)];
        const some = named.filter(
            ({ value, change }) =>
                change === undefined || missing.has(fileOf(value)) || (kind === "added" && !looked.has(fileOf(value))),
        );
        return keep("absent", some, absent).map((one) => ({ ...one, isPartial: true }));
    });
    const olds = classes.filter(({ why }) => why === "old");
    const [first] = olds;
    if (first === undefined) {
        return classes;
    }
    // Old files of all kinds share their samples and their fate. What was only asked for is kept with them, so that it goes
    // once more with the last of them; so are hosts and prefixes, which stand for files that nothing names.
    const all = {
        ...first,
        selectors: [...new Set([...olds.flatMap(({ selectors }) => selectors), ...wide])],
        samples: [...new Set(olds.flatMap(({ samples }) => samples))],
        seen: Object.assign({}, ...olds.map(({ seen }) => seen)),
    };
    return [all, ...classes.filter(({ why }) => why !== "old")];
}

function filesOf(judged: readonly Judged[]): ReadonlySet<string> {
    return new Set(judged.map(({ sample }) => fileOf(sample.url)));
}

function classOf(
    { to }: OwedEntry,
    why: Why,
    selectors: readonly Selector[],
    samples: readonly Judged[],
    now: string,
): OwedEntry {
    const seen = samples.flatMap(({ sample: { url }, answer }): [string, Seen][] =>
        answer?.seen === undefined ? [] : [[url, answer.seen]],
    );
    return {
        selectors,
        samples: samples.map(({ sample }) => sample),
        changes: NO_CHANGES,
        to,
        why,
        since: now,
        seen: Object.fromEntries(seen),
    };
}

/**
 * What of an entry stays owed after its requests were sent. Unless all of them were accepted, nothing is let go: what the
 * origin was seen to have wrong is kept as it is judged, and what was refused stays owed with all of its class.
 */
export function remaining(
    entry: OwedEntry,
    { purge, keep, letGo }: Decision,
    { failure, accepted }: Pick<Sent, "failure" | "accepted">,
    now: string,
): OwedEntry[] {
    if (failure === undefined) {
        return [...keep];
    }
    const isAccepted = acceptedBy(accepted);
    const refused = keysOf(purge.filter((selector) => !isAccepted(selector)));
    const open = [...keep, ...letGo];
    // Where each file is a resource, removed ones are deleted after a purge that succeeds: it has to look again.
    const isEarly = (one: OwedEntry): boolean => one.why === "removed" && keep.includes(one);
    const kept = open.filter(
        (one) => !isEarly(one) && one.selectors.every((selector) => !refused.has(keyOf(selector))),
    );
    const classes = open.filter((one) => !kept.includes(one));
    const again = new Set([...refused, ...keysOf(classes.flatMap((one) => one.selectors))]);
    const selectors = entry.selectors.filter((selector) => again.has(keyOf(selector)));
    const elsewhere = kept.flatMap((one) => one.samples.map(({ url }) => url));
    const files = new Set(selectors.map(({ value }) => fileOf(value)));
    const isOwed = (url: string): boolean => files.has(fileOf(url)) || selectors.some((one) => covers(one, url));
    const samples = entry.samples.filter(({ url }) => !elsewhere.includes(url) && isOwed(url));
    return [...(selectors.length === 0 ? [] : [notPurged({ ...entry, samples }, selectors, now)]), ...kept];
}

function keysOf(selectors: readonly Selector[]): ReadonlySet<string> {
    return new Set(selectors.map(keyOf));
}

/** What of an entry nobody has purged. */
export function notPurged(entry: OwedEntry, selectors: readonly Selector[], now: string): OwedEntry {
    return { ...entry, selectors, why: "not-purged", since: entry.since ?? now };
}

/** Whether a selector was accepted by itself, or is covered by one that was. */
function acceptedBy(accepted: readonly Selector[]): (selector: Selector) => boolean {
    const keys = keysOf(accepted);
    const hosts = new Set(accepted.filter(({ kind }) => kind === "host").map(({ value }) => value));
    const everything = accepted.some(({ kind }) => kind === "everything");
    return (selector) => everything || keys.has(keyOf(selector)) || hosts.has(hostOf(selector) ?? "");
}
