import { inZone } from "../cloudflare/zoneOfHosts";
import { mergedSamples } from "../plan/compact";
import { owedSince, removedSince } from "../plan/entries";
import type { Entry, JournalRecord } from "../plan/record";
import { decodeRecord, encodeRecord, JournalError } from "../plan/record";
import type { Sample } from "../plan/samples";
import { hostOf, hostOfUrl, merged } from "../plan/selector";
import type { Debt } from "../purge/purge";
import type { Paid, PurgeOutputs } from "./state";

/** What a Purge has to pay. */
export interface Due extends Debt {
    /** URLs of removed files for which a Sweep will ask the origin, with the generation that removed each. */
    readonly removed?: ReadonlyMap<string, number>;
    /** How far it has come when that is done. */
    readonly paid: Paid;
    /** URLs that the deploys changed which are paid now. */
    readonly changes: Entry["changes"];
    /** Why more is due than the journal tells, where the history is not known; a sentence without its end. */
    readonly why?: string;
    /** Hosts of another zone that the journal still names: no request to this zone can purge there. */
    readonly outside: readonly string[];
}

/**
 * Everything of the journal that is not paid, and what was still owed of the rest.
 *
 * @param olds the Purge's outputs; `undefined` when it is created.
 * @param zoneName empty: not known, so nothing can be said to lie outside.
 * @param sweeps the generation after which a Sweep looks after removed files, and whether it does so after their objects
 * are deleted, so that they can be left to it.
 * @throws JournalError when the journal cannot be read, or a newer version wrote it or what was owed.
 */
export function dueOf(
    olds: Partial<PurgeOutputs> | undefined,
    journal: string,
    zoneName = "",
    sweeps: { readonly since?: number | undefined; readonly isLast?: boolean | undefined } = {},
): Due {
    const record = decodeRecord(journal);
    const before = olds === undefined ? beforeFirst(record) : olds.paid;
    const unpaid = owedSince(record, before);
    const { left, problem } = olds === undefined ? { left: [] } : leftOver(olds.owed, record);
    const why = olds === undefined ? undefined : (problem ?? unpaid.why);
    const removed =
        sweeps.since === undefined
            ? new Map<string, number>()
            : removedSince(record, Math.max(sweeps.since, before?.generation ?? 0)).urls;
    const swept = sweeps.isLast ? removed : new Map<string, number>();
    const since = unpaid.why === undefined ? (before?.generation ?? 0) : 0;
    const within = (host: string | undefined): boolean =>
        host === undefined || zoneName === "" || inZone(host, zoneName);
    const selectors = merged([...left.flatMap((entry) => entry.selectors), ...unpaid.selectors]);
    const later = record.entries.filter((entry) => entry.to > since);
    const samples = meantSamples(left, later, unpaid.why !== undefined);
    return {
        selectors: selectors.filter((selector) => within(hostOf(selector))),
        samples: samples.filter(({ url }) => within(hostOfUrl(url))),
        waitedFor: new Set([...waitedFor(left, later), ...swept.keys()]),
        swept,
        removed,
        outside: [...new Set(selectors.flatMap((s) => hostOf(s) ?? []))].filter((host) => !within(host)),
        paid: { epoch: record.epoch, generation: record.generation },
        changes: total([...left, ...later]),
        ...(why === undefined ? {} : { why }),
    };
}

/** Whether nothing is due: the journal is paid to its end, and nothing of it is owed. */
export function isSettled(olds: Partial<PurgeOutputs>, journal: string): boolean {
    const record = decodeRecord(journal);
    const { epoch, generation } = record;
    leftOver(olds.owed, record); // what a newer version wrote is refused in the preview already
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

function leftOver(
    owed: string | null | undefined,
    record: JournalRecord,
): { left: readonly Entry[]; problem?: string } {
    if (owed === "") {
        return { left: [] };
    }
    try {
        return { left: decodeRecord(owed ?? "").entries };
    } catch (error) {
        if (!(error instanceof JournalError) || error.newer) {
            throw error;
        }
        // What was owed cannot be read: everything may be.
        const { selectors, samples } = owedSince(record, undefined);
        const changes = { added: 0, changed: 0, removed: 0 };
        const everything = { from: 0, to: record.generation, summary: "", changes, selectors, samples };
        return { left: [everything], problem: `what is owed cannot be read from the state (${error.message})` };
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
