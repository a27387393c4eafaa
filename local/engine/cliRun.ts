/** One run of the Pulumi CLI by the Automation API, as a {@link Run}. */
import { execFileSync } from "node:child_process";
import type * as automation from "@pulumi/pulumi/automation";
import { ended } from "./childRun";
import type { Sink } from "./cliCommand";
import { cliCommand } from "./cliCommand";
import { CliEvents } from "./cliEvents";
import type { Result, StepResult } from "./result";
import type { OperationName, Run, RunOptions } from "./stackInterface";

export interface CliRunOptions extends RunOptions {
    automation: typeof automation;
    operation: OperationName;
    programDir: string;
    stack: string;
    envVars: Record<string, string>;
    configFile: string;
}

export class CliRun implements Run {
    readonly done: Promise<Result>;
    readonly #lines: ((line: string) => void)[];
    readonly #steps: ((step: StepResult) => void)[] = [];
    #pid = 0;
    #killed: NodeJS.Signals | undefined;

    constructor(options: CliRunOptions) {
        this.#lines = options.onLine ? [options.onLine] : [];
        this.done = this.#run(options);
    }

    /** The CLI's process; 0 until it is started. */
    get pid(): number {
        return this.#pid;
    }

    kill(signal: NodeJS.Signals): void {
        this.#killed = signal;
        if (this.#pid !== 0) {
            process.kill(this.#pid, signal);
        }
    }

    on(event: "line" | "step", listener: ((line: string) => void) | ((step: StepResult) => void)): void {
        (event === "line" ? this.#lines : this.#steps).push(listener as never);
    }

    /** Those of the CLI's descendants that run the SDK's process for dynamic resources. */
    providerPids(): number[] {
        const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
        const rows = table.split("\n").flatMap((line) => {
            const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
            return pid ? [{ pid: Number(pid), parent: Number(parent), args: args ?? "" }] : [];
        });
        const family = new Set([this.#pid]);
        for (let size = 0; size !== family.size; ) {
            size = family.size;
            for (const { pid, parent } of rows) {
                if (family.has(parent)) {
                    family.add(pid);
                }
            }
        }
        return rows
            .filter(({ pid, args }) => family.has(pid) && /^\S*node\S* .*cmd\/dynamic-provider/.test(args))
            .map(({ pid }) => pid);
    }

    async #run(options: CliRunOptions): Promise<Result> {
        const { automation: api, programDir, stack: name, envVars, configFile, operation } = options;
        const started = performance.now();
        const text: string[] = [];
        const events = new CliEvents(operation === "preview", (step) => {
            for (const listener of this.#steps) {
                listener(step);
            }
        });
        const { command } = await cliCommand(api, (child) => {
            this.#pid = child.pid ?? 0;
            if (this.#killed) {
                child.kill(this.#killed);
            }
        });
        const workspace = await api.LocalWorkspace.create({ workDir: programDir, envVars, pulumiCommand: command });
        const stack = await silentSelect(api, name, workspace);
        const given = {
            target: options.targets ?? [],
            exclude: options.excludes ?? [],
            ...(options.replaces ? { replace: options.replaces } : {}),
            ...(options.message ? { message: options.message } : {}),
            configFile,
            // Showing them makes the CLI look for, and make, a config file in the program's folder.
            showSecrets: false,
            color: "never" as const,
            diff: operation === "preview",
            onOutput: lines(text, this.#lines),
            onError: lines(text, this.#lines),
            onEvent: (event: automation.EngineEvent) => events.take(event),
        };
        let succeeded = true;
        let problem = "";
        let outputs: Record<string, unknown> = {};
        try {
            const { outputs: found } = (await stack[operation](given)) as { outputs?: automation.OutputMap };
            if (operation !== "preview") {
                outputs = plain(found ?? (await workspace.stackOutputs(name)));
            }
        } catch (error) {
            succeeded = false;
            problem = (error as Error).message;
            if (this.#killed === undefined && operation !== "preview") {
                outputs = plain(await workspace.stackOutputs(name));
            }
        }
        const log = text.join("");
        const seconds = (performance.now() - started) / 1000;
        if (this.#killed) {
            return ended(log.split("\n"), this.#killed, seconds);
        }
        return events.result({ succeeded, outputs, log, seconds, problem });
    }
}

/** A stack object without the `pulumi stack select` that `Stack.select` runs: it was selected when it was opened. */
async function silentSelect(
    api: typeof automation,
    name: string,
    workspace: automation.LocalWorkspace,
): Promise<automation.Stack> {
    const select = workspace.selectStack;
    workspace.selectStack = async () => undefined;
    const stack = await api.Stack.select(name, workspace);
    workspace.selectStack = select;
    return stack;
}

/** Collects chunks and tells whole lines as they come. */
function lines(text: string[], listeners: ((line: string) => void)[]): Sink {
    let rest = "";
    return (chunk) => {
        text.push(chunk);
        const parts = (rest + chunk).split("\n");
        rest = parts.pop() ?? "";
        for (const line of parts) {
            for (const listener of listeners) {
                listener(line);
            }
        }
    };
}

const plain = (outputs: automation.OutputMap): Record<string, unknown> =>
    Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value]));
