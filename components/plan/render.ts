import { counted, grouped } from "../errors/text";
import type { BatchLimits } from "../settings/limits";
import { planLimits } from "../settings/limits";
import type { Batch, PurgeBody } from "./batches";
import { batches, expectedSeconds } from "./batches";
import type { Plan } from "./plan";
import type { Selector, SelectorKind } from "./selector";

/** A plan as `cache-purge plan --json` prints it. */
export interface PlanJson {
    readonly changes: Plan["changes"];
    readonly selectors: readonly Selector[];
    /** Bodies as sent, in order. */
    readonly requests: readonly PurgeBody[];
    readonly collateral: number;
    /** The least time that the requests take at the plan's rate limit, in seconds. */
    readonly seconds: number;
    readonly notes: readonly string[];
}

/** What of a plan is shown to a person. */
type Shown = Pick<Plan, "counts" | "selectors" | "collateral" | "notes">;

/** A plan as plain data, with the requests that it comes to. */
export function renderJson(plan: Plan, limits: BatchLimits = planLimits(undefined)): PlanJson {
    const sent = batches(plan.selectors, limits);
    return {
        changes: plan.changes,
        selectors: plan.selectors,
        requests: sent.map(({ body }) => body),
        collateral: plan.collateral,
        seconds: expectedSeconds(sent, limits),
        notes: plan.notes,
    };
}

/** One line: `purge 14 URLs (2 added, 10 changed, 2 removed) in 1 request`. */
export function summary(plan: Shown, limits: BatchLimits = planLimits(undefined)): string {
    if (plan.selectors.length === 0) {
        return "nothing to purge";
    }
    const why = (["added", "changed", "removed"] as const)
        .filter((change) => plan.counts[change] > 0)
        .map((change) => `${grouped(plan.counts[change])} ${change}`);
    const sent = batches(plan.selectors, limits);
    return (
        `purge ${whatOf(sent)}${why.length > 0 ? ` (${why.join(", ")})` : ""} in ${counted(sent.length, "request")}` +
        (plan.collateral > 0 ? `; ${counted(plan.collateral, "unchanged URL")} will be evicted too` : "")
    );
}

/** The plan for a terminal: a line for each selector with its reasons, the notes, and the summary. */
export function renderTable(plan: Shown, limits: BatchLimits = planLimits(undefined)): string {
    const sent = batches(plan.selectors, limits);
    const rows = sent.flatMap(({ selectors }) => selectors.map(rowOf));
    const [kinds, values] = [widest(rows.map(([kind]) => kind)), widest(rows.map(([, value]) => value))];
    const lines = rows.map(([kind, value, reasons]) =>
        `${kind.padEnd(kinds)}  ${value.padEnd(Math.min(values, MAX_WIDTH))}  ${reasons}`.trimEnd(),
    );
    const seconds = expectedSeconds(sent, limits);
    const time = seconds > 0 ? `; takes at least ${seconds} s at the plan's rate limit` : "";
    return [...lines, ...plan.notes.map((note) => `note: ${note}`), summary(plan, limits) + time, ""].join("\n");
}

/** Rows of a table that a person reads in a pull request, at most. */
const MOST_ROWS = 100;

/** The plan for a pull request or a job's summary: the summary, a folded table, and the notes. */
export function renderMarkdown(plan: Shown, limits: BatchLimits = planLimits(undefined)): string {
    const rows = batches(plan.selectors, limits).flatMap(({ selectors }) => selectors.map(rowOf));
    const more = rows.length - MOST_ROWS;
    const shown = rows.slice(0, MOST_ROWS).map(([kind, value, reasons]) => [kind, code(value), prose(reasons)]);
    const lines = [...table(["kind", "what", "why"], shown), ...(more > 0 ? ["", `and ${grouped(more)} more`] : [])];
    const head = summary(plan, limits);
    return [
        `**Cache purge:** ${head}`,
        ...(rows.length === 0 ? [] : ["", ...folded(counted(rows.length, "selector"), lines)]),
        ...plan.notes.flatMap((note) => ["", `Note: ${prose(note)}`]),
        "",
    ].join("\n");
}

/** Columns that a value may take before the reasons stop lining up. */
const MAX_WIDTH = 80;

/** What a purge of everything names. */
export const WHOLE = "in the zone";

const WORDS: Record<SelectorKind, string> = { url: "URL", prefix: "prefix", host: "host", tag: "tag", everything: "" };

function whatOf(sent: readonly Batch[]): string {
    const counts = new Map<SelectorKind, number>();
    for (const { kind, selectors } of sent) {
        counts.set(kind, (counts.get(kind) ?? 0) + selectors.length);
    }
    if (counts.has("everything")) {
        return `everything ${WHOLE}`;
    }
    const parts = (["url", "prefix", "tag", "host"] as const)
        .filter((kind) => counts.has(kind))
        .map((kind) => counted(counts.get(kind) ?? 0, WORDS[kind]));
    return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function rowOf({ kind, value, headers, reasons }: Selector): [string, string, string] {
    const set = Object.entries(headers ?? {}).map(([name, text]) => `${name}: ${text}`);
    const what = kind === "everything" ? WHOLE : value;
    return [kind, set.length > 0 ? `${what} [${set.join(", ")}]` : what, reasons.join(", ")];
}

function widest(texts: readonly string[]): number {
    return texts.reduce((most, text) => Math.max(most, text.length), 0);
}

/** A text as code, in a table's cell or outside: whatever it holds, it is shown as it is. */
export function code(text: string): string {
    const line = text.replace(/\s/g, " ").replaceAll("|", "\\|");
    return line.includes("`") ? `\`\` ${line} \`\`` : `\`${line}\``;
}

/** A sentence that may hold names with characters of Markdown's own. */
export function prose(text: string): string {
    return text.replace(/\s+/g, " ").replace(/[\\`*_<>|[\]#@]/g, "\\$&");
}

/** A table of rows of cells, which are Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
    return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

/** What is long is folded away under its summary. */
function folded(title: string, lines: readonly string[]): string[] {
    return ["<details>", `<summary>${title}</summary>`, "", ...lines, "", "</details>"];
}

/** Text of others as it stands, such as an error's: a fence that is longer than any in it. */
export function block(text: string): string[] {
    const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = "`".repeat(longest + 1);
    return [`${fence}text`, text, fence];
}
