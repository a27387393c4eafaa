import { readFileSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { UsageError } from "../errors/usageError";
import { nearest } from "../settings/check";
import type { Done, Io } from "./io";

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
  $ cache-purge explain stale`,
        )
        .action((word: string | undefined) => {
            const width = io.stdout.columns ?? 100;
            const lines = word === undefined ? listing() : explanation(word.toLowerCase());
            io.stdout.write(`${lines.flatMap((line) => wrapped(line, width)).join("\n")}\n`);
        });
}

function listing(): string[] {
    return [
        "keys of errors:",
        ...[...keys().keys()].map((key) => `  ${key}`),
        `codes of Cloudflare's: ${[...codes().keys()].join(", ")}`,
        "topics: stale",
    ];
}

function explanation(word: string): string[] {
    if (word === "stale") {
        return rows("stale.md")
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
    const near = nearest(word, [...keys().keys(), ...codes().keys(), "stale"]);
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

/** The cells of every table of a page, without links. */
function rows(page: string): string[][] {
    return readFileSync(path.join(__dirname, "..", "..", "docs", page), "utf8")
        .split("\n")
        .filter((line) => line.startsWith("| "))
        .map((line) =>
            line
                .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
                .slice(2, -2)
                .split(" | "),
        );
}

/** A line in lines of the terminal's width, broken between words and indented as the first. */
function wrapped(line: string, width: number): string[] {
    const [, indent = "", text = ""] = /^( *)(.*)$/s.exec(line) ?? [];
    const lines: string[] = [];
    for (const word of text.split(" ")) {
        const last = lines.at(-1);
        if (last !== undefined && last.length + 1 + word.length <= width) {
            lines[lines.length - 1] = `${last} ${word}`;
        } else {
            lines.push(indent + word);
        }
    }
    return lines;
}
