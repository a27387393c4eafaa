/**
 * What is owed, by class: one for each entry of the journal and kind of change, judged by its own samples. Pure.
 *
 * After a purge that was accepted twice the edge can only hold what the origin has answered since. So what is kept for
 * the origin's sake is purged again only on evidence that the origin's answer changed (docs/how-it-works.md).
 */
import { withoutCovered } from "../plan/batches";
import { mergedSamples } from "../plan/compact";
import type { Variants } from "../plan/headers";
import { variantsOf, withHeaders } from "../plan/headers";
import type { Entry } from "../plan/record";
import type { Sample } from "../plan/samples";
import type { Change, Selector } from "../plan/selector";
import { keyOf } from "../plan/selector";
import { reasonOf } from "../plan/urls";
import type { OriginAnswer, OriginQuestion, Seen } from "./originCheck";

/** Why something is owed. */
export type Why =
    /** Its purge was not accepted, or not twice. */
    | "not-purged"
    /** The origin still has the old bytes of changed files: the upload is not done, or a replica lags. */
    | "old"
    /** The origin answers 404 where there are files: the upload left them out, or they come later. */
    | "absent"
    /** The origin still serves removed files: they are deleted later, or kept on purpose. */
    | "removed"
    /** The edge served other bytes than the origin after the purge. */
    | "stale";

/** A part of what is owed: what a deploy changed, or a class of it that is kept. */
export interface OwedEntry extends Pick<Entry, "selectors" | "samples" | "changes"> {
    /** The newest generation that it stands for. */
    readonly to: number;
    /** Why it is still owed; left out: it comes from the journal. */
    readonly why?: Why;
    /** Since when, ISO 8601. */
    readonly since?: string;
    /** Of absent files: whether others of their class are there, so that the upload is likely to leave these out. */
    readonly isPartial?: boolean;
    /** What the origin answered for its samples at the last purge, by URL. */
    readonly seen?: Readonly<Record<string, Seen>>;
}

/** What a purge has to do. */
export interface Owed {
    /** Oldest first. */
    readonly entries: readonly OwedEntry[];
    /** Samples that were let go: they are asked for when a purge runs for another reason. */
    readonly remembered?: readonly Remembered[];
    /** URLs of removed files that a later step of this deploy purges: nothing of them is kept. */
    readonly handedOver?: ReadonlySet<string>;
    /** With which headers each URL is purged; left out: without any. */
    readonly variants?: Variants;
}

/** A sample that was let go, with what the origin answered then, and the URLs under which its file is answered. */
export interface Remembered {
    readonly sample: Sample;
    readonly urls: readonly string[];
    readonly change: Change;
    readonly seen: Seen;
}

/** Samples that are remembered, at most. */
export const MOST_REMEMBERED = 20;

/** What nothing new comes to. */
export const NO_CHANGES = { added: 0, changed: 0, removed: 0 };
const KINDS: readonly Change[] = ["added", "changed", "removed"];

/** Whether an entry has to be purged whatever the origin says: nobody has purged it yet, or the edge was seen stale. */
export function isUnconditional({ why }: Pick<OwedEntry, "why">): boolean {
    return why === undefined || why === "not-purged" || why === "stale";
}

/** What became of a sample: what the plan says of its URL, else what its digests tell. */
export function changeOf({ url, digest, was }: Sample, selectors: readonly Selector[]): Change {
    const known = selectors.find(({ kind, value, change }) => kind === "url" && value === url && change !== undefined);
    return known?.change ?? (digest === null ? "removed" : was.length === 0 ? "added" : "changed");
}

/**
 * Entries whose samples say what is meant by now: a URL is judged with the last entry that changed it, and what it
 * answered before is what any of them knew. A later change without a sample of its own outdates the earlier one.
 *
 * @param recreated whether the kept entries belong to another journal than the rest.
 * @param remembered what was let go; when a deploy changes such a file, all URLs of it are that deploy's again.
 * @param variants with which headers these are purged.
 */
