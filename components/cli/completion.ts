import type { Option } from "commander";
import { Argument, Command } from "commander";
import type { Done, Io } from "./terminal";

/** One command as a completion script needs it. */
interface CommandWords {
    readonly name: string;
    readonly description: string;
    readonly options: readonly OptionWords[];
}

interface OptionWords {
    /** `--zone`. */
    readonly flag: string;
    readonly description: string;
    /** What its value is: nothing, one of a few words, a file, a folder, or anything. */
    readonly value: "none" | "file" | "any" | readonly string[];
}

/** The commands below the root, each with its options and the root's. */
function commandWords(root: Command): CommandWords[] {
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

/** A completion script for bash, with `complete` and `compgen` alone. */
function bash(root: Command): string {
    const commands = commandWords(root);
    const cases = commands.map(
        ({ name, options }) => `        ${name}) words="${options.map(({ flag }) => flag).join(" ")}" ;;`,
    );
    const all = commands.flatMap(({ options }) => options);
    return `# bash completion for cache-purge: source <(cache-purge completion bash)
_cache_purge() {
    local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" word words
    for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case "$word" in
            ${commands.map(({ name }) => name).join("|")}) command="$word"; break ;;
        esac
    done
    case "$previous" in
${choices(all)}
        ${flagsOf(all, "file")}) COMPREPLY=($(compgen -f -- "$current")); return ;;
        ${flagsOf(all, "any")}) COMPREPLY=(); return ;;
    esac
    case "$command" in
        "") words="${commands.map(({ name }) => name).join(" ")} --help --version --no-color" ;;
${cases.join("\n")}
    esac
    if [[ "$current" == -* || -z "$command" ]]; then
        COMPREPLY=($(compgen -W "$words" -- "$current"))
    elif [[ "$command" == completion ]]; then
        COMPREPLY=($(compgen -W "bash zsh fish" -- "$current"))
    elif [[ "$command" == manifest ]]; then
        COMPREPLY=($(compgen -W "show" -- "$current") $(compgen -f -- "$current"))
    fi
}
complete -o filenames -F _cache_purge cache-purge pulumi-cloudflare-cache-purge
`;
}

function choices(all: readonly OptionWords[]): string {
    const lists = new Map(
        all.flatMap(({ flag, value }) => (typeof value === "string" ? [] : [[flag, value.join(" ")] as const])),
    );
    return [...lists]
        .map(([flag, words]) => `        ${flag}) COMPREPLY=($(compgen -W "${words}" -- "$current")); return ;;`)
        .join("\n");
}

function flagsOf(all: readonly OptionWords[], value: OptionWords["value"]): string {
    return [...new Set(all.filter((option) => option.value === value).map(({ flag }) => flag))].join("|");
}

/** A completion script for zsh, with `_arguments`. */
function zsh(root: Command): string {
    const commands = commandWords(root);
    const cases = commands.map(({ name, options }) => {
        const specs = options.map((option) => `                ${spec(option)}`);
        const operand =
            name === "completion" ? ["                '1:shell:(bash zsh fish)'"] : ["                '*:file:_files'"];
        return `            ${name})\n            _arguments \\\n${[...specs, ...operand].join(" \\\n")}\n            ;;`;
    });
    return `#compdef cache-purge pulumi-cloudflare-cache-purge
# zsh completion for cache-purge: save as _cache-purge in a folder of $fpath
_cache_purge() {
    local state line
    local -a commands=(
${commands.map(({ name, description }) => `        '${name}:${quotedForZsh(description)}'`).join("\n")}
    )
    _arguments -C '--help[show help]' '--version[print the version]' '--no-color[no colours]' '1:command:->command' '*::argument:->argument'
    case $state in
        command) _describe command commands ;;
        argument)
            case $line[1] in
${cases.join("\n")}
            esac
            ;;
    esac
}
if [ "$funcstack[1]" = "_cache_purge" ]; then _cache_purge "$@"; else compdef _cache_purge cache-purge pulumi-cloudflare-cache-purge; fi
`;
}

function spec({ flag, description, value }: OptionWords): string {
    const words = quotedForZsh(description).replace(/[[\]:]/g, "\\$&");
    const action =
        value === "none"
            ? ""
            : value === "file"
              ? ":file:_files"
              : value === "any"
                ? ":value: "
                : `:value:(${value.join(" ")})`;
    return `'*${flag}[${words}]${action}'`;
}

function quotedForZsh(text: string): string {
    return text.replaceAll("'", `'\\''`);
}

/** A completion script for fish, with `complete`. */
function fish(root: Command): string {
    const commands = commandWords(root);
    const none = "__fish_use_subcommand";
    const lines = commands.flatMap(({ name, description, options }) => [
        `complete -c cache-purge -f -n ${none} -a ${name} -d ${quotedForFish(description)}`,
        ...options.map(
            (option) => `complete -c cache-purge -n '__fish_seen_subcommand_from ${name}' ${fishWords(option)}`,
        ),
    ]);
    return `# fish completion for cache-purge: save as ~/.config/fish/completions/cache-purge.fish
${lines.join("\n")}
complete -c cache-purge -f -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
complete -c cache-purge -n '__fish_seen_subcommand_from manifest' -a show
complete -c pulumi-cloudflare-cache-purge -w cache-purge
`;
}

function fishWords({ flag, description, value }: OptionWords): string {
    const argument =
        value === "none" ? "-f" : value === "file" ? "-r -F" : value === "any" ? "-x" : `-x -a '${value.join(" ")}'`;
    return `-l ${flag.slice(2)} ${argument} -d ${quotedForFish(description)}`;
}

function quotedForFish(text: string): string {
    return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

const SHELLS = { bash, zsh, fish } as const;

/** `cache-purge completion SHELL`. */
export function completionCommand(io: Io, _done: Done, root: Command): Command {
    return new Command("completion")
        .description("Print a completion script for a shell.")
        .addArgument(new Argument("<shell>", "bash, zsh or fish").choices(Object.keys(SHELLS)))
        .addHelpText(
            "after",
            `
Examples:
  $ source <(cache-purge completion bash)
  $ cache-purge completion zsh > "\${fpath[1]}/_cache-purge"
  $ cache-purge completion fish > ~/.config/fish/completions/cache-purge.fish`,
        )
        .action((shell: keyof typeof SHELLS) => {
            io.stdout.write(SHELLS[shell](root));
        });
}
