import { Command } from "commander";
import { decodeManifest, ManifestError } from "../assets/manifestText";
import { UsageError } from "../errors/problem";
import { grouped } from "../errors/text";
import { owedEntries, urlsOf } from "../plan/entries";
import { decodeRecord, JournalError } from "../plan/record";
import { block, code, prose, table } from "../plan/render";
import type { Selector } from "../plan/selector";
import { merged } from "../plan/selector";
import type { Receipt } from "../purge/outcome";
import { changesText, countOf, purgedText, requestsText, shellWord, verifiedText, zoneFlags } from "../purge/words";
import { repetition } from "./purge/report";
import type { Io } from "./terminal";
import { readText } from "./terminal";

/** `cache-purge report`: what a deploy purged, as Markdown. No token, no network. */
export function reportCommand(io: Io): Command {
    return new Command("report")
        .description("Print what was purged, verified and is owed as Markdown, for a job's summary or a pull request.")
        .argument("[file]", "either of the two below; - for stdin")
        .option("--stack <file>", "what `pulumi stack export` printed; - for stdin")
        .option("--receipt <file>", "what `pulumi stack output receipt --json` or `purge --json` printed; - for stdin")
        .addHelpText(
            "after",
            `
It works after a failed \`pulumi up\` too, and exits with 0 whatever it reports.

Examples:
  $ pulumi stack export | cache-purge report - >> "$GITHUB_STEP_SUMMARY"
  $ cache-purge purge --zone example.com --url-file urls.txt --json > result.json
  $ cache-purge report --receipt result.json`,
        )
        .action(async (file: string | undefined, { stack, receipt }: { stack?: string; receipt?: string }) => {
            const [place, ...others] = [file, stack, receipt].filter((one) => one !== undefined);
            if (place === undefined || others.length > 0) {
                throw new UsageError(
                    place === undefined
                        ? "Nothing says what to report."
                        : "Only one of FILE, --stack and --receipt can be read.",
                    "Give --stack FILE, --receipt FILE, or - for stdin.",
                );
            }
            const sections = sectionsOf(await textAt(place, io), place === "-" ? STDIN : place);
            io.stdout.write(sections.map(markdown).join("\n"));
        });
}

async function textAt(place: string, io: Io): Promise<string> {
    try {
        return await readText(place, io);
    } catch (error) {
        const { code: reason } = error as NodeJS.ErrnoException;
        throw new UsageError(`${place} cannot be read (${reason}).`, "Name a file, or - for stdin.");
    }
}

/** A section as Markdown: a table, then what went wrong. */
export function markdown(section: Section): string {
    const { name, zone, receipt, owed, warnings, error } = section;
    const title = [name, ...(zone === "" || zone === name ? [] : [`(${zone})`])]
        .filter((part) => part !== "")
        .join(" ");
    const rows: [string, string][] = [
        ...(receipt === undefined ? [["purged", "nothing yet"] as [string, string]] : receiptRows(section)),
        [
            "owed",
            owed.length > 0
                ? owedText(owed)
                : receipt !== undefined && receipt.owed > 0
                  ? grouped(receipt.owed)
                  : "nothing",
        ],
        ...section.retry.map((command): [string, string] => ["to purge it", code(command)]),
    ];
    return [
        `### Cache purge${title === "" ? "" : `: ${prose(title)}`}`,
        "",
        ...table(["", ""], rows),
        ...warnings.flatMap((warning) => ["", `Warning: ${prose(warning)}`]),
        ...(error === undefined ? [] : ["", "Error:", "", ...block([error.cause, error.remedy].join("\n").trim())]),
        "",
    ].join("\n");
}

function receiptRows({ receipt, unchanged }: Section): [string, string][] {
    if (receipt === undefined) {
        return [];
    }
    // A receipt of an older version counts no rebounds.
    const counts = { ...receipt, rebounds: receipt.rebounds ?? 0 };
    const changes = changesText(counts);
    const verified = verifiedText(counts);
    const stale = counts.stale > 0 ? `; ${counts.stale} stale` : "";
    return [
        ...(changes === "" ? [] : [["changed", changes] as [string, string]]),
        ["purged", purgedText(counts)],
        ["requests", requestsText(counts)],
        ["verified", verified === "" ? "not looked at" : verified + stale],
        ...(unchanged === undefined
            ? []
            : [
                  ["unchanged", `${grouped(unchanged.count)} of ${grouped(unchanged.of)} URLs, not purged`] as [
                      string,
                      string,
                  ],
              ]),
        ["when", counts.startedAt.slice(0, 19).replace("T", " ").concat(" UTC")],
    ];
}

/** Selectors that are named, at most. */
const NAMED = 5;

function owedText(owed: readonly Selector[]): string {
    const names = owed
        .slice(0, NAMED)
        .map(({ kind, value }) => (kind === "url" ? code(value) : `${kind} ${code(value)}`));
    const more = owed.length > NAMED ? ` and ${grouped(owed.length - NAMED)} more` : "";
    return `${countOf(owed)}: ${names.join(", ")}${more}`;
}

/** What there is to say of one CachePurge, or of one run of the command. */
interface Section {
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
function sectionsOf(text: string, place: string): Section[] {
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
const STDIN = "stdin";

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