export function withCurrentSamples(
    entries: readonly OwedEntry[],
    recreated: boolean,
    remembered: readonly Remembered[] = [],
    variants: Variants = variantsOf({}),
): OwedEntry[] {
    const last = new Map<string, number>();
    for (const [i, { samples }] of entries.entries()) {
        for (const { url } of samples) {
            last.set(url, i);
        }
    }
    const outdated = new Set<string>();
    for (const [i, { selectors, why }] of entries.entries()) {
        for (const { value, change } of selectors) {
            if (change !== undefined && why === undefined && (last.get(value) ?? i) < i) {
                outdated.add(value);
            }
        }
    }
    const merged = new Map(mergedSamples(entries.flatMap(({ samples }) => samples)).map((one) => [one.url, one]));
    const more = entries.map((_, i) => (recreated ? [] : otherUrls(entries, i, remembered, variants)));
    return entries.map((entry, i) => ({
        ...entry,
        selectors: [...entry.selectors, ...(more[i] ?? [])],
        samples: entry.samples.flatMap(({ url }) => {
            const isKept = entry.why !== undefined;
            const isMeant = last.get(url) === i && !outdated.has(url) && !(recreated && isKept);
            return isMeant ? (merged.get(url) ?? []) : [];
        }),
    }));
}

/**
 * URLs of earlier entries whose file this entry is the last to change. When a page changes, what leads to it does not; but
 * while the page is absent, its redirects are too.
 */
function otherUrls(
    entries: readonly OwedEntry[],
    at: number,
    remembered: readonly Remembered[],
    variants: Variants,
): Selector[] {
    const entry = entries[at];
    if (entry === undefined || !changesFiles(entry)) {
        return [];
    }
    const changes = changesByFile(entry);
    const later = entries
        .slice(at + 1)
        .filter(changesFiles)
        .map(changesByFile);
    const named = new Set(entry.selectors.map(keyOf));
    const letGo = remembered.flatMap(({ urls, change }) =>
        urls.flatMap((value) => withHeaders({ kind: "url", value, change, reasons: [] }, variants)),
    );
    return [letGo, ...entries.slice(0, at).map(({ selectors }) => selectors)].flatMap((earlier) =>
        earlier.flatMap((selector) => {
            const { kind, value } = selector;
            const file = fileOf(value);
            const change = changes.get(file);
            const isOwn = kind === "url" && selector.change !== undefined && !named.has(keyOf(selector));
            if (!isOwn || change === undefined || later.some((files) => files.has(file))) {
                return [];
            }
            named.add(keyOf(selector));
            return [{ ...selector, change, reasons: [reasonOf(change, pathOf(value))] }];
        }),
    );
}

/** Whether nobody has purged yet what a deploy changed. */
function changesFiles({ why }: Pick<OwedEntry, "why">): boolean {
    return why === undefined || why === "not-purged";
}

function changesByFile({ selectors, samples }: OwedEntry): Map<string, Change> {
    const files = new Map([...changesByUrl(selectors)].map(([url, change]) => [fileOf(url), change]));
    for (const sample of samples) {
        files.set(fileOf(sample.url), changeOf(sample, selectors));
    }
    return files;
}

function pathOf(url: string): string {
    return url.slice(url.indexOf("/", url.indexOf("//") + 2));
}

/** At most `count` samples of the entries that nobody has purged yet, taken in turn from every class. */
export function chosenSamples(entries: readonly OwedEntry[], count: number): ReadonlySet<string> {
    const classes = entries.flatMap(({ selectors, samples }) => {
        const byUrl = changesByUrl(selectors);
        return KINDS.map((kind) =>
            samples.filter((sample) => (byUrl.get(sample.url) ?? changeOf(sample, [])) === kind),
        );
    });
    const queues = classes.filter(({ length }) => length > 0).map((samples) => evenly(samples, count));
    const chosen = new Set<string>();
    for (let round = 0; chosen.size < count && queues.some((queue) => queue.length > round); round++) {
        for (const queue of queues) {
            const next = queue[round];
            if (next !== undefined && chosen.size < count) {
                chosen.add(next.url);
            }
        }
    }
    return chosen;
}

/** All of them, in an order whose every beginning is spread over the list. */
function evenly<T>(items: readonly T[], most: number): T[] {
    const size = Math.min(items.length, most);
    const indices = Array.from({ length: size }, (_, i) => Math.floor((i * items.length) / size));
    // Bit-reversed: first the ends and the middle, then what lies between.
    const bits = Math.max(1, Math.ceil(Math.log2(Math.max(2, size))));
    const reversed = (i: number): number =>
        Number.parseInt(i.toString(2).padStart(bits, "0").split("").reverse().join(""), 2);
    return Array.from({ length: 2 ** bits }, (_, i) => reversed(i))
        .filter((i) => i < size)
        .flatMap((i) => items[indices[i] ?? 0] ?? []);
}

