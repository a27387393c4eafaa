/** Runs a Pulumi program on its SDK, as the CLI's language hosts do: in Node with the SDK's own `cmd/run`. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Config } from "./defaultProviders";
import { pythonCommand } from "./python";

export interface ProgramOptions {
    /** The folder of Pulumi.yaml. */
    rootDir: string;
    /** The folder in which the program runs. */
    programDir: string;
    runtime: "nodejs" | "python";
    virtualenv?: string;
    /** What to run there; `.` by default. */
    entry: string;
    project: string;
    stack: string;
    preview: boolean;
    parallel: number;
    config: Config;
    env: NodeJS.ProcessEnv;
    /** Where the monitor and the engine listen. */
    address: string;
    onLine(line: string, stream: "stdout" | "stderr"): void;
}

/** How a program ended. */
export type ProgramEnd = "well" | "told" | `Program ${string}`;

/** The exit code with which the SDK says that the person has been told what is wrong. */
const toldCode = 32;

/** Starts the program. `ended` resolves when the process is gone and its output was read. */
export function runProgram(options: ProgramOptions): { process: ChildProcess; ended: Promise<ProgramEnd> } {
    const { programDir, env } = options;
    const { file, args, env: own } = options.runtime === "python" ? python(options) : node(options);
    const child = spawn(file, args, { cwd: programDir, env: { ...env, ...own }, stdio: ["ignore", "pipe", "pipe"] });
    const lines = [child.stdout, child.stderr].map((stream, index) => {
        const reader = createInterface({ input: stream });
        reader.on("line", (line) => options.onLine(line, index === 0 ? "stdout" : "stderr"));
        return new Promise<void>((resolve) => reader.once("close", resolve));
    });
    const exit = new Promise<ProgramEnd>((resolve) => {
        child.once("error", (error) => resolve(`Program could not be run: ${error.message}`));
        child.once("exit", (code, signal) => {
            if (code === 0) {
                resolve("well");
            } else if (code === toldCode) {
                resolve("told");
            } else {
                resolve(`Program exited ${signal ? `on signal ${signal}` : `with non-zero exit code: ${code}`}`);
            }
        });
    });
    return { process: child, ended: Promise.all([exit, ...lines]).then(([end]) => end) };
}

interface Command {
    file: string;
    args: string[];
    env: Record<string, string>;
}

function node({
    rootDir,
    programDir,
    entry,
    project,
    stack,
    preview,
    parallel,
    address,
    config,
}: ProgramOptions): Command {
    const script = createRequire(path.join(programDir, "x.js")).resolve("@pulumi/pulumi/cmd/run");
    const args = ["--monitor", address, "--engine", address, "--organization", "organization", "--project", project];
    args.push("--root-directory", rootDir, "--stack", stack, "--pwd", programDir, ...(preview ? ["--dry-run"] : []));
    args.push("--parallel", String(parallel), entry);
    return {
        file: process.execPath,
        args: [script, ...args],
        env: {
            PULUMI_CONFIG: JSON.stringify(namespaced(config.values)),
            PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
            ...(usesTypeScript(programDir) ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
        },
    };
}

function python({
    rootDir,
    entry,
    virtualenv,
    project,
    stack,
    preview,
    parallel,
    address,
    config,
}: ProgramOptions): Command {
    const facts = { project, stack, parallel, dry_run: preview, monitor: address, engine: address };
    return pythonCommand(rootDir, virtualenv, entry, facts, config);
}

/** Keys as the SDK expects them: `project:config:key`. */
const namespaced = (values: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key.replace(":", ":config:"), value]));

/**
 * The CLI registers ts-node for every program. It is left out where there is nothing for it to do: a program that has
 * an `index.js` and no `tsconfig.json` starts half a second sooner.
 */
function usesTypeScript(programDir: string): boolean {
    const has = (name: string) => fs.existsSync(path.join(programDir, name));
    return has("tsconfig.json") || has("index.ts") || !has("index.js");
}
