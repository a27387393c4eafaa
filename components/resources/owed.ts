import { inZone } from "../cloudflare/zoneOfHosts";
import { owedEntries, removedSince } from "../plan/entries";
import type { Variants } from "../plan/headers";
import type { Entry, JournalRecord } from "../plan/record";
import { decodeRecord, encodeRecord, JournalError } from "../plan/record";
import type { Selector } from "../plan/selector";
import { hostOf, hostOfUrl } from "../plan/selector";
import type { Owed, OwedEntry, Why } from "../purge/owed";
import { changeReason, withCurrentSamples } from "../purge/owed";
import type { Paid, PurgeOutputs } from "./state";

/** What a Purge has to do, as its state and the journal tell. */
export interface OwedState {
    readonly owed: Owed;
    /** How far it has come when that is done. */
    readonly paid: Paid;
    /** URLs of removed files for which a Sweep will ask the origin, with the generation that removed each. */
    readonly removed: ReadonlyMap<string, number>;
    /** Hosts of another zone that the journal still names: no request to this zone can purge there. */
    readonly outside: readonly string[];
    /** Why more is owed than the journal tells, where the history is not known; a sentence without its end. */
    readonly why?: string;
}

/**
 * Everything of the journal that is not purged, and what is still owed of the rest.
 *
 * @param olds the Purge's outputs; `undefined` when it is created.
 * @param zoneName empty: not known, so nothing can be said to lie outside.
 * @param sweeps the generation after which a Sweep looks after removed files, and whether it does so after their objects
 * are deleted, so that they can be left to it.
 * @param variants with which headers URLs are purged again.
 * @throws JournalError when the journal cannot be read, or a newer version wrote it or what is owed.
 */
export function owedOf(
    olds: Partial<PurgeOutputs> | undefined,
    journal: string,
    zoneName = "",
    sweeps: { readonly since?: number | undefined; readonly isLast?: boolean | undefined } = {},
    variants?: Variants,
): OwedState {
    const record = decodeRecord(journal);
    const before = olds === undefined ? beforeFirst(record) : olds.paid;
    const unpaid = owedEntries(record, before);
    const { entries: kept, problem } = olds === undefined ? { entries: [] } : keptOf(olds.owed, record);
    const why = olds === undefined ? undefined : (problem ?? unpaid.why);
    const removed =
        sweeps.since === undefined
            ? new Map<string, number>()
            : removedSince(record, Math.max(sweeps.since, before?.generation ?? 0)).urls;
    const entries = withCurrentSamples(
        [...kept, ...unpaid.entries.map(journalEntry)],
        unpaid.why !== undefined,
        olds?.remembered,
        variants,
    );
    const isWithin = (host: string | undefined): boolean =>
        host === undefined || zoneName === "" || inZone(host, zoneName);
    const hosts = entries.flatMap(({ selectors }) => selectors.flatMap((selector) => hostOf(selector) ?? []));
    return {
        owed: {
            entries: entries
                .map((entry) => ({
                    ...entry,
                    selectors: entry.selectors.filter((selector) => isWithin(hostOf(selector))),
                    samples: entry.samples.filter(({ url }) => isWithin(hostOfUrl(url))),
                }))
                .filter(({ selectors }) => selectors.length > 0),
            ...(variants === undefined ? {} : { variants }),
            ...(sweeps.isLast === true ? { handedOver: new Set(removed.keys()) } : {}),
            ...(olds?.remembered === undefined ? {} : { remembered: olds.remembered }),
        },
        outside: [...new Set(hosts)].filter((host) => !isWithin(host)),
        paid: { epoch: record.epoch, generation: record.generation },
        removed,
        ...(why === undefined ? {} : { why }),
    };
}

/** Whether nothing is owed: the journal is purged to its end, and nothing of it is kept. */
export function isSettled(olds: Partial<PurgeOutputs>, journal: string): boolean {
    const record = decodeRecord(journal);
    const { epoch, generation } = record;
    keptOf(olds.owed, record); // what a newer version wrote is refused in the preview already
    return olds.owed === "" && olds.paid?.epoch === epoch && olds.paid.generation === generation;
}

/** What stays owed, as the state keeps it: a record with an entry for each class, or no text at all. */
export function encodeOwed(entries: readonly OwedEntry[], { epoch, generation }: Paid): string {
    if (entries.length === 0) {
        return "";
    }
    // Readers of every version take the numbers for an order, and nothing else.
    const numbered = entries.map((entry, i): Entry => {
        const { selectors, samples, changes, why, since, seen } = entry;
        const told = { ...(since === undefined ? {} : { since }), ...(seen === undefined ? {} : { seen }) };
        return {
            from: i + 1,
            to: i + 1,
            summary: "still owed",
            changes,
            selectors,
            samples,
            why: why ?? "not-purged",
            ...told,
        };
    });
    return encodeRecord({ epoch, generation: Math.max(generation, numbered.length), hosts: [], entries: numbered });
}

/**
 * A Purge that is created beside its journal purges the first entry as it stands. One that is created later has lost its
 * history (a new zone, a lost state): nothing says what the edge holds, so the hosts are owed.
 */
function beforeFirst(record: JournalRecord): Paid | undefined {
    return record.generation === 1 ? { epoch: record.epoch, generation: 0 } : undefined;
}

const WHY: readonly string[] = ["not-purged", "old", "absent", "removed", "stale"] satisfies readonly Why[];

function keptOf(owed: unknown, record: JournalRecord): { entries: readonly OwedEntry[]; problem?: string } {
    if (owed === "") {
        return { entries: [] };
    }
    try {
        return { entries: decodeRecord(typeof owed === "string" ? owed : "").entries.map(keptEntry) };
    } catch (error) {
        if (!(error instanceof JournalError) || error.newer) {
            throw error;
        }
        const problem = `what is owed cannot be read from the state (${error.message})`;
        return { entries: owedEntries(record, undefined).entries.map(keptEntry), problem };
    }
}

/** What the journal holds is owed without a reason of its own. */
export function journalEntry({ selectors, samples, changes, to, gone = [] }: Entry): OwedEntry {
    // What a host or a prefix covers is named no more, and only its name tells a removed file from a changed one where a
    // page is declared to answer in its place.
    const named = new Set(selectors.map(({ value }) => value));
    const covered = gone
        .filter((url) => !named.has(url))
        .map(
            (value): Selector => ({ kind: "url", value, change: "removed", reasons: [changeReason(value, "removed")] }),
        );
    return { selectors: [...selectors, ...covered], samples, changes, to };
}

/** An entry without `why` is of a version that purged whatever it owed. */
function keptEntry({ why = "not-purged", ...entry }: Entry): OwedEntry {
    const { selectors, samples, changes, to, since, seen } = entry;
    const told = { ...(since === undefined ? {} : { since }), ...(seen === undefined ? {} : { seen }) };
    return { selectors, samples, changes, to, why: WHY.includes(why) ? (why as Why) : "not-purged", ...told };
}
