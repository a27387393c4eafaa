import type { Zone } from "../../cloudflare/zone";
import type { ProblemError } from "../../errors/problem";
import { counted } from "../../plan/numbers";
import type { Plan } from "../../plan/plan";
import type { Selector } from "../../plan/selector";
import type { Outcome } from "../../purge/purge";
import type { Receipt } from "../../purge/receipt";
import { receiptOf } from "../../purge/receipt";
import type { Afterwards } from "./verifyPurge";

/** What `purge --json` prints. `--owed` reads it again. */
export interface PurgeJson {
    readonly zone: { readonly id: string; readonly name: string };
    readonly receipt: Receipt;
    /** What is still to be purged. */
    readonly owed: Pick<Afterwards, "selectors" | "samples">;
    readonly warnings: readonly string[];
    readonly error: { readonly key: string; readonly cause: string; readonly remedy: string } | null;
}

/** The whole of it as plain data. */
export function purgeJson(
    zone: Zone,
    { counts }: Plan,
    outcome: Outcome,
    left: Afterwards,
    failure: ProblemError | undefined,
): PurgeJson {
    const { selectors, samples, warnings, verified, stale, unverifiable } = left;
    const receipt = receiptOf(outcome, counts);
    return {
        zone: { id: zone.id, name: zone.name },
        receipt: { ...receipt, owed: selectors.length, verified, stale, unverifiable },
        owed: { selectors, samples },
        warnings,
        error: failure === undefined ? null : { key: failure.key, cause: failure.cause, remedy: failure.remedy },
    };
}

/** One line of what was done: `purged 12 URLs in example.com: 2 requests, 2.4 s; 10 of 10 verified at the edge`. */
export function doneLine({ zone, receipt }: PurgeJson, invalidated: boolean): string {
    const kinds = [
        [receipt.urls, "URL"],
        [receipt.prefixes, "prefix"],
        [receipt.hosts, "host"],
        [receipt.tags, "tag"],
    ] as const;
    const what = receipt.everything
        ? "everything"
        : kinds
              .filter(([count]) => count > 0)
              .map(([count, noun]) => counted(count, noun))
              .join(", ") || "nothing";
    const looked = receipt.verified + receipt.stale + receipt.unverifiable;
    const seen = looked === 0 ? "" : `; ${receipt.verified} of ${looked} verified at the edge`;
    const verb = invalidated ? "invalidated" : "purged";
    const requests = counted(receipt.requests, "request");
    return `${verb} ${what} in ${zone.name || `zone ${zone.id}`}: ${requests}, ${receipt.seconds.toFixed(1)} s${seen}`;
}

/** Selectors that are named one by one in a sentence, at most. */
const NAMED = 5;

/** What is owed and how to pay it: a line each. */
export function owedLines(selectors: readonly Selector[], zone: string, failure: ProblemError | undefined): string[] {
    if (selectors.length === 0) {
        return [];
    }
    const names = selectors.slice(0, NAMED).map(({ kind, value }) => (kind === "url" ? value : `${kind} ${value}`));
    const more = selectors.length > NAMED ? ` and ${selectors.length - NAMED} more` : "";
    const count = selectors.every(({ kind }) => kind === "url")
        ? counted(selectors.length, "URL")
        : counted(selectors.length, "selector");
    const again = failure === undefined ? "to repeat" : "to repeat, once that is mended";
    return [`still owed: ${count}: ${names.join(", ")}${more}`, `${again}: ${repetition(selectors, zone)}`];
}

function repetition(selectors: readonly Selector[], zone: string): string {
    const start = `cache-purge purge --zone ${zone}`;
    const only = selectors[0] as Selector;
    if (only.kind === "everything") {
        return `${start} --everything --yes`;
    }
    return selectors.length <= NAMED && selectors.every(({ headers }) => headers === undefined)
        ? `${start} ${selectors.map(({ kind, value }) => `--${kind} ${quoted(value)}`).join(" ")}`
        : `the same command; or only the rest, when it was run with --json > FILE: ${start} --owed FILE`;
}

/** A word that a POSIX shell takes as it is. */
function quoted(value: string): string {
    return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
