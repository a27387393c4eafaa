import { digestOf } from "../../components/assets/hash";
import type { Manifest } from "../../components/assets/manifest";
import { manifestOf } from "../../components/assets/manifest";
import { owedEntries, unionOf } from "../../components/plan/entries";
import type { Plan } from "../../components/plan/plan";
import type { JournalRecord } from "../../components/plan/record";

export const ORIGIN = "https://www.example.com";

/** A manifest of paths and contents, at one origin or several. */
export function manifest(answers: Record<string, string>, ...origins: string[]): Manifest {
    const paths = new Map(Object.entries(answers).map(([path, content]) => [path, digestOf(content)]));
    return manifestOf(new Map((origins.length > 0 ? origins : [ORIGIN]).map((origin) => [origin, paths])));
}

/** Selectors in short: `url https://… (changed /a.js)`. */
export function told({ selectors }: Pick<Plan, "selectors">): string[] {
    return selectors.map(({ kind, value, headers, reasons }) => {
        const set =
            headers === undefined
                ? ""
                : ` [${Object.entries(headers)
                      .map((pair) => pair.join("="))
                      .join(" ")}]`;
        return `${kind} ${value}${set} (${reasons.join(", ")})`;
    });
}

/** Paths with one content: `/d/0.js`, `/d/1.js`, … */
export function many(folder: string, count: number, content: string): Record<string, string> {
    return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${folder}${i}.js`, content]));
}

/** What is owed since a generation, all entries together. */
export function owedSince(record: JournalRecord, paid: { epoch: string; generation: number } | undefined) {
    const { entries, why } = owedEntries(record, paid);
    return { ...unionOf(entries), ...(why === undefined ? {} : { why }) };
}
