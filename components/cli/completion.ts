import { Argument, Command } from "commander";
import { bash } from "./completion/bash";
import { fish } from "./completion/fish";
import { zsh } from "./completion/zsh";
import type { Done, Io } from "./io";

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
