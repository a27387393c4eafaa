import type { Command } from "commander";
import type { OptionWords } from "./words";
import { commandWords } from "./words";

/** A completion script for fish, with `complete`. */
export function fish(root: Command): string {
    const commands = commandWords(root);
    const none = "__fish_use_subcommand";
    const lines = commands.flatMap(({ name, description, options }) => [
        `complete -c cache-purge -f -n ${none} -a ${name} -d ${quoted(description)}`,
        ...options.map((option) => `complete -c cache-purge -n '__fish_seen_subcommand_from ${name}' ${words(option)}`),
    ]);
    return `# fish completion for cache-purge: save as ~/.config/fish/completions/cache-purge.fish
${lines.join("\n")}
complete -c cache-purge -f -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
complete -c cache-purge -n '__fish_seen_subcommand_from manifest' -a show
complete -c pulumi-cloudflare-cache-purge -w cache-purge
`;
}

function words({ flag, description, value }: OptionWords): string {
    const argument =
        value === "none" ? "-f" : value === "file" ? "-r -F" : value === "any" ? "-x" : `-x -a '${value.join(" ")}'`;
    return `-l ${flag.slice(2)} ${argument} -d ${quoted(description)}`;
}

function quoted(text: string): string {
    return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