function changesByUrl(selectors: readonly Selector[]): Map<string, Change> {
    return new Map(
        selectors.flatMap(({ kind, value, change }) =>
            kind === "url" && change !== undefined ? [[value, change] as const] : [],
        ),
    );
}

/** What the origin is asked for: a sample of what is new, every sample of what is kept, and what is remembered. */
export function questionsOf({ entries, remembered = [] }: Owed, count: number): OriginQuestion[] {
    const fresh = entries.filter(isUnconditional);
    const chosen = chosenSamples(fresh, count);
    // What was waited for in vain, also where the file's content has changed since.
    const before = new Map([
        ...remembered.map(({ sample, seen }) => [sample.url, seen] as const),
        ...entries.flatMap(({ why, seen = {} }) => (why === "absent" ? Object.entries(seen) : [])),
    ]);
    const questions = new Map<string, OriginQuestion>();
    for (const { sample, change } of remembered) {
        questions.set(sample.url, { sample, change, patient: false });
    }
    for (const entry of entries) {
        const byUrl = changesByUrl(entry.selectors);
        const isFresh = isUnconditional(entry);
        for (const sample of entry.samples) {
            const change = byUrl.get(sample.url) ?? changeOf(sample, []);
            if (!isFresh || chosen.has(sample.url)) {
                const waitedFor = entry.why !== undefined && entry.why !== "not-purged";
                const seen = before.get(sample.url);
                const patient = !waitedFor && change !== "removed";
                questions.set(sample.url, { sample, change, patient, ...(seen === undefined ? {} : { before: seen }) });
            }
        }
    }
    return [...questions.values()];
}

/** What is done with an entry. */
export interface Decision {
    /** What is purged now. */
    readonly purge: readonly Selector[];
    /** What stays owed when that is accepted. */
    readonly keep: readonly OwedEntry[];
    /** What is not asked for any more. */
    readonly letGo: readonly { readonly why: Why; readonly remembered: readonly Remembered[] }[];
    /** Samples whose purge a later step of this deploy makes. */
    readonly handedOver: readonly Remembered[];
}

type Answers = ReadonlyMap<string, OriginAnswer>;

