import { readFileSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { UsageError } from "../errors/problem";
import { nearest } from "../settings/option";
import type { Done, Io } from "./terminal";
import { wrapped } from "./terminal";

/** `cache-purge explain WORD`: what an error's key, a code of Cloudflare's or a topic means, in the words of docs/. */
export function explainCommand(io: Io, _done: Done): Command {
    return new Command("explain")
        .description("Explain the key of an error, a code of Cloudflare's, or a topic.")
        .argument("[word]", "such as missing-permission, 10000 or stale (default: list them)")
        .addHelpText(
            "after",
            `
Examples:
  $ cache-purge explain missing-permission
  $ cache-purge explain 10000
  $ cache-purge explain stale
  $ cache-purge explain credentials
  $ cache-purge explain limits`,
        )
        .action((word: string | undefined) => {
            const width = io.stdout.columns ?? 100;
            const lines = word === undefined ? listing() : explanation(word.toLowerCase());
            io.stdout.write(`${lines.flatMap((line) => wrapped(line, width)).join("\n")}\n`);
        });
}

/** The section of a page that is about a topic; without a heading, its table of what one sees. */
const TOPICS: Readonly<Record<string, readonly [page: string, heading?: string]>> = {
    stale: ["stale.md"],
    credentials: ["cli.md", "Credentials"],
    limits: ["planning.md", "Limits"],
};

function listing(): string[] {
    return [
        "keys of errors:",
        ...[...keys().keys()].map((key) => `  ${key}`),
        `codes of Cloudflare's: ${[...codes().keys()].join(", ")}`,
        `topics: ${Object.keys(TOPICS).join(", ")}`,
    ];
}

function explanation(word: string): string[] {
    const [page, heading] = Object.hasOwn(TOPICS, word) ? (TOPICS[word] ?? []) : [];
    if (page !== undefined && heading !== undefined) {
        return section(page, heading);
    }
    if (page !== undefined) {
        return rows(page)
            .filter(([see]) => see !== "what you see")
            .flatMap(([see = "", reason = "", remedy = ""]) => [see, `  ${reason}`, `  remedy: ${remedy}`, ""])
            .slice(0, -1);
    }
    const [happened, toDo] = keys().get(word) ?? [];
    if (happened !== undefined) {
        const of = [...codes()].flatMap(([code, [, , keysOf = ""]]) => (keysOf.includes(`\`${word}\``) ? [code] : []));
        return [word, `  ${happened}`, `  remedy: ${toDo}`, ...(of.length === 0 ? [] : [`  codes: ${of.join(", ")}`])];
    }
    const [statuses, meaning, causes] = codes().get(word) ?? [];
    if (meaning !== undefined) {
        return [
            `${word}, with status ${statuses}`,
            `  ${meaning}`,
            ...(causes === undefined || causes === "" ? [] : [`  causes, the likeliest first: ${causes}`]),
        ];
    }
    const near = nearest(word, [...keys().keys(), ...codes().keys(), ...Object.keys(TOPICS)]);
    throw new UsageError(
        `"${word}" is not the key of an error, a code or a topic.`,
        near === undefined ? "Run `cache-purge explain` for a list." : `Run \`cache-purge explain ${near}\`.`,
    );
}

/** What happened, and what to do, by the key. */
function keys(): Map<string, string[]> {
    return table(/^`([a-z-]+)`$/);
}

/** Statuses, meaning and causes by Cloudflare's code. */
function codes(): Map<string, string[]> {
    return table(/^(\d+)$/);
}

function table(name: RegExp): Map<string, string[]> {
    return new Map(
        rows("errors.md").flatMap(([first = "", ...rest]) => {
            const key = name.exec(first)?.[1];
            return key === undefined ? [] : [[key, rest] as const];
        }),
    );
}

/** A section of a page as lines, its table in columns. */
function section(page: string, heading: string): string[] {
    const all = textOf(page).split("\n");
    const start = all.findIndex((line) => line.replace(/^#+ /, "") === heading);
    const rest = all.slice(start + 1);
    const end = rest.findIndex((line) => /^#+ /.test(line));
    const lines = rest.slice(0, end < 0 ? undefined : end);
    const grid = lines.flatMap((line) => (isRow(line) ? [cells(line)] : []));
    const widths = (grid[0] ?? []).map((_, i) => Math.max(...grid.map((row) => (row[i] ?? "").length)));
    const text = lines.flatMap((line) => {
        const row = isRow(line) ? cells(line).map((cell, i) => cell.padEnd(widths[i] ?? 0)) : undefined;
        return line.startsWith("|--") ? [] : [row?.join("  ").trimEnd() ?? line];
    });
    return text.join("\n").trim().split("\n");
}

/** The cells of every table of a page. */
function rows(page: string): string[][] {
    return textOf(page).split("\n").filter(isRow).map(cells);
}

function isRow(line: string): boolean {
    return line.startsWith("| ");
}

function cells(row: string): string[] {
    return row.slice(2, -2).split(" | ");
}

/** A page without its links. */
function textOf(page: string): string {
    return readFileSync(path.join(__dirname, "..", "..", "docs", page), "utf8").replace(/\[([^\]]+)\]\([^)]*\)/g, "$1");
}
