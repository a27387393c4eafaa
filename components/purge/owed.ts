/**
 * What is owed, by class: one for each entry of the journal and kind of change.
 *
 * After a purge that was accepted twice the edge can only hold what the origin has answered since. So what is kept for
 * the origin's sake is purged again only on evidence that the origin's answer changed (docs/how-it-works.md).
 */

import { reasonOf } from "../plan/changes";
import { changedUrls, outdatedUrls } from "../plan/entries";
import type { Variants } from "../plan/headers";
import { variantsOf, withHeaders } from "../plan/headers";
import type { Entry } from "../plan/record";
import type { Sample } from "../plan/samples";
import { mergedSamples } from "../plan/samples";
import type { Change, Selector } from "../plan/selector";
import { hostOfUrl, isPage, keyOf } from "../plan/selector";
import type { Seen } from "./evidence";

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
    /** Of absent files: whether others of their class are there, or nothing tells that these are not. */
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

/** Whether an entry has to be purged whatever the origin says: nobody has purged it yet, or the edge was seen stale. */
export function isUnconditional({ why }: Pick<OwedEntry, "why">): boolean {
    return why === undefined || why === "not-purged" || why === "stale";
}

/** Whether nobody has purged yet what a deploy changed. */
export function changesFiles({ why }: Pick<OwedEntry, "why">): boolean {
    return why === undefined || why === "not-purged";
}

/* Which URLs belong to one file, and what became of them. */

/** The same text for all URLs under which a page may be answered: `/a`, `/a/`, `/a.html`, `/a/index.html`. */
export function fileOf(url: string): string {
    return url.replace(/(?:\/index)?(?:\.html)?\/?(?=\?|$)/, "");
}

/** The kinds of change: of each, an entry has a class. */
export const KINDS: readonly Change[] = ["added", "changed", "removed"];

/** What became of the URLs that some selectors name. */
function changesByUrl(selectors: readonly Selector[]): ReadonlyMap<string, Change> {
    return new Map(
        selectors.flatMap(({ kind, value, change }) =>
            kind === "url" && change !== undefined ? [[value, change] as const] : [],
        ),
    );
}

/** The samples of an entry, and what became of each: what is said of its URL, else what its digests tell. */
export function samplesWithChange({
    selectors,
    samples,
}: Pick<OwedEntry, "selectors" | "samples">): { readonly sample: Sample; readonly change: Change }[] {
    const byUrl = changesByUrl(selectors);
    return samples.map((sample) => {
        const { url, digest, was } = sample;
        const told = digest === null ? "removed" : was.length === 0 ? "added" : "changed";
        return { sample, change: byUrl.get(url) ?? told };
    });
}

/** What became of the files of an entry. */
function changesByFile(entry: Pick<OwedEntry, "selectors" | "samples">): ReadonlyMap<string, Change> {
    return new Map([
        ...[...changesByUrl(entry.selectors)].map(([url, change]) => [fileOf(url), change] as const),
        ...samplesWithChange(entry).map(({ sample, change }) => [fileOf(sample.url), change] as const),
    ]);
}

/**
 * The URLs under which a sample's file is answered: those that some selectors name; and where a host or a prefix stands for
 * them, all that it may have.
 */
export function urlsOf({ url }: Pick<Sample, "url">, selectors: readonly Selector[]): string[] {
    const file = fileOf(url);
    const named = selectors.filter(({ kind, value }) => kind === "url" && fileOf(value) === file);
    return [...new Set([url, ...named.map(({ value }) => value), ...coveredForms(url, selectors)])];
}

/** The URLs that a page may have, where it is one and a host or a prefix stands for them. */
function coveredForms(url: string, selectors: readonly Selector[]): string[] {
    const isCovered = selectors.some((selector) => selector.change === undefined && covers(selector, url));
    if (!isCovered || !isPage(url)) {
        return [];
    }
    const file = fileOf(url);
    const isRoot = file.indexOf("/", file.indexOf("//") + 2) < 0;
    const forms = ["/", "/index", "/index.html", "/index/"].map((form) => file + form);
    return isRoot ? forms : [file, `${file}.html`, ...forms];
}

/** Whether a host, a prefix or everything purges a URL. */
export function covers({ kind, value }: Selector, url: string): boolean {
    const path = url.slice(url.indexOf("//") + 2);
    return (
        kind === "everything" ||
        (kind === "host" && hostOfUrl(url) === value) ||
        (kind === "prefix" && path.startsWith(value))
    );
}

/** URLs whose answer some entries change. */
export function touchedBy(entries: readonly OwedEntry[]): ReadonlySet<string> {
    return new Set(
        entries
            .filter(changesFiles)
            .flatMap(({ selectors, samples }) => [...changedUrls(selectors), ...samples.map(({ url }) => url)]),
    );
}

/**
 * Entries whose samples say what is meant by now: a URL is judged with the last entry that changed it, and what it
 * answered before is what any of them knew. A later change without a sample of its own outdates the earlier one.
 *
 * @param recreated whether the kept entries belong to another journal than the rest.
 * @param remembered what was let go; when a deploy changes such a file, all URLs of it are that deploy's again, and what
 * the origin had then are old bytes.
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
    const outdated = outdatedUrls(
        entries.map((entry) => (entry.why === undefined ? entry : { ...entry, selectors: [] })),
    );
    // The origin may still have what was let go.
    const known = [...remembered.map(({ sample }) => sample), ...entries.flatMap(({ samples }) => samples)];
    const merged = new Map(mergedSamples(known).map((one) => [one.url, one]));
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
    // What a host or a prefix stood for is not named.
    const covered = entries
        .slice(0, at)
        .flatMap(({ selectors }) => entry.samples.flatMap(({ url }) => coveredForms(url, selectors)))
        .flatMap((value) => withHeaders({ kind: "url", value, change: "changed", reasons: [] }, variants));
    const earlier = [...letGo, ...entries.slice(0, at).flatMap(({ selectors }) => selectors), ...covered];
    return earlier.flatMap((selector) => {
        const { kind, value } = selector;
        const file = fileOf(value);
        const change = changes.get(file);
        const isOwn = kind === "url" && selector.change !== undefined && !named.has(keyOf(selector));
        if (!isOwn || change === undefined || later.some((files) => files.has(file))) {
            return [];
        }
        named.add(keyOf(selector));
        return [{ ...selector, change, reasons: [changeReason(value, change)] }];
    });
}

/** Why a URL is purged whose file came, changed or went. */
export function changeReason(url: string, change: Change): string {
    return reasonOf(change, url.slice(url.indexOf("/", url.indexOf("//") + 2)));
}
