import type { Command, Option } from "commander";

/** One command as a completion script needs it. */
export interface CommandWords {
    readonly name: string;
    readonly description: string;
    readonly options: readonly OptionWords[];
}

export interface OptionWords {
    /** `--zone`. */
    readonly flag: string;
    readonly description: string;
    /** What its value is: nothing, one of a few words, a file, a folder, or anything. */
    readonly value: "none" | "file" | "any" | readonly string[];
}

/** The commands below the root, each with its options and the root's. */
export function commandWords(root: Command): CommandWords[] {
    const shared = root.options.filter(({ long }) => long !== "--version").map(optionWords);
    return root.commands.map((command) => ({
        name: command.name(),
        description: command.description(),
        options: [...command.options.map(optionWords), ...shared, HELP],
    }));
}

const HELP: OptionWords = { flag: "--help", description: "show help", value: "none" };

function optionWords({ long, flags, description, argChoices }: Option): OptionWords {
    const value = /<([^>]+)>/.exec(flags)?.[1];
    return {
        flag: long as string,
        description: description.replace(/\s+/g, " "),
        value: value === undefined ? "none" : (argChoices ?? (/file|dir|manifest|curl/.test(value) ? "file" : "any")),
    };
}
