import { withoutCovered } from "./batches";
import type { Entry, JournalRecord } from "./record";
import { encodeRecord } from "./record";
import type { Sample } from "./samples";
import { scopeOf, scopeSelectors } from "./scopes";
import type { Selector } from "./selector";
import { inPurgeOrder, merged } from "./selector";

/** How large a journal may grow before its oldest entries are compacted. */
export interface JournalBounds {
    /** Entries. Default: 20. */
    readonly entries: number;
    /** Bytes of the encoded text. Default: 262 144. */
    readonly bytes: number;
}

export const JOURNAL_BOUNDS: JournalBounds = { entries: 20, bytes: 262_144 };

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
        samples: mergedSamples(entries.flatMap(({ samples }) => samples)).slice(-SAMPLES_KEPT),
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

/** One sample for each URL, in order of the last time it changed: its newest digest, and all that came before. */
export function mergedSamples(samples: readonly Sample[]): Sample[] {
    const byUrl = new Map<string, Sample>();
    for (const sample of samples) {
        const earlier = byUrl.get(sample.url);
        byUrl.delete(sample.url);
        const before =
            earlier === undefined ? [] : [...earlier.was, ...(earlier.digest === null ? [] : [earlier.digest])];
        const was = [...new Set([...before, ...sample.was])].filter((digest) => digest !== sample.digest);
        byUrl.set(sample.url, { ...sample, was });
    }
    return [...byUrl.values()];
}
