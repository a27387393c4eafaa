import { constants } from "node:buffer";
import { PackedError, pack, unpack } from "../assets/packed";
import { FIRST_DEPLOY, reasonOf } from "./changes";
import type { Sample } from "./samples";
import type { Change, Selector, SelectorKind } from "./selector";
import { headersKey, inPurgeOrder } from "./selector";

/** What one deploy, or several that were compacted, changed and owes. */
export interface Entry {
    /** The first and last generation that the entry stands for; equal unless it is compacted. */
    readonly from: number;
    readonly to: number;
    /** One line for a person. */
    readonly summary: string;
    /** How many URLs changed. */
    readonly changes: Readonly<Record<Change, number>>;
    readonly selectors: readonly Selector[];
    readonly samples: readonly Sample[];
    /** URLs whose earlier answer came from a file that was removed. Lost when the entry is compacted. */
    readonly gone?: readonly string[];
    /** Of what a purge left owed: why, since when (ISO 8601), and what the origin answered for its samples then. */
    readonly why?: string;
    readonly since?: string;
    readonly seen?: Readonly<Record<string, readonly [status: number, digest: string]>>;
}

/** A journal: every deploy's plan, oldest first. */
export interface JournalRecord {
    /** The journal's birth mark: generations of two epochs are never compared. */
    readonly epoch: string;
    /** The number of the newest deploy; 0 before the first. */
    readonly generation: number;
    /** Every host that the journal ever planned for, or the folder of a site that shares it (selector.ts), sorted. */
    readonly hosts: readonly string[];
    readonly entries: readonly Entry[];
}

/** A journal before its first deploy. */
export function emptyRecord(epoch: string): JournalRecord {
    return { epoch, generation: 0, hosts: [], entries: [] };
}

/**
 * The newest version that this library writes: version 2 where a site has only a folder of its host, which an older library
 * would purge as a host. It reads both.
 */
export const JOURNAL_VERSION = 2;

/** Bytes that packed entries may unpack to: no text can be longer. */
const MOST_UNPACKED = constants.MAX_STRING_LENGTH;

/** Characters of entries above which they travel packed. */
const PACK_ABOVE = 65_536;

const HEAD = "cache-purge journal";

/** A journal's text that cannot be read. */
export class JournalError extends Error {
    override readonly name = "JournalError";
    /** @param newer Whether a newer version of this library wrote it. */
    constructor(
        message: string,
        readonly newer = false,
    ) {
        super(message);
    }
}

/** Selectors of one kind that share their reasons: a reason is written once, and that of a changed URL not at all. */
interface Group {
    readonly kind: SelectorKind;
    /** The reasons; or what became of URLs whose reason is the usual one. */
    readonly reasons: readonly string[] | Change;
    readonly headers?: Readonly<Record<string, string>>;
    readonly values: readonly string[];
}

/**
 * A journal as one text: the version, epoch and generation, the hosts, and a line of JSON for each entry. Above 64 KB the
 * entries are packed; the first three lines stay readable.
 */
export function encodeRecord(record: JournalRecord): string {
    const lines = record.entries.map(entryLine);
    const body = lines.map((line) => `${line}\n`).join("");
    const packed = body.length > PACK_ABOVE;
    return [
        `${HEAD} ${record.hosts.some((scope) => scope.includes("/")) ? 2 : 1}${packed ? " packed" : ""}`,
        `epoch ${record.epoch} generation ${record.generation}`,
        `hosts ${record.hosts.join(" ")}`.trimEnd(),
        packed ? `${pack(Buffer.from(body, "utf8"))}\n` : body,
    ].join("\n");
}

/**
 * Reads what {@link encodeRecord} of this or an older version wrote.
 * @throws JournalError with the line of what is wrong, or saying to upgrade where a newer version wrote it.
 */
export function decodeRecord(text: string): JournalRecord {
    const lines = text.split("\n");
    const head = /^cache-purge journal (\d+)( packed)?$/.exec(lines[0] ?? "");
    if (head === null) {
        throw new JournalError(`line 1: a journal begins with "${HEAD} 1"`);
    }
    if (Number(head[1]) > JOURNAL_VERSION) {
        throw new JournalError(
            `the journal has version ${head[1]}, and this library reads up to ${JOURNAL_VERSION}: ` +
                "upgrade pulumi-cloudflare-cache-purge",
            true,
        );
    }
    const born = /^epoch (\S+) generation (\d+)$/.exec(lines[1] ?? "");
    if (born === null) {
        throw new JournalError('line 2: not "epoch … generation …"');
    }
    const hosts = /^hosts( \S+)*$/.exec(lines[2] ?? "");
    if (hosts === null) {
        throw new JournalError('line 3: not "hosts …"');
    }
    if (lines.pop() !== "") {
        throw new JournalError(`line ${lines.length + 1}: the last line is cut short`);
    }
    const entries = (head[2] === undefined ? lines.slice(3) : unpacked(lines[3] ?? "")).map((line, i) =>
        entryOf(line, i + 4),
    );
    const generation = Number(born[2]);
    for (const [i, { from, to }] of entries.entries()) {
        if (from > to || from <= (entries[i - 1]?.to ?? 0) || to > generation) {
            throw new JournalError(`line ${i + 4}: generations ${from} to ${to} are out of order`);
        }
    }
    return { epoch: born[1] ?? "", generation, hosts: hosts[0].split(" ").slice(1), entries };
}

