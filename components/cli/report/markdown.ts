import { grouped } from "../../errors/text";
import { block, code, prose, table } from "../../plan/render";
import type { Selector } from "../../plan/selector";
import { changesText, countOf, purgedText, requestsText, verifiedText } from "../../purge/words";
import type { Section } from "./section";

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
