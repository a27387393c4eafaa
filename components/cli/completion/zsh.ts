import type { Command } from "commander";
import type { OptionWords } from "./words";
import { commandWords } from "./words";

/** A completion script for zsh, with `_arguments`. */
export function zsh(root: Command): string {
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
${commands.map(({ name, description }) => `        '${name}:${quoted(description)}'`).join("\n")}
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
    const words = quoted(description).replace(/[[\]:]/g, "\\$&");
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

function quoted(text: string): string {
    return text.replaceAll("'", `'\\''`);
}
