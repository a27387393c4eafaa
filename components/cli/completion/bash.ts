import type { Command } from "commander";
import type { OptionWords } from "./words";
import { commandWords } from "./words";

/** A completion script for bash, with `complete` and `compgen` alone. */
export function bash(root: Command): string {
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
        ${flags(all, "file")}) COMPREPLY=($(compgen -f -- "$current")); return ;;
        ${flags(all, "any")}) COMPREPLY=(); return ;;
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

function flags(all: readonly OptionWords[], value: OptionWords["value"]): string {
    return [...new Set(all.filter((option) => option.value === value).map(({ flag }) => flag))].join("|");
}
