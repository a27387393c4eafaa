/**
 * What the dynamic resources keep in the stack's state. Everything is plain data: the engine hands inputs and
 * outputs over as JSON, and a newer version of this package reads what an older one wrote.
 */

import { inZone } from "../cloudflare/zone";
import { owedEntries, removedSince } from "../plan/entries";
import type { Variants } from "../plan/headers";
import type { Entry, JournalRecord } from "../plan/record";
import { decodeRecord, encodeRecord, JournalError } from "../plan/record";
import type { Selector } from "../plan/selector";
import { hostOf, hostOfUrl } from "../plan/selector";
import type { Targets } from "../plan/targets";
import type { Receipt } from "../purge/outcome";
import type { Owed, OwedEntry, Remembered, Why } from "../purge/owed";
import { changeReason, withCurrentSamples } from "../purge/owed";
import type { CheckHeaders } from "../purge/visit";
import type { Settings } from "../settings/componentOptions";

/** What the SDK's dynamic provider passes for a value that a preview cannot know yet (@pulumi/pulumi runtime/rpc.ts). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The key under which the SDK keeps the serialised provider; a partial failure must hand it back. */
export const PROVIDER_KEY = "__provider";

/** Inputs of the Journal. */
export interface JournalInputs {
    /** `encodeManifest` of what this deploy answers. */
    readonly manifest: string;
    /** Values whose change asks for a purge of `targets`, by name. */
    readonly triggers?: Readonly<Record<string, unknown>>;
    readonly targets?: Targets | "everything";
    /** Patterns that the manifest was made with. For a note, and not kept in the state. */
    readonly exclude?: readonly string[];
    /** URLs that go along with every purge. */
    readonly always?: readonly string[];
    /** Header sets for custom cache keys; tuning, no change by itself. */
    readonly headers?: readonly Readonly<Record<string, string>>[];
    /** Origins whose pages load the site's files; tuning. */
    readonly crossOrigins?: readonly string[];
    /** What a journal's first entry holds; read at creation only. */
    readonly onCreate?: "purge" | "record";
    /** URLs above which the plan may widen; tuning, no change by itself. */
    readonly widenAbove?: number;
    /** Unchanged URLs a widened plan may evict at most; tuning. */
    readonly maxCollateral?: number;
}

/** Outputs of the Journal: what it was last told, for the next comparison, and the record. */
export interface JournalOutputs extends JournalInputs {
    /** `encodeRecord` of epoch, generation and entries. The Purge takes it as one input. */
    readonly record: string;
}

/** Inputs of the Purge. */
export interface PurgeInputs {
    /** The Journal's `record`. */
    readonly journal: string;
    readonly zoneId: string;
    /** What the program's look-up knows of the zone; the purge's own token cannot read it. Empty when not known. */
    readonly zoneName: string;
    readonly accountId: string;
    readonly zonePlan: string;
    readonly zoneStatus: string;
    /** Whose token it is: an account's token verifies at the account. */
    readonly tokenOwner: "user" | "account" | "given";
    /** The token's value. A secret input, and never an output. */
    readonly token: string;
    /** The journal's own, for URLs that are purged again. */
    readonly headers?: readonly Readonly<Record<string, string>>[];
    readonly crossOrigins?: readonly string[];
    /** The environment that is purged; left out: production. */
    readonly environment?: string;
    /** Whether hosts outside the zone are its custom hostnames. */
    readonly customHostnames?: boolean;
    /** Headers of the checks at origin and edge, and where they may go. A secret input, and never an output. */
    readonly checkHeaders?: CheckHeaders;
    /** Where the API is, with `/client/v4`. */
    readonly apiBaseUrl: string;
    readonly settings: Settings;
    /** Whether the objects of removed files are deleted before the old Sweep is; of a version without one: not known. */
    readonly isSwept?: boolean;
}

/** What the state holds of a Sweep: how far the journal had come when it was made. */
export interface SweepState {
    readonly epoch: string;
    readonly generation: number;
    /** The last generation that removed files, as an input only. */
    readonly removedAt: number;
}

/** How far a Purge has come in which journal. */
interface Paid {
    readonly epoch: string;
    readonly generation: number;
}

/** Outputs of the Purge. The token is not among them. */
export interface PurgeOutputs {
    readonly zoneId: string;
    readonly zoneName: string;
    /** Left out: production. */
    readonly environment?: string;
    readonly paid: Paid;
    /** A journal record with an entry for each class that is still owed of the generations so far. Empty text: nothing. */
    readonly owed: string;
    readonly receipt: Receipt;
    /** What was let go, asked for again when a purge runs for another reason; left out: nothing. */
    readonly remembered?: readonly Remembered[];
}

/** Whether a value, or any value inside it, is not known in this preview. */
export function isUnknown(value: unknown): boolean {
    if (typeof value === "string") {
        return value === UNKNOWN;
    }
    if (Array.isArray(value)) {
        return value.some(isUnknown);
    }
    return typeof value === "object" && value !== null && Object.values(value).some(isUnknown);
}

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
