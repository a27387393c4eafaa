import { CommanderError } from "commander";
import { redactor } from "../cloudflare/redact";
import { UsageError } from "../errors/problem";
import { refuseSecrets } from "./credential";
import type { Io } from "./io";
import { EXIT, exitCodeOf, problemOf } from "./problem";
import { program, withoutValues } from "./program";
import { jsonText, printing, terminal } from "./terminal";

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
