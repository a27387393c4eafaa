/** Starts the local engine in a process of its own (main.ts), which can be killed like the CLI. */
import { fork } from "node:child_process";
import path from "node:path";
import type { Result, StepResult } from "./result";
import type { OperationName, Run, RunOptions } from "./stackInterface";
import { transpiled } from "./transpiled";

/** What the child tells its parent, besides the text on its stdout. */
export type ChildMessage =
    | { type: "step"; step: StepResult }
    | { type: "provider"; pid: number }
    | { type: "result"; result: Result };

export interface ChildOptions extends RunOptions {
    operation: OperationName;
    programDir: string;
    stateDir: string;
    stack: string;
    passphrase: string;
    env: NodeJS.ProcessEnv;
}

export function startChild(options: ChildOptions): Run {
    const lines: string[] = [];
    const providers: number[] = [];
    const onLine: ((line: string) => void)[] = options.onLine ? [options.onLine] : [];
    const onStep: ((step: StepResult) => void)[] = [];
    const started = performance.now();
    let result: Result | undefined;
    const child = fork(path.join(transpiled(__dirname), "main.js"), argumentsOf(options), {
        env: { ...options.env, PULUMI_CONFIG_PASSPHRASE: options.passphrase },
        execArgv: [],
        stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const read = (chunks: string) => {
        for (const line of chunks.split("\n")) {
            lines.push(line);
            for (const listener of onLine) {
                listener(line);
            }
        }
    };
    for (const stream of [child.stdout, child.stderr]) {
        eachLine(stream, read);
    }
    child.on("message", (message: ChildMessage) => {
        if (message.type === "provider") {
            providers.push(message.pid);
        }
        if (message.type === "result") {
            result = message.result;
        }
        if (message.type === "step") {
            for (const listener of onStep) {
                listener(message.step);
            }
        }
    });
    const done = new Promise<Result>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code, signal) =>
            resolve(result ?? ended(lines, signal ?? `exit code ${code}`, (performance.now() - started) / 1000)),
        );
    });
    return {
        done,
        pid: child.pid ?? 0,
        kill: (signal) => void child.kill(signal),
        on: (event: "line" | "step", listener: never) => void (event === "line" ? onLine : onStep).push(listener),
        providerPids: () => [...providers],
    };
}

function argumentsOf({ operation, programDir, stateDir, stack, targets, excludes, replaces }: ChildOptions): string[] {
    const many = (name: string, values: string[] = []) => values.flatMap((value) => [name, value]);
    const where = ["--cwd", programDir, "--state-dir", stateDir, "--stack", stack];
    return [
        operation,
        ...where,
        ...many("--target", targets),
        ...many("--exclude", excludes),
        ...many("--replace", replaces),
    ];
}

function eachLine(stream: NodeJS.ReadableStream | null, read: (line: string) => void): void {
    let rest = "";
    stream?.setEncoding("utf8");
    stream?.on("data", (chunk: string) => {
        const parts = (rest + chunk).split("\n");
        rest = parts.pop() ?? "";
        for (const line of parts) {
            read(line);
        }
    });
    stream?.on("end", () => rest && read(rest));
}

/** The result of a run that could not give one itself. */
export function ended(lines: string[], how: string, seconds: number): Result {
    return {
        succeeded: false,
        steps: [],
        summary: { created: 0, updated: 0, replaced: 0, unchanged: 0, deleted: 0 },
        diagnostics: [{ severity: "error", message: `the engine ended before the run was over (${how})` }],
        outputs: {},
        log: `${lines.join("\n")}\n`,
        seconds,
    };
}
