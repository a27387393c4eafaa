import { Command, CommanderError } from "commander";
import { redactor } from "../cloudflare/redact";
import { UsageError } from "../errors/problem";
import { ownPackage, PROJECT } from "../settings/project";
import { completionCommand } from "./completion";
import { refuseSecrets } from "./credential";
import { doctorCommand } from "./doctor";
import { explainCommand } from "./explain";
import { manifestCommand } from "./manifest";
import { planCommand } from "./plan";
import { EXIT, exitCodeOf, problemOf } from "./problem";
import { purgeCommand } from "./purge";
import { reportCommand } from "./report";
import type { Done, Io } from "./terminal";
import { jsonText, printing, terminal, wrapping } from "./terminal";
import { verifyCommand } from "./verify";

/**
 * Runs one command line and resolves with its exit code. Never rejects and never writes a secret: the results are on
 * stdout, everything else on stderr.
 *
 * @param argv the arguments, without node and the script.
 */
export async function run(argv: readonly string[], given: Io): Promise<number> {
    const { stdout, stderr, env } = given;
    const io = { ...given, stdout: printing(stdout, env), stderr: printing(stderr, env, secretsOf(env)) };
    const json = argv.includes("--json");
    const screen = terminal(io, { color: !argv.includes("--no-color"), json });
    try {
        refuseSecrets(argv);
        let code: number = EXIT.ok;
        const done = (result: number): void => {
            code = result;
        };
        // Without a command, what there is: as gh does.
        await program(io, done).parseAsync(argv.length === 0 ? ["--help"] : [...argv], { from: "user" });
        return code;
    } catch (error) {
        if (error instanceof CommanderError && error.exitCode === 0) {
            return EXIT.ok; // help, or the version
        }
        // Everything else that commander ends is wrong usage, which it has said by itself.
        const isSaid = error instanceof CommanderError;
        const problem = isSaid ? wrongUsage(error) : problemOf(error);
        const { message, key, cause, remedy } = problem;
        if (!isSaid) {
            screen.note(`error: ${message}`);
        }
        if (json) {
            screen.data(jsonText({ error: { key, cause, remedy } }));
        }
        return exitCodeOf(problem);
    }
}

/** What commander says of wrong usage: what is wrong, then what may have been meant. */
function wrongUsage({ code, message }: CommanderError): UsageError {
    const [cause = "", ...more] = withoutValues(message)
        .replace(/^error: /, "")
        .split("\n");
    const meant = more.join(" ").replace(/^\((.*)\)$/, "$1");
    return new UsageError(
        code === "commander.help" ? "There is no such command." : cause,
        meant === "" ? "Run it with --help." : meant,
    );
}

/** The last line of defence: takes out what has the form of a credential, or is one of the environment's. */
function secretsOf({ CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_API_KEY: key }: Io["env"]): (text: string) => string {
    const known = [token, key].flatMap((value) => (value === undefined ? [] : [redactor({ token: value })]));
    return (text) => [...known, redactor(undefined)].reduce((clean, redact) => redact(clean), text);
}

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
function program(io: Io, done: Done): Command {
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
function all(command: Command): Command[] {
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
function withoutValues(text: string): string {
    return text.replace(/'(-[\w-]+)=[^']*'/g, "'$1'");
}

function fullName(command: Command): string {
    return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
