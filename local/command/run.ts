import { spawn } from "node:child_process";

/** The inputs of a Command that this provider knows. */
export interface CommandInputs {
    readonly create?: string;
    readonly update?: string;
    readonly delete?: string;
    readonly triggers?: readonly unknown[];
    readonly dir?: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly stdin?: string;
    readonly interpreter?: readonly string[];
}

export const KNOWN: readonly string[] = [
    "create",
    "update",
    "delete",
    "triggers",
    "dir",
    "environment",
    "stdin",
    "interpreter",
] satisfies readonly (keyof CommandInputs)[];

export interface CommandOutput {
    readonly stdout: string;
    readonly stderr: string;
}

/** Where commands run that say nothing else: the project's folder, for the real provider. */
export interface Around {
    readonly dir?: string;
    readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command line with a shell, as the real provider does. @throws with its output when it does not end with 0. */
export async function run(
    line: string,
    inputs: CommandInputs,
    previous: CommandOutput,
    around: Around,
): Promise<CommandOutput> {
    const [shell = "/bin/sh", ...flags] = inputs.interpreter ?? ["/bin/sh", "-c"];
    const child = spawn(shell, [...flags, line], {
        cwd: inputs.dir ?? around.dir,
        env: {
            ...process.env,
            ...around.env,
            PULUMI_COMMAND_STDOUT: previous.stdout,
            PULUMI_COMMAND_STDERR: previous.stderr,
            ...inputs.environment,
        },
    });
    const texts = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
        child[stream].setEncoding("utf8").on("data", (text: string) => {
            texts[stream] += text;
        });
    }
    child.stdin.on("error", () => {});
    child.stdin.end(inputs.stdin ?? "");
    const code = await new Promise<number | string>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (exit, signal) => resolve(exit ?? signal ?? "unknown"));
    });
    const stdout = texts.stdout.trimEnd();
    const stderr = texts.stderr.trimEnd();
    if (code !== 0) {
        throw new Error(`exit status ${code}: running ${JSON.stringify(line)}:\n${stdout}\n${stderr}`);
    }
    return { stdout, stderr };
}
