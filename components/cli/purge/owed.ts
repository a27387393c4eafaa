import { UsageError } from "../../errors/problem";
import type { Plan } from "../../plan/plan";
import type { Sample } from "../../plan/samples";
import type { Selector } from "../../plan/selector";
import type { Targets } from "../../plan/targets";
import { parseTargets, urlInKeyForm } from "../../plan/targets";
import type { Io } from "../io";
import { readText } from "../readText";

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
    const { kind, value, headers } = (item ?? {}) as { kind?: unknown; value?: unknown; headers?: unknown };
    if (kind === "everything") {
        throw new UsageError(`${where} is everything.`, "Write --everything --yes: that is never done from a file.");
    }
    const list = Object.entries(LISTS).find(([name]) => name === kind)?.[1];
    if (list === undefined) {
        throw new UsageError(`${where} is not a selector.`, REMEDY);
    }
    if (list === "urls") {
        const url = urlInKeyForm(where, value);
        return { kind: "url", value: url, reasons: ["still owed"], ...(isHeaders(headers) ? { headers } : {}) };
    }
    const [selector] = parseTargets({ [list]: [value] } as Targets, ["still owed"], where);
    return selector as Selector;
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
