import type { Selector } from "../plan/selector";
import type { Answers } from "./classes";
import { openClasses } from "./classes";
import { fileOf, samplesWithChange, urlsOf } from "./files";
import type { OwedEntry, Remembered } from "./owed";
import { isUnconditional } from "./owed";
import type { Seen } from "./seen";
import { isSameAnswer } from "./seen";

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
    if (entry.why === "old") {
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
    const letGo = { ...entry, selectors: entry.selectors.filter(isLeft), samples: same, seen: seenOf(answers) };
    return {
        ...NOTHING,
        purge: entry.selectors.filter((selector) => !isLeft(selector)),
        letGo: same.length === 0 ? [] : [letGo],
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

/** What is kept but for URLs that a later entry changes: they are kept with that one, or not at all. */
function without(keep: readonly OwedEntry[], touched: ReadonlySet<string>): OwedEntry[] {
    return keep
        .map((entry) => ({
            ...entry,
            selectors: entry.selectors.filter(({ value, change }) => change === undefined || !touched.has(value)),
        }))
        .filter(({ selectors }) => selectors.length > 0);
}
