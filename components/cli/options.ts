import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { Flag, Option as OptionRow, Options, Rule } from "../settings/option";
import { ruleText } from "../settings/option";
import { whole } from "../settings/rules";

/** Adds the flags of some options to a command, in their order: each with its parser, its choices and its help. */
export function withOptions(command: Command, table: Options): Command {
    for (const row of Object.values(table)) {
        for (const flag of row.flags ?? []) {
            const option = optionOf(row, flag);
            if (!command.options.some(({ long }) => long === option.long)) {
                command.addOption(option);
            }
        }
        withOptions(command, row.rule.fields ?? {});
    }
    return command;
}

/**
 * Reads a command line's text by the rule of an option.
 *
 * @throws InvalidArgumentError (of the function returned), which commander reports with the flag's name.
 */
export function parser<T>(rule: Rule<T>): (text: string, before?: T) => T {
    return (text, before) => {
        const value = rule.read?.(text, before);
        if (value === undefined) {
            throw new InvalidArgumentError(`Write ${rule.write ?? ruleText(rule)}.`);
        }
        return value;
    };
}

function optionOf(row: OptionRow, { flags, help = row.doc }: Flag): Option {
    if (!flags.includes("<")) {
        return new Option(flags, help);
    }
    const holds = row.default === undefined ? row.otherwise : defaultText(row.default);
    const option = new Option(flags, holds === undefined ? help : `${help} (default: ${holds})`);
    const { words } = row.rule;
    return words === undefined ? option.argParser(parser(row.rule)) : option.choices(words);
}

function defaultText(value: unknown): string | undefined {
    return typeof value === "object" ? undefined : String(value);
}

const count = whole(1, 1_000_000, "URLs, or the word all");

/** How many URLs to look at: a number, or `all`. */
export function sampleSize(text: string): number {
    return text === "all" ? Number.POSITIVE_INFINITY : parser(count)(text);
}

/** Collects an option that may be given several times. */
export function list(text: string, before: readonly string[] | undefined): readonly string[] {
    return [...(before ?? []), text];
}
