/** The `pulumi` command for the Automation API, run so that the process behind a run is known. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import type * as automation from "@pulumi/pulumi/automation";

export type Sink = (text: string) => void;

export interface CommandResult {
    stdout: string;
    stderr: string;
    code: number;
}

/** Runs the command once; rejects when it fails. */
export type RunCommand = (
    args: string[],
    cwd: string,
    env: Record<string, string>,
    out?: Sink,
    err?: Sink,
) => Promise<CommandResult>;

const operations = ["up", "preview", "refresh", "destroy"];

/**
 * The CLI on PATH. The Automation API does not tell the process id that a kill needs, so its `run` is replaced by one
 * that does; `onOperation` gets the process of each run of an operation.
 */
export async function cliCommand(
    api: typeof automation,
    onOperation: (process: ChildProcess) => void = () => undefined,
): Promise<{ command: automation.PulumiCommand; run: RunCommand }> {
    const command = await api.PulumiCommand.get({ skipVersionCheck: true });
    const run: RunCommand = (args, cwd, env, out, err) => {
        const child = spawn(command.command, [...args, "--non-interactive"], {
            cwd,
            env: { ...process.env, ...env, PULUMI_AUTOMATION_API: "true" },
            stdio: ["ignore", "pipe", "pipe"],
        });
        if (operations.includes(args[0] ?? "")) {
            onOperation(child);
        }
        return finished(child, out, err);
    };
    (command as unknown as { run: RunCommand }).run = run;
    return { command, run };
}

function finished(child: ChildProcess, out?: Sink, err?: Sink): Promise<CommandResult> {
    const result: CommandResult = { stdout: "", stderr: "", code: 0 };
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
        result.stdout += chunk;
        out?.(chunk);
    });
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
        result.stderr += chunk;
        err?.(chunk);
    });
    return new Promise((resolve, reject) => {
        const settle = (code: number | null, signal: NodeJS.Signals | null) => {
            result.code = code ?? -1;
            if (code === 0) {
                return resolve(result);
            }
            const how = signal ?? `code ${code}`;
            reject(new Error(`pulumi ended with ${how}\n${result.stdout}\n${result.stderr}`));
        };
        child.once("error", reject);
        child.once("close", settle);
        // Children of a killed CLI live on and hold its pipes open: then its end has to do.
        child.once("exit", (code, signal) => signal && settle(code, signal));
    });
}
