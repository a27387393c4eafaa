import { Command } from "commander";
import { ownPackage, PROJECT } from "../settings/project";
import { completionCommand } from "./completion";
import { doctorCommand } from "./doctor";
import { explainCommand } from "./explain";
import type { Done, Io } from "./io";
import { manifestCommand } from "./manifest";
import { planCommand } from "./plan";
import { purgeCommand } from "./purge";
import { reportCommand } from "./report";
import { verifyCommand } from "./verify";
import { wrapping } from "./wrapped";

const { version: VERSION = "unknown" } = ownPackage();

const FOOTER = `
Credentials come from the environment (CLOUDFLARE_API_TOKEN), --token-file or --token-stdin; never from an argument.
Results go to stdout, everything else to stderr.
Exit codes: 0 done and nothing is wrong; 1 it failed, or something is owed, stale or unhealthy;
2 wrong usage; 130 stopped by Ctrl-C.

Examples:
  $ cache-purge doctor --zone example.com
  $ cache-purge plan --from before --to after --base-url https://www.example.com
  $ cache-purge purge --zone example.com --url https://www.example.com/feed.xml${PROJECT.url === "" ? "" : `\n\nMore: ${PROJECT.url}`}`;

/** The command line, one file a command. */
export function program(io: Io, done: Done): Command {
    const root = new Command("cache-purge")
        .description("Purges exactly what changed from Cloudflare's cache, and tells why a purge fails.")
        .version(VERSION, "-v, --version", "print the version")
        .helpCommand("help [command]", "show help for a command")
        .option("--no-color", "no colours (as NO_COLOR does)")
        .addHelpText("after", FOOTER);
    root.addCommand(
        new Command("version").description("Print the version.").action(() => void io.stdout.write(`${VERSION}\n`)),
    );
    for (const make of [
        doctorCommand,
        planCommand,
        purgeCommand,
        verifyCommand,
        reportCommand,
        manifestCommand,
        explainCommand,
        completionCommand,
    ]) {
        root.addCommand(make(io, done, root));
    }
    for (const command of all(root)) {
        configure(command, root, io);
    }
    return root;
}

/** A command and everything below it. */
export function all(command: Command): Command[] {
    return [command, ...command.commands.flatMap((child) => all(child))];
}

/** Commander's own words go to our streams, end nothing, and repeat no value that might be a secret. */
function configure(command: Command, root: Command, { stdout, stderr }: Io): void {
    command
        .exitOverride()
        .helpOption("-h, --help", "show help")
        // Of a command within a command, those of the one above do not count.
        .configureHelp({ showGlobalOptions: command !== root, visibleGlobalOptions: () => [...root.options] })
        .showSuggestionAfterError()
        .showHelpAfterError(`See: ${fullName(command)} --help`)
        .configureOutput({
            writeOut: (text) => void wrapping(stdout).write(text),
            writeErr: (text) => void wrapping(stderr).write(withoutValues(text)),
            getOutHasColors: () => false,
            getErrHasColors: () => false,
            getOutHelpWidth: () => stdout.columns ?? 100,
            getErrHelpWidth: () => stderr.columns ?? 100,
        });
}

/** Commander's words without a value that may be a secret. */
export function withoutValues(text: string): string {
    return text.replace(/'(-[\w-]+)=[^']*'/g, "'$1'");
}

function fullName(command: Command): string {
    return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
