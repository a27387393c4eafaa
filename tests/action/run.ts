import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { act } from "../../action/act";
import { MovingClock } from "../../local/cloudflare/clock";

/** What the runner sees of an action. */
export interface Ran {
    readonly code: number;
    readonly log: string;
    readonly outputs: Readonly<Record<string, string>>;
    readonly summary: string;
}

/** The environment that the runner makes of a step's `with`, and where it finds what the action says. */
export function runnerEnv(inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
    const temp = mkdtempSync(path.join(tmpdir(), "runner-"));
    const files = { GITHUB_OUTPUT: path.join(temp, "output"), GITHUB_STEP_SUMMARY: path.join(temp, "summary") };
    for (const file of Object.values(files)) {
        writeFileSync(file, "");
    }
    const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    return {
        env: { GITHUB_ACTIONS: "true", RUNNER_TEMP: temp, ...files, ...Object.fromEntries(given), ...env } as Record<
            string,
            string
        >,
        seen: (): Pick<Ran, "outputs" | "summary"> => {
            const outputs = readFileSync(files.GITHUB_OUTPUT, "utf8").matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm);
            const summary = readFileSync(files.GITHUB_STEP_SUMMARY, "utf8");
            return { outputs: Object.fromEntries([...outputs].map(([, name, , value]) => [name, value])), summary };
        },
        close: () => rmSync(temp, { recursive: true }),
    };
}

/** Runs the action in this process; every wait is over at once. */
export async function runAction(
    inputs: Record<string, string>,
    env: Record<string, string> = {},
    {
        onEnd = () => {},
        clock = new MovingClock(Date.now(), { auto: true }),
    }: { onEnd?: (outputs: Ran["outputs"]) => unknown; clock?: MovingClock } = {},
): Promise<Ran> {
    const runner = runnerEnv(inputs, env);
    let log = "";
    const sink = { write: (text: string) => (log += text) };
    try {
        const code = await act({
            env: runner.env,
            stdout: sink,
            stderr: sink,
            stdin: (async function* () {})(),
            clock,
            random: Math.random,
        });
        const seen = runner.seen();
        onEnd(seen.outputs);
        return { code, log, ...seen };
    } finally {
        runner.close();
    }
}
