import { UsageError } from "../../errors/problem";
import { variantsOf, withHeaders } from "../../plan/headers";
import type { Plan } from "../../plan/plan";
import { plan, planFor } from "../../plan/plan";
import type { Sample } from "../../plan/samples";
import type { Change, Selector } from "../../plan/selector";
import { merged } from "../../plan/selector";
import type { Targets } from "../../plan/targets";
import { parseTargets, urlInKeyForm } from "../../plan/targets";
import { KINDS } from "../../purge/owed";
import type { DifferenceOptions } from "../plan";
import { planOptionsOf, readDifference } from "../plan";
import type { Io, Terminal } from "../terminal";
import { readText } from "../terminal";

/** Options that say what to purge. */
export interface SelectionOptions extends DifferenceOptions {
    readonly url?: readonly string[];
    readonly urlFile?: string;
    readonly literal?: boolean;
    readonly prefix?: readonly string[];
    readonly host?: readonly string[];
    readonly tag?: readonly string[];
    readonly everything?: boolean;
    readonly yes?: boolean;
    readonly owed?: string;
}

/**
 * What the command line names: exactly one of targets, a difference, what a former run left owed, or everything.
 *
 * @throws ProblemError for none, for two of them, and for everything without --yes; OptionError for a bad target.
 */
export async function selection(options: SelectionOptions, io: Io, screen: Terminal): Promise<Plan> {
    const named = ["--url", "--url-file", "--prefix", "--host", "--tag"].filter(
        (option) => options[optionKey(option)] !== undefined,
    );
    const ways = [
        ...(named.length > 0 ? [named.join(", ")] : []),
        ...(options.from !== undefined || options.to !== undefined ? ["--from and --to"] : []),
        ...(options.owed !== undefined ? ["--owed"] : []),
        ...(options.everything ? ["--everything"] : []),
    ];
    if (ways.length === 0) {
        throw new UsageError(
            "Nothing says what to purge.",
            "Give --url, --prefix, --host or --tag; or --from and --to; or --everything --yes.",
        );
    }
    if (ways.length > 1) {
        throw new UsageError(
            `${ways.join(" and ")} do not go together.`,
            "Purge in two runs, or leave one of them out.",
        );
    }
    if (options.everything) {
        if (!options.yes) {
            throw new UsageError(
                "--everything empties the zone's whole cache: every visitor's next request goes to the origin.",
                "Add --yes if that is meant; --host purges one host, and --from with --to only what changed.",
            );
        }
        return planFor(parseTargets("everything", ["asked for"]));
    }
    if (options.owed !== undefined) {
        const { selectors, samples } = await readOwed(options.owed, io);
        return planFor(selectors, samples);
    }
    if (named.length > 0) {
        return planFor(await targets(options, io));
    }
    const { before, after } = await readDifference(options, io, screen);
    return plan(before, after, planOptionsOf(options));
}

async function targets(options: SelectionOptions, io: Io): Promise<Selector[]> {
    const { url = [], urlFile, prefix, host, tag } = options;
    const asked: Targets = {
        urls: [...url, ...(urlFile === undefined ? [] : await linesOf(urlFile, io))],
        ...(prefix === undefined ? {} : { prefixes: prefix }),
        ...(host === undefined ? {} : { hosts: host }),
        ...(tag === undefined ? {} : { tags: tag }),
    };
    const literal = options.literal ? (asked.urls ?? []).map(literalUrl) : [];
    const parsed = parseTargets(options.literal ? { ...asked, urls: [] } : asked, ["asked for"]);
    const variants = variantsOf({ headers: options.headers, crossOrigins: options.crossOrigin });
    return merged([...literal, ...parsed].flatMap((selector) => withHeaders(selector, variants)));
}

/** A URL whose asterisks are part of a file's name. */
function literalUrl(url: string, i: number): Selector {
    return { kind: "url", value: urlInKeyForm(`targets.urls[${i}]`, url), reasons: ["asked for"] };
}

async function linesOf(file: string, io: Io): Promise<string[]> {
    let text: string;
    try {
        text = await readText(file, io);
    } catch (error) {
        throw new UsageError(
            `--url-file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
            "Name a file with one URL a line.",
        );
    }
    const lines = text.split("\n").map((line) => line.trim());
    const urls = lines.filter((line) => line !== "" && !line.startsWith("#"));
    if (urls.length === 0) {
        throw new UsageError(`--url-file ${file} holds no URL.`, "Write one URL a line.");
    }
    return urls;
}

function optionKey(option: string): "url" | "urlFile" | "prefix" | "host" | "tag" {
    return option.slice(2).replace("-file", "File") as "url";
}

/**
 * What a former run left owed: the output of `cache-purge purge --json`, from a file or stdin (`-`).
 *
 * @throws ProblemError when it is none; OptionError for a selector that nobody could purge.
 */
export async function readOwed(file: string, io: Io): Promise<Pick<Plan, "selectors" | "samples">> {
    let text: string;
    try {
        text = await readText(file, io);
    } catch (error) {
        throw new UsageError(`--owed ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, REMEDY);
    }
    let owed: { selectors?: unknown; samples?: unknown } | undefined;
    try {
        owed = (JSON.parse(text) as { owed?: { selectors?: unknown; samples?: unknown } } | null)?.owed;
    } catch {
        owed = undefined;
    }
    if (!Array.isArray(owed?.selectors)) {
        throw new UsageError(`--owed ${file} is not what a purge printed: it has no "owed".`, REMEDY);
    }
    const samples = Array.isArray(owed.samples) ? owed.samples.filter(isSample) : [];
    return { selectors: owed.selectors.map((item, i) => selectorOf(item, `--owed selectors[${i}]`)), samples };
}

const REMEDY = "Name a file that `cache-purge purge --json` wrote.";

const LISTS = { url: "urls", prefix: "prefixes", host: "hosts", tag: "tags" } as const;

function selectorOf(item: unknown, where: string): Selector {
    const { kind, value, headers, change } = (item ?? {}) as Readonly<Record<string, unknown>>;
    if (kind === "everything") {
        throw new UsageError(`${where} is everything.`, "Write --everything --yes: that is never done from a file.");
    }
    const list = Object.entries(LISTS).find(([name]) => name === kind)?.[1];
    if (list === undefined) {
        throw new UsageError(`${where} is not a selector.`, REMEDY);
    }
    if (list === "urls") {
        const url = urlInKeyForm(where, value);
        return {
            kind: "url",
            value: url,
            reasons: ["still owed"],
            ...(isHeaders(headers) ? { headers } : {}),
            ...(isChange(change) ? { change } : {}),
        };
    }
    const [selector] = parseTargets({ [list]: [value] } as Targets, ["still owed"], where);
    return selector as Selector;
}

function isChange(change: unknown): change is Change {
    return KINDS.includes(change as Change);
}

function isHeaders(headers: unknown): headers is Readonly<Record<string, string>> {
    return (
        typeof headers === "object" &&
        headers !== null &&
        Object.values(headers).every((value) => typeof value === "string")
    );
}

const DIGEST = /^[0-9a-f]{32}$/;

function isSample(item: unknown): item is Sample {
    const { url, digest, was } = (item ?? {}) as { url?: unknown; digest?: unknown; was?: unknown };
    const known = digest === null || (typeof digest === "string" && DIGEST.test(digest));
    return typeof url === "string" && URL.canParse(url) && known && Array.isArray(was);
}
