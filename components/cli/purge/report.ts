import type { Zone } from "../../cloudflare/zone";
import type { ProblemError } from "../../errors/problem";
import { problemText } from "../../errors/problem";
import { grouped } from "../../errors/text";
import type { Plan } from "../../plan/plan";
import { WHOLE } from "../../plan/render";
import type { Selector } from "../../plan/selector";
import { merged } from "../../plan/selector";
import type { Outcome, Receipt } from "../../purge/outcome";
import { receiptOf } from "../../purge/outcome";
import type { Checked } from "../../purge/verify";
import { variantOf } from "../../purge/verify";

import { countOf, lookProblem, namedFlags, warningText } from "../../purge/words";
import type { Result } from "./run";
import { VOICE } from "./run";

/** What `purge --json` prints. `--owed` reads it again. */
interface PurgeJson {
    /** The name where it is known: a token that may only purge cannot read it. */
    readonly zone: { readonly id: string; readonly name?: string };
    readonly receipt: Receipt;
    /** What is still to be purged. */
    readonly owed: Pick<Plan, "selectors" | "samples">;
    readonly warnings: readonly string[];
    readonly error: { readonly key: string; readonly cause: string; readonly remedy: string } | null;
}

/** All of it as plain data. */
export function purgeJson(zone: Zone, { outcome, checked, problem }: Result): PurgeJson {
    const owed = owedOf(outcome, checked);
    const count = (state: Checked["state"]): number => checked.filter((one) => one.state === state).length;
    const receipt = {
        ...receiptOf(outcome),
        owed: owed.selectors.length,
        verified: count("verified"),
        stale: count("stale"),
        unverifiable: count("unverifiable"),
    };
    return {
        zone: { id: zone.id, ...(zone.name === "" ? {} : { name: zone.name }) },
        receipt,
        owed,
        warnings: warningsOf(outcome, checked),
        error: problem === undefined ? null : { key: problem.key, cause: problem.cause, remedy: problem.remedy },
    };
}

/**
 * What is still to be purged. Not what the upload is likely to leave out, nor removed files that are still served: there is
 * no later run that would ask again, so they are told and not owed.
 */
function owedOf(outcome: Outcome, checked: readonly Checked[]): PurgeJson["owed"] {
    const entries = outcome.owed.filter(({ why, isPartial }) => why !== "removed" && isPartial !== true);
    const known = new Set(outcome.checked.map(variantOf));
    const stale = checked.filter((one) => one.state === "stale" && !known.has(variantOf(one)));
    const more = stale.map(
        ({ url, origin }): Selector => ({
            kind: "url",
            value: url,
            reasons: ["served old bytes after a purge"],
            ...(origin === undefined ? {} : { headers: { Origin: origin } }),
        }),
    );
    return {
        selectors: merged([...entries.flatMap(({ selectors }) => selectors), ...more]),
        samples: entries.flatMap(({ samples }) => samples),
    };
}

/** Sentences about single URLs, at most: a site that is down says so once. */
const MOST = 3;

function warningsOf(outcome: Outcome, checked: readonly Checked[]): string[] {
    const texts = outcome.warnings.map((warning) => warningText(warning, VOICE));
    // What was compared with the manifest is in the warnings; of other URLs, what was seen.
    const known = new Set(outcome.checked.map(variantOf));
    const seen = checked
        .filter((one) => !known.has(variantOf(one)))
        .flatMap(({ look }) => {
            const problem = "verdict" in look && look.verdict.state === "later" ? undefined : lookProblem(look);
            return problem === undefined ? [] : [problemText(problem)];
        });
    const distinct = [...new Set(seen)];
    const more = distinct.length - MOST;
    return [...texts, ...distinct.slice(0, MOST), ...(more > 0 ? [`and ${grouped(more)} more like that`] : [])];
}

/** Selectors that are named one by one in a sentence, at most. */
const NAMED = 5;

/** What is owed and how to purge it: a line each. @param zone The flags that name it: `--zone example.com`. */
export function owedLines(selectors: readonly Selector[], zone: string, failure: ProblemError | undefined): string[] {
    if (selectors.length === 0) {
        return [];
    }
    const names = selectors
        .slice(0, NAMED)
        .map(({ kind, value }) => (kind === "url" ? value : `${kind} ${kind === "everything" ? WHOLE : value}`));
    const more = selectors.length > NAMED ? ` and ${grouped(selectors.length - NAMED)} more` : "";
    const count = countOf(selectors);
    const again = failure === undefined ? "to repeat" : "to repeat, once that is mended";
    const command =
        repetition(selectors, zone) ??
        `the same command; or only the rest, when it was run with --json > FILE: cache-purge purge ${zone} --owed FILE`;
    return [`still owed: ${count}: ${names.join(", ")}${more}`, `${again}: ${command}`];
}

/** The command that purges what is owed; `undefined`: it is more than a command line names. @param zone Its flags. */
export function repetition(selectors: readonly Selector[], zone: string): string | undefined {
    const isEverything = selectors.some(({ kind }) => kind === "everything");
    const flags = isEverything ? "--everything --yes" : namedFlags(selectors, NAMED);
    return flags === undefined ? undefined : `cache-purge purge ${zone} ${flags}`;
}
