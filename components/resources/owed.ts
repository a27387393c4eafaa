import { inZone } from "../cloudflare/zoneOfHosts";
import { mergedSamples } from "../plan/compact";
import { owedSince } from "../plan/entries";
import type { Entry, JournalRecord } from "../plan/record";
import { decodeRecord, encodeRecord, JournalError } from "../plan/record";
import type { Sample } from "../plan/samples";
import { hostOf, hostOfUrl, merged } from "../plan/selector";
import type { Debt } from "../purge/purge";
import type { Paid, PurgeOutputs } from "./state";

/** What a Purge has to pay. */
export interface Due extends Debt {
    /** How far it has come when that is done. */
    readonly paid: Paid;
    /** URLs that the deploys changed which are paid now. */
    readonly changes: Entry["changes"];
    /** Why the hosts are due; `undefined` when the journal tells exactly what is. */
    readonly why?: string;
    /** Hosts of another zone that the journal still names: no request to this zone can purge there. */
    readonly outside: readonly string[];
}

/**
 * Everything of the journal that is not paid, and what was still owed of the rest.
 *
 * @param olds the Purge's outputs; `undefined` when it is created.
 * @param zoneName empty: not known, so nothing can be said to lie outside.
 * @throws JournalError when the journal is none, or a newer version wrote it.
 */
export function dueOf(olds: PurgeOutputs | undefined, journal: string, zoneName = ""): Due {
    const record = decodeRecord(journal);
    const before = olds === undefined ? beforeFirst(record) : olds.paid;
    const unpaid = owedSince(record, before);
    const left = olds === undefined ? [] : leftOver(olds.owed, record);
    const since = unpaid.why === undefined ? (before?.generation ?? 0) : 0;
    const within = (host: string | undefined): boolean =>
        host === undefined || zoneName === "" || inZone(host, zoneName);
    const selectors = merged([...left.flatMap((entry) => entry.selectors), ...unpaid.selectors]);
    const later = record.entries.filter((entry) => entry.to > since);
    const samples = meantSamples(left, later, unpaid.why !== undefined);
    return {
        selectors: selectors.filter((selector) => within(hostOf(selector))),
        samples: samples.filter(({ url }) => within(hostOfUrl(url))),
        waitedFor: waitedFor(left, later),
        outside: [...new Set(selectors.flatMap((s) => hostOf(s) ?? []))].filter((host) => !within(host)),
        paid: { epoch: record.epoch, generation: record.generation },
        changes: total([...left, ...later]),
        ...(unpaid.why === undefined ? {} : { why: unpaid.why }),
    };
}

/** Whether nothing is due: the journal is paid to its end, and nothing of it is owed. */
export function isSettled(olds: PurgeOutputs, journal: string): boolean {
    const { epoch, generation } = decodeRecord(journal);
    return olds.owed === "" && olds.paid?.epoch === epoch && olds.paid.generation === generation;
}

/** What stays owed of `due`, as the state keeps it: a record with one entry, or no text at all. */
export function encodeOwed(left: Debt, due: Due): string {
    if (left.selectors.length === 0) {
        return "";
    }
    const { epoch, generation } = due.paid;
    const { selectors, samples } = left;
    const entry = { from: 1, to: generation, summary: "still owed", changes: due.changes, selectors, samples };
    return encodeRecord({ epoch, generation, hosts: [], entries: [entry] });
}

/**
 * A Purge that is created beside its journal pays the first entry as it stands. One that is created later has lost its
 * history (a new zone, a lost state): nothing says what the edge holds, so the hosts are due.
 */
function beforeFirst(record: JournalRecord): Paid | undefined {
    return record.generation === 1 ? { epoch: record.epoch, generation: 0 } : undefined;
}

function leftOver(owed: string, record: JournalRecord): readonly Entry[] {
    if (owed === "") {
        return [];
    }
    try {
        return decodeRecord(owed).entries;
    } catch (error) {
        if (!(error instanceof JournalError)) {
            throw error;
        }
        // What was owed cannot be read: everything may be.
        const all = owedSince(record, undefined);
        const changes = { added: 0, changed: 0, removed: 0 };
        return [{ from: 0, to: record.generation, summary: "", changes, ...all }];
    }
}

/**
 * The samples that still say what is meant. A later deploy that changed a URL and has no sample of it (there are 20 in an
 * entry), or a journal that was made anew, leaves the earlier one behind: the origin would look old for ever.
 */
function meantSamples(left: readonly Entry[], later: readonly Entry[], anew: boolean): Sample[] {
    const entries = [...left, ...later];
    const last = new Map<string, number>();
    for (const [i, { samples }] of entries.entries()) {
        for (const { url } of samples) {
            last.set(url, i);
        }
    }
    const outdated = new Set([...last].filter(([, i]) => anew && i < left.length).map(([url]) => url));
    for (const [i, { selectors }] of entries.entries()) {
        for (const { value, change } of selectors) {
            if (change !== undefined && (last.get(value) ?? i) < i) {
                outdated.add(value);
            }
        }
    }
    return mergedSamples(entries.flatMap(({ samples }) => samples)).filter(({ url }) => !outdated.has(url));
}

/** Removed files that stayed at the origin for a whole deploy, and that no later one removed again. */
function waitedFor(left: readonly Entry[], later: readonly Entry[]): ReadonlySet<string> {
    const anew = new Set(later.flatMap(({ samples }) => samples.map(({ url }) => url)));
    const removed = left.flatMap(({ samples }) => samples.filter(({ digest }) => digest === null));
    return new Set(removed.map(({ url }) => url).filter((url) => !anew.has(url)));
}

function total(entries: readonly Entry[]): Entry["changes"] {
    const sum = (kind: keyof Entry["changes"]): number => entries.reduce((all, { changes }) => all + changes[kind], 0);
    return { added: sum("added"), changed: sum("changed"), removed: sum("removed") };
}
