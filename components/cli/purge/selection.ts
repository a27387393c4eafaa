import { UsageError } from "../../errors/problem";
import { variantsOf, withHeaders } from "../../plan/headers";
import type { Plan } from "../../plan/plan";
import { plan, planFor } from "../../plan/plan";
import type { Selector } from "../../plan/selector";
import { merged } from "../../plan/selector";
import type { Targets } from "../../plan/targets";
import { parseTargets, urlInKeyForm } from "../../plan/targets";
import type { Io } from "../io";
import type { DifferenceOptions } from "../planOptions";
import { planOptionsOf, readDifference } from "../planOptions";
import { readText } from "../readText";
import type { Terminal } from "../terminal";
import { readOwed } from "./owed";

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
