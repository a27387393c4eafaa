/**
 * The local engine as a command, with the CLI's words:
 *   ts-node local/engine/main.ts up --stack dev --cwd DIR [--target URN]… [--exclude URN]… [--replace URN]…
 * Commands: preview, up, refresh, destroy, export, import, cancel. State and config lie in `--state-dir`, by default
 * `.pulumi-local` in the program's folder. The passphrase comes from PULUMI_CONFIG_PASSPHRASE.
 */
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { ChildMessage } from "./childRun";
import { configFileOf, readConfig } from "./configFile";
import { openLocalStack } from "./localStack";
import { operate } from "./operation";
import { readProject } from "./project";
import type { OperationName } from "./stackInterface";
import { stateFileOf } from "./stateFile";

const operations = ["preview", "up", "refresh", "destroy"];

async function main(argv: string[]): Promise<number> {
    const { values, positionals } = parseArgs({
        args: argv,
        allowPositionals: true,
        options: {
            cwd: { type: "string", short: "C", default: "." },
            stack: { type: "string", short: "s" },
            "state-dir": { type: "string" },
            target: { type: "string", multiple: true, short: "t" },
            exclude: { type: "string", multiple: true },
            replace: { type: "string", multiple: true },
            file: { type: "string" },
            yes: { type: "boolean", short: "y" },
        },
    });
    const command = positionals[0] ?? "";
    const programDir = path.resolve(values.cwd);
    const stateDir = path.resolve(values["state-dir"] ?? path.join(programDir, ".pulumi-local"));
    const { stack } = values;
    if (!stack) {
        throw new Error("Which stack? Name it with --stack");
    }
    const passphrase = process.env.PULUMI_CONFIG_PASSPHRASE ?? "";
    const { name: project } = readProject(programDir);
    if (operations.includes(command)) {
        // Once: a second Ctrl-C ends the engine as it stands, and `cancel` then removes the lock.
        const canceled = new AbortController();
        for (const signal of ["SIGINT", "SIGTERM"] as const) {
            process.once(signal, () => canceled.abort());
        }
        const result = await operate({
            kind: command as OperationName,
            programDir,
            project,
            stack,
            stateFile: stateFileOf(stateDir, project, stack),
            passphrase,
            config: await readConfig(configFileOf(stateDir, stack), passphrase),
            env: process.env,
            targets: values.target ?? [],
            excludes: values.exclude ?? [],
            replaces: values.replace ?? [],
            listener: { line: (line) => console.log(line), step: (step) => tell({ type: "step", step }) },
            signal: canceled.signal,
            onProvider: (pid) => tell({ type: "provider", pid }),
        });
        tell({ type: "result", result });
        return result.succeeded ? 0 : 1;
    }
    const opened = await openLocalStack({ programDir, stack, stateDir });
    if (command === "export") {
        console.log(JSON.stringify(await opened.exportState(), null, 4));
    } else if (command === "import") {
        await opened.importState(JSON.parse(fs.readFileSync(values.file ?? 0, "utf8")));
    } else if (command === "cancel") {
        await opened.cancel();
    } else {
        throw new Error(
            `Unknown command "${command}": expected ${[...operations, "export", "import", "cancel"].join(", ")}`,
        );
    }
    return 0;
}

/** To the parent process, when one listens. */
function tell(message: ChildMessage): void {
    process.send?.(message);
}

main(process.argv.slice(2)).then(
    (code) => {
        process.exitCode = code;
        if (process.connected) {
            process.disconnect();
        }
    },
    (error: Error) => {
        console.error(`error: ${error.message}`);
        process.exitCode = 1;
        if (process.connected) {
            process.disconnect();
        }
    },
);
