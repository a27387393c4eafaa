import { CommanderError } from "commander";
import { redactor } from "../cloudflare/redact";
import { refuseSecrets } from "./credential";
import { EXIT, exitCodeOf, problemOf } from "./problem";
import { program } from "./program";
import { jsonText, terminal } from "./terminal";
import type { Sink, World } from "./world";

/**
 * Runs one command line and resolves with its exit code. Never rejects and never writes a secret: the results are on
 * stdout, everything else on stderr.
 *
 * @param argv the arguments, without node and the script.
 */
export async function run(argv: readonly string[], given: World): Promise<number> {
    const world = { ...given, stderr: withoutSecrets(given.stderr, given.env) };
    const json = argv.includes("--json");
    const screen = terminal(world, { color: !argv.includes("--no-color"), json });
    try {
        refuseSecrets(argv);
        let code: number = EXIT.ok;
        const done = (result: number): void => {
            code = result;
        };
        // Without a command, what there is: as gh does.
        await program(world, done).parseAsync(argv.length === 0 ? ["--help"] : [...argv], { from: "user" });
        return code;
    } catch (error) {
        if (error instanceof CommanderError) {
            // Help and version end with 0; everything else that commander ends is wrong usage.
            return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
        }
        const problem = problemOf(error);
        const { message, key, cause, remedy } = problem;
        const exitCode = exitCodeOf(problem);
        world.stderr.write(`error: ${message}\n`);
        if (json && exitCode !== EXIT.usage) {
            screen.out(jsonText({ error: { key, cause, remedy } }));
        }
        return exitCode;
    }
}

/** The last line of defence: what has the form of a credential, or is one of the environment's, is not written. */
function withoutSecrets(sink: Sink, env: World["env"]): Sink {
    const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_API_KEY: key } = env;
    const redactors = [token, key].flatMap((value) => (value === undefined ? [] : [redactor({ token: value })]));
    const clean = [...redactors, redactor(undefined)];
    return {
        write: (text) => sink.write(clean.reduce((words, redact) => redact(words), text)),
        ...(sink.isTTY === undefined ? {} : { isTTY: sink.isTTY }),
        ...(sink.columns === undefined ? {} : { columns: sink.columns }),
    };
}