function unpacked(line: string): string[] {
    try {
        return unpack(line, MOST_UNPACKED).toString("utf8").split("\n").slice(0, -1);
    } catch (error) {
        const where = error instanceof PackedError ? ` at offset ${error.offset}` : "";
        throw new JournalError(`line 4${where}: ${(error as Error).message}`);
    }
}

function entryLine(entry: Entry): string {
    const { from, to, summary, changes, selectors, samples, gone, why, since, seen } = entry;
    return JSON.stringify({
        from,
        to,
        summary,
        changes: [changes.added, changes.changed, changes.removed],
        selectors: grouped(selectors),
        samples: samples.map(({ url, digest, was }) => [url, digest, ...was]),
        gone,
        why,
        since,
        seen:
            seen === undefined
                ? undefined
                : Object.entries(seen).map(([url, [status, digest]]) => [url, status, digest]),
    });
}

function grouped(selectors: readonly Selector[]): Group[] {
    const groups = new Map<string, Group & { values: string[] }>();
    for (const { kind, value, headers, reasons } of selectors) {
        const usual = kind === "url" && reasons.length === 1 ? changeIn(value, reasons) : undefined;
        const key = `${kind}\n${usual ?? reasons.join("\n")}\n\n${headers === undefined ? "" : headersKey(headers)}`;
        const group = groups.get(key);
        if (group === undefined) {
            const set = headers === undefined ? {} : { headers };
            groups.set(key, { kind, reasons: usual ?? reasons, ...set, values: [value] });
        } else {
            group.values.push(value);
        }
    }
    return [...groups.values()];
}

const CHANGES = ["added", "changed", "removed"] as const;

/** The last change that is among the reasons of a URL. */
function changeIn(url: string, reasons: readonly string[]): Change | undefined {
    const kinds = reasons.map((reason) => CHANGES.find((change) => isUsual(reason, change, url)));
    return kinds.findLast((change) => change !== undefined);
}

/** Earlier records have the path without its slash where a URL has several reasons. */
function isUsual(reason: string, change: Change, url: string): boolean {
    const usual = usualReason(change, url);
    return reason === usual || reason === usual.replace(" /", " ");
}

function usualReason(change: Change, url: string): string {
    return reasonOf(change, url.slice(url.indexOf("/", url.indexOf("//") + 2)));
}

function entryOf(line: string, number: number): Entry {
    try {
        const { from, to, summary, changes, selectors, samples, gone, why, since, seen } = JSON.parse(line);
        const [added, changed, removed] = changes.map(asCount);
        return {
            from: asCount(from),
            to: asCount(to),
            summary: asText(summary),
            changes: { added, changed, removed },
            selectors: inPurgeOrder((selectors as Group[]).flatMap(ungrouped)),
            samples: samples.map(sampleOf),
            ...(gone === undefined ? {} : { gone: gone.map(asText) }),
            ...(why === undefined ? {} : { why: asText(why) }),
            ...(since === undefined ? {} : { since: asText(since) }),
            ...(seen === undefined ? {} : { seen: Object.fromEntries(seen.map(seenOf)) }),
        };
    } catch (error) {
        throw new JournalError(`line ${number}: not an entry of a journal (${(error as Error).message})`);
    }
}

function ungrouped({ kind, reasons, headers, values }: Group): Selector[] {
    if (!["url", "prefix", "host", "tag", "everything"].includes(kind)) {
        throw new TypeError(`unknown kind ${JSON.stringify(kind)}`);
    }
    const set = headers === undefined ? {} : { headers };
    return values.map((value) => {
        const all = typeof reasons === "string" ? [usualReason(reasons, asText(value))] : reasons.map(asText);
        const first = all[0] === FIRST_DEPLOY ? "added" : undefined;
        const change = kind === "url" ? (changeIn(asText(value), all) ?? first) : undefined;
        return { kind, value, ...set, reasons: all, ...(change === undefined ? {} : { change }) };
    });
}

function sampleOf([url, digest, ...was]: [unknown, unknown, ...unknown[]]): Sample {
    return { url: asText(url), digest: digest === null ? null : asText(digest), was: was.map(asText) };
}

function seenOf([url, status, digest]: readonly unknown[]): readonly [string, readonly [number, string]] {
    return [asText(url), [asCount(status), asText(digest)]];
}

function asText(value: unknown): string {
    if (typeof value !== "string") {
        throw new TypeError(`${JSON.stringify(value)} is not a text`);
    }
    return value;
}

function asCount(value: unknown): number {
    if (!Number.isSafeInteger(value) || (value as number) < 0) {
        throw new TypeError(`${JSON.stringify(value)} is not a count`);
    }
    return value as number;
}
