import { decodeManifest, ManifestError } from "../../assets/manifestText";
import { UsageError } from "../../errors/problem";
import { owedEntries, urlsOf } from "../../plan/entries";
import { decodeRecord, JournalError } from "../../plan/record";
import type { Selector } from "../../plan/selector";
import { merged } from "../../plan/selector";
import type { Receipt } from "../../purge/outcome";
import { shellWord, zoneFlags } from "../../purge/words";
import { repetition } from "../purge/report";

/** What there is to say of one CachePurge, or of one run of the command. */
export interface Section {
    /** The component's name, or the zone's; empty: not known. */
    readonly name: string;
    readonly zone: string;
    /** Of the last purge; `undefined`: there was none. */
    readonly receipt?: Receipt;
    readonly owed: readonly Selector[];
    /** URLs of the manifest that the last deploy left as they were, and that were not purged. */
    readonly unchanged?: { readonly count: number; readonly of: number };
    /** How to purge what is owed: a command each. */
    readonly retry: readonly string[];
    readonly warnings: readonly string[];
    readonly error?: { readonly cause: string; readonly remedy: string };
}

/**
 * The sections of what `pulumi stack export`, `pulumi stack output receipt --json` or `cache-purge purge --json` printed.
 *
 * @param place its file, or {@link STDIN}.
 * @throws ProblemError when it is none of them.
 */
export function sectionsOf(text: string, place: string): Section[] {
    let json: unknown;
    try {
        json = JSON.parse(text);
    } catch {
        throw new UsageError(`${place} is not JSON.`, REMEDY);
    }
    const { deployment, receipt, purgeIds } = (json ?? {}) as Record<string, unknown>;
    if (deployment !== undefined) {
        return stackSections(deployment as Deployment, place);
    }
    if (receipt !== undefined) {
        return [runSection(json as Run, place === STDIN ? "FILE" : place)];
    }
    if (Array.isArray(purgeIds)) {
        const own = json as Receipt;
        const retry = own.owed > 0 ? ["pulumi up"] : [];
        return [{ name: "", zone: "", receipt: own, owed: [], retry, warnings: [] }];
    }
    throw new UsageError(`${place} is JSON, but neither a stack export nor a receipt.`, REMEDY);
}

/** What messages call it. */
export const STDIN = "stdin";

const REMEDY =
    "Name what `pulumi stack export`, `pulumi stack output receipt --json` or `cache-purge purge --json` wrote.";

/** What `purge --json` prints; `receipt` is null, and there is no zone, when nothing was sent. */
export interface Run {
    readonly zone?: { readonly id: string; readonly name?: string };
    readonly receipt: Receipt | null;
    readonly owed?: { readonly selectors?: readonly Selector[] };
    readonly warnings?: readonly string[];
    readonly error?: { readonly cause: string; readonly remedy: string } | null;
}

/** @param file where its JSON is, for a command that purges what is owed; without it, only a few are named. */
export function runSection({ zone, receipt, owed, warnings = [], error }: Run, file?: string): Section {
    const name = zone === undefined ? "" : zone.name || zone.id;
    const selectors = owed?.selectors ?? [];
    const flags = zoneFlags(name || "ZONE", selectors);
    const fromFile = file === undefined ? undefined : `cache-purge purge ${flags} --owed ${shellWord(file)}`;
    const again = selectors.length === 0 ? undefined : (repetition(selectors, flags) ?? fromFile);
    return {
        name,
        zone: name,
        owed: selectors,
        retry: again === undefined ? [] : [again],
        warnings,
        ...(receipt === null ? {} : { receipt }),
        ...(error === undefined || error === null ? {} : { error }),
    };
}

interface Deployment {
    readonly resources?: readonly Stored[];
}

interface Stored {
    readonly type?: string;
    readonly urn?: string;
    readonly parent?: string;
    readonly outputs?: Readonly<Record<string, unknown>>;
}

function stackSections({ resources = [] }: Deployment, place: string): Section[] {
    const byUrn = new Map(resources.map((one) => [one.urn, one]));
    /** The URN of the CachePurge that a resource belongs to. */
    const ownerOf = ({ parent }: Stored): string => {
        const above = byUrn.get(parent);
        return above === undefined || COMPONENT.test(above.type ?? "") ? (parent ?? "") : ownerOf(above);
    };
    const ofType = (type: RegExp): Stored[] => resources.filter((one) => type.test(one.type ?? ""));
    const purges = new Map(ofType(PURGE).map((one) => [ownerOf(one), one]));
    // The component that holds the journal is called Journal too, and has no record.
    const journals = ofType(JOURNAL).filter(({ outputs }) => typeof outputs?.record === "string");
    if (journals.length === 0) {
        const cause = `${place} is a stack export without a CachePurge in it.`;
        throw new UsageError(cause, "Name the export of another stack.");
    }
    try {
        return journals.map((journal) => stackSection(ownerOf(journal), journal, purges.get(ownerOf(journal))));
    } catch (error) {
        if (error instanceof JournalError || error instanceof ManifestError) {
            throw new UsageError(`${place}: ${error.message}.`, "");
        }
        throw error;
    }
}

const COMPONENT = /:CachePurge$/;
const JOURNAL = /:Journal$/;
const PURGE = /:Purge$/;

/** What a purge left owed, and what the journal holds that no purge has seen: an upload failed, or a run was killed. */
function stackSection(owner: string, journal: Stored, purge: Stored | undefined): Section {
    const { record, manifest } = journal.outputs as { record: string; manifest: string };
    const { zoneName, zoneId, owed, paid, receipt } = (purge?.outputs ?? {}) as {
        zoneName?: string;
        zoneId?: string;
        owed?: string;
        paid?: { epoch: string; generation: number };
        receipt?: Receipt;
    };
    const decoded = decodeRecord(record);
    const first = { epoch: decoded.epoch, generation: 0 };
    const selectors = merged(
        [
            ...(owed === undefined || owed === "" ? [] : decodeRecord(owed).entries),
            ...owedEntries(decoded, paid ?? first).entries,
        ].flatMap((entry) => entry.selectors),
    );
    const zone = zoneName || zoneId || "";
    const byHand = zone === "" ? undefined : repetition(selectors, zoneFlags(zone, selectors));
    const unchanged = receipt === undefined || selectors.length > 0 ? undefined : unchangedOf(receipt, manifest);
    return {
        name: owner.slice(owner.lastIndexOf("::") + 2),
        zone,
        owed: selectors,
        retry: selectors.length === 0 ? [] : ["pulumi up", ...(byHand === undefined ? [] : [byHand])],
        warnings: [],
        ...(receipt === undefined ? {} : { receipt }),
        ...(unchanged === undefined ? {} : { unchanged }),
    };
}

/** Only where the purge named URLs: how many others a host or a prefix took along, nobody has counted. */
function unchangedOf({ changes, prefixes, hosts, tags, everything }: Receipt, manifest: string): Section["unchanged"] {
    if (everything || prefixes + hosts + tags > 0) {
        return undefined;
    }
    const of = urlsOf(decodeManifest(manifest)).length;
    return { count: Math.max(0, of - changes.added - changes.changed), of };
}
