/** A journal's entries: appended by each deploy, owed until they are purged. */
import type { Manifest } from "../assets/manifest";
import { isMark } from "../assets/marks";
import { withoutCovered } from "./batches";
import type { Plan } from "./plan";
import type { Entry, JournalRecord } from "./record";
import { encodeRecord } from "./record";
import { summary } from "./render";
import type { Sample } from "./samples";
import { mergedSamples } from "./samples";
import type { Selector } from "./selector";
import { inPurgeOrder, merged, scopeOf, scopeSelectors, scopesOf } from "./selector";

/**
 * Records a deploy: one generation more, its plan as the newest entry, the oldest compacted where the journal has grown
 * beyond its bounds.
 */
export function append(record: JournalRecord, after: Manifest, plan: Plan, bounds?: JournalBounds): JournalRecord {
    const generation = record.generation + 1;
    const entry = {
        from: generation,
        to: generation,
        summary: summary(plan),
        changes: plan.counts,
        selectors: plan.selectors,
        samples: plan.samples,
        ...(plan.gone.length === 0 ? {} : { gone: plan.gone }),
    };
    const known = [...record.hosts, ...scopesOf(after)];
    const hosts = [...known, ...plan.selectors.flatMap((selector) => scopeOf(selector, known) ?? [])];
    return compact(
        { epoch: record.epoch, generation, hosts: [...new Set(hosts)].sort(), entries: [...record.entries, entry] },
        bounds,
    );
}

/**
 * The entries of a journal that are not purged yet.
 * @param paid How far a purge has come. Undefined, another epoch, or a generation that the journal has not reached: what
 *     the edge holds is not known, and every host that the journal ever planned for is owed, with the reason.
 */
export function owedEntries(
    record: JournalRecord,
    paid: { epoch: string; generation: number } | undefined,
): { entries: Entry[]; why?: string } {
    const why = mismatch(record, paid);
    if (why === undefined) {
        return { entries: record.entries.filter(({ to }) => to > (paid?.generation ?? 0)) };
    }
    const hosts = record.hosts.flatMap((scope) => scopeSelectors(scope, [why]));
    const { selectors, samples } = unionOf(record.entries);
    const all = {
        from: 0,
        to: record.generation,
        summary: why,
        changes: { added: 0, changed: 0, removed: 0 },
        selectors: inPurgeOrder(withoutCovered(merged([...hosts, ...selectors]))),
        samples,
    };
    return { entries: [all], why };
}

/** What some entries select and sample together: selectors without repeats, in purge order; samples that are not outdated. */
export function unionOf(entries: readonly Sampled[]): {
    selectors: Selector[];
    samples: Sample[];
} {
    return {
        selectors: inPurgeOrder(withoutCovered(merged(entries.flatMap(({ selectors }) => selectors)))),
        samples: currentSamples(entries),
    };
}

/** What an entry changed, and where it looked. */
type Sampled = Pick<Entry, "selectors" | "samples" | "gone">;

/**
 * The URLs that an entry changed after the last one that took a sample of them: nothing tells what they should answer now.
 *
 * @param entries oldest first
 */
export function outdatedUrls(entries: readonly Sampled[]): ReadonlySet<string> {
    const outdated = new Set<string>();
    for (const { selectors, samples, gone = [] } of entries) {
        for (const url of [...changedUrls(selectors), ...gone]) {
            outdated.add(url);
        }
        for (const { url } of samples) {
            outdated.delete(url);
        }
    }
    return outdated;
}

/** The URLs that are named because their answer changed. */
export function changedUrls(selectors: readonly Selector[]): string[] {
    return selectors.flatMap(({ value, change }) => (change === undefined ? [] : [value]));
}

/** The samples of some entries, oldest first, of which each still says what its URL should answer. */
function currentSamples(entries: readonly Sampled[]): Sample[] {
    const outdated = outdatedUrls(entries);
    return mergedSamples(entries.flatMap(({ samples }) => samples)).filter(({ url }) => !outdated.has(url));
}

/** What the files that were removed since a generation may have left at the edge. */
interface Removed {
    /** Each with the generation that removed its file. */
    readonly urls: ReadonlyMap<string, number>;
    readonly samples: readonly Sample[];
    /** Hosts, prefixes and the like that went along when these files were removed. */
    readonly wide: readonly Selector[];
}