/**
 * What to do with an entry, by what the origin answered.
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
    if (isUnconditional(entry)) {
        const { keep, handed } =
            answers === undefined || entry.why === "stale"
                ? { keep: [], handed: [] }
                : keptClasses(entry, answers, now, handedOver);
        return { purge: entry.selectors, keep: without(keep, touched), letGo: [], handedOver: handed };
    }
    const all = { purge: entry.selectors, keep: [], letGo: [], handedOver: [] };
    const known = entry.samples.flatMap((sample) => {
        const answer = answers?.get(sample.url);
        return answer?.seen === undefined ? [] : [{ sample, answer, seen: answer.seen }];
    });
    // Where no evidence can be had, it is purged once more and let go.
    if (known.length === 0 || known.every(({ answer, seen }) => answer.state === "unverifiable" && seen[0] >= 500)) {
        return all;
    }
    const isEvidence = ({ sample, seen }: (typeof known)[number]): boolean => {
        const before = entry.seen?.[sample.url];
        return before === undefined || before[0] !== seen[0] || before[1] !== seen[1];
    };
    const changed = known.some(isEvidence) || entry.samples.some(({ url }) => touched.has(url));
    if (entry.why === "old") {
        const { keep } = keptClasses(entry, answers ?? new Map(), now);
        const stillOld = without(keep, touched).map((one) => ({ ...one, since: entry.since ?? now }));
        return { purge: changed ? entry.selectors : [], keep: stillOld, letGo: [], handedOver: [] };
    }
    if (changed) {
        return all;
    }
    const remembered = known.map(({ sample, seen }) => ({
        sample,
        urls: urlsOf(sample, entry.selectors),
        change: changeOf(sample, entry.selectors),
        seen,
    }));
    return { purge: [], keep: [], letGo: [{ why: entry.why ?? "absent", remembered }], handedOver: [] };
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

interface Judged {
    readonly sample: Sample;
    readonly change: Change;
    readonly answer?: OriginAnswer;
}

/** What of an entry stays owed for the origin's sake after its purge was accepted. */
function keptClasses(
    entry: OwedEntry,
    answers: Answers,
    now: string,
    handedOver: ReadonlySet<string> = new Set(),
): { keep: OwedEntry[]; handed: Remembered[] } {
    const byUrl = changesByUrl(entry.selectors);
    const judged = entry.samples.map((sample): Judged => {
        const answer = answers.get(sample.url);
        const change = byUrl.get(sample.url) ?? changeOf(sample, []);
        return { sample, change, ...(answer === undefined ? {} : { answer }) };
    });
    const wide = entry.selectors.filter(({ change }) => change === undefined);
    const old = judged.filter(({ change, answer }) => change !== "removed" && answer?.state === "old");
    const keep: OwedEntry[] = [];
    let handed: Remembered[] = [];
    const add = (why: Why, selectors: readonly Selector[], samples: readonly Judged[], isPartial = false): void => {
        if (selectors.length > 0) {
            keep.push({
                selectors,
                samples: samples.map(({ sample }) => sample),
                changes: NO_CHANGES,
                to: entry.to,
                why,
                since: now,
                seen: seenOf(samples),
                ...(isPartial ? { isPartial } : {}),
            });
        }
    };
    for (const kind of KINDS) {
        const urls = entry.selectors.filter(({ change }) => change === kind);
        const asked = judged.filter(({ change }) => change === kind);
        const answered = asked.filter(({ answer }) => answer !== undefined);
        const inState = (state: OriginAnswer["state"]) => answered.filter(({ answer }) => answer?.state === state);
        const there = new Set(inState("there").map(({ sample }) => fileOf(sample.url)));
        const open = urls.filter(({ value }) => !there.has(fileOf(value)));
        // Of what was not asked for, nothing could tell by the next time that it has changed.
        const rest = answered.filter(({ answer }) => answer?.state !== "there");
        const absent = inState("absent");
        // Where no URL of the kind is named by itself, or only beside what covers it, prefixes and hosts stand for them.
        const isCovered = withoutCovered([...wide, ...urls]).length < wide.length + urls.length;
        const stand = urls.length === 0 || (kind === "removed" && isCovered);
        const named = stand ? [...open, ...wide] : open;
        if (kind === "removed") {
            const isSwept = ({ sample }: Judged): boolean => handedOver.has(sample.url);
            const served = inState("old");
            handed = served.filter(isSwept).flatMap((one) => rememberedOf(one, urls));
            if (served.some((one) => !isSwept(one))) {
                const own = named.filter(({ value }) => !handedOver.has(value));
                add(
                    "removed",
                    own,
                    rest.filter((one) => !isSwept(one)),
                );
            }
        } else if (inState("old").length > 0) {
            add("old", named, rest);
        } else if (old.length > 0 && answered.length === 0 && urls.length > 0) {
            // The upload is not done, and nothing is known of this kind: it shares the fate of the others.
            add("old", urls, old);
        } else if (absent.length > 0) {
            const missing = new Set(absent.map(({ sample }) => fileOf(sample.url)));
            const looked = new Set(answered.map(({ sample }) => fileOf(sample.url)));
            const some = named.filter(
                ({ value, change }) =>
                    change === undefined ||
                    missing.has(fileOf(value)) ||
                    (kind === "added" && !looked.has(fileOf(value))),
            );
            add("absent", there.size > 0 ? some : named, absent, there.size > 0);
        }
    }
    const oldest = keep.findIndex(({ why }) => why === "old");
    const first = keep[oldest];
    if (first !== undefined) {
        const more = wide.filter((selector) => !first.selectors.includes(selector));
        keep[oldest] = { ...first, selectors: [...first.selectors, ...more] };
    }
    return { keep, handed };
}

function rememberedOf({ sample, change, answer }: Judged, urls: readonly Selector[]): Remembered[] {
    return answer?.seen === undefined ? [] : [{ sample, urls: urlsOf(sample, urls), change, seen: answer.seen }];
}

/** The URLs among some selectors under which a sample's file is answered. */
function urlsOf({ url }: Sample, selectors: readonly Selector[]): string[] {
    const file = fileOf(url);
    return [
        ...new Set([
            url,
            ...selectors
                .filter(({ kind, value }) => kind === "url" && fileOf(value) === file)
                .map(({ value }) => value),
        ]),
    ];
}

function seenOf(samples: readonly Judged[]): Record<string, Seen> {
    return Object.fromEntries(
        samples.flatMap(({ sample, answer }) => (answer?.seen === undefined ? [] : [[sample.url, answer.seen]])),
    );
}

/** The same text for all URLs under which a page may be answered: `/a`, `/a/`, `/a.html`, `/a/index.html`. */
export function fileOf(url: string): string {
    return url.replace(/(?:\/index)?(?:\.html)?\/?(?=\?|$)/, "");
}