/** The URLs whose last change since `generation` is that their file was removed. What was compacted is not known any more. */
export function removedSince(record: JournalRecord, generation: number): Removed {
    const entries = record.entries.filter(({ from }) => from > generation);
    const urls = new Map<string, number>();
    for (const { selectors, gone = [], to } of entries) {
        for (const url of changedUrls(selectors)) {
            urls.delete(url);
        }
        for (const url of gone) {
            urls.set(url, to);
        }
    }
    const samples = currentSamples(entries).filter(({ url }) => urls.has(url));
    const wide = entries
        .filter(({ gone = [] }) => gone.some((url) => urls.has(url)))
        .flatMap(({ selectors }) => selectors.filter(({ kind, change }) => kind !== "url" && change === undefined));
    return { urls, samples, wide };
}

/** The last generation that removed files; 0 when none did. */
export function lastRemoval(record: JournalRecord): number {
    return record.entries.findLast(({ gone = [] }) => gone.length > 0)?.to ?? 0;
}

/** Every URL of a manifest; fallback pages' marks are none. */
export function urlsOf(manifest: Manifest): string[] {
    return manifest.sections.flatMap(({ baseUrls, paths }) =>
        baseUrls.flatMap((base) => paths.filter((path) => !isMark(path)).map((path) => base + path)),
    );
}

function mismatch(record: JournalRecord, paid: { epoch: string; generation: number } | undefined): string | undefined {
    if (paid === undefined) {
        return "no history: what the edge holds is not known";
    }
    if (paid.epoch !== record.epoch) {
        return "the journal was recreated: what the edge holds from the one before is not known";
    }
    return paid.generation > record.generation
        ? `the journal was set back: generation ${paid.generation} is paid, and it has reached ${record.generation}`
        : undefined;
}

/** How large a journal may grow before its oldest entries are compacted. */
interface JournalBounds {
    /** Entries. Default: 20. */
    readonly entries: number;
    /** Bytes of the encoded text. Default: 262 144. */
    readonly bytes: number;
}

const JOURNAL_BOUNDS: JournalBounds = { entries: 20, bytes: 262_144 };

/** Samples that a compacted entry keeps of those of its parts, the newest. */
const SAMPLES_KEPT = 10;

/**
 * Merges the oldest entries into one of hosts and tags until the journal is within its bounds. Never loses: what an entry
 * selects, the merged one purges too. The newest entry stays as it is.
 */
export function compact(record: JournalRecord, bounds: JournalBounds = JOURNAL_BOUNDS): JournalRecord {
    let compacted = record;
    while (
        compacted.entries.length > 1 &&
        (compacted.entries.length > bounds.entries || encodeRecord(compacted).length > bounds.bytes)
    ) {
        const [first, second, ...rest] = compacted.entries as [Entry, Entry, ...Entry[]];
        if (rest.length === 0) {
            // Two are left: the older one alone is made small, once.
            const small = compactEntries(first, first, record.hosts);
            return { ...compacted, entries: [small, second] };
        }
        compacted = { ...compacted, entries: [compactEntries(first, second, record.hosts), ...rest] };
    }
    return compacted;
}

function compactEntries(first: Entry, last: Entry, scopes: readonly string[]): Entry {
    const { from } = first;
    const { to } = last;
    const entries = first === last ? [first] : [first, last];
    const sum = (of: (entry: Entry) => number) => entries.reduce((total, entry) => total + of(entry), 0);
    const which = from === to ? `generation ${from}` : `generations ${from} to ${to}`;
    const reasons = [`${which}, compacted`];
    return {
        from,
        to,
        summary: `${which}, compacted into hosts and tags`,
        changes: {
            added: sum(({ changes }) => changes.added),
            changed: sum(({ changes }) => changes.changed),
            removed: sum(({ changes }) => changes.removed),
        },
        selectors: coarse(
            entries.flatMap(({ selectors }) => selectors),
            reasons,
            scopes,
        ),
        samples: currentSamples(entries).slice(-SAMPLES_KEPT),
    };
}

/** Hosts, or the folders of sites that share them, and tags that purge all that some selectors do. */
function coarse(selectors: readonly Selector[], reasons: readonly string[], scopes: readonly string[]): Selector[] {
    const wide = selectors.flatMap((selector): Selector[] => {
        const scope = scopeOf(selector, scopes);
        return scope === undefined
            ? [{ kind: selector.kind, value: selector.value, reasons }]
            : scopeSelectors(scope, reasons);
    });
    return inPurgeOrder(withoutCovered(merged(wide)));
}
