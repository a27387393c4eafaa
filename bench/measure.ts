/** Times, and what is made of them. On a shared machine only ratios within one run mean much: rounds take turns. */
import { spawnSync } from "node:child_process";

/** Median and quartiles of some runs. */
export interface Measured {
    readonly median: number;
    readonly low: number;
    readonly high: number;
    readonly runs: number;
}

export function measured(values: readonly number[]): Measured {
    const sorted = [...values].sort((a, b) => a - b);
    const at = (part: number) => sorted[Math.round((sorted.length - 1) * part)] ?? Number.NaN;
    return { median: rounded(at(0.5)), low: rounded(at(0.25)), high: rounded(at(0.75)), runs: sorted.length };
}

/** What one run of a contender took, in ms or whatever it counts. */
export type Contender = () => number | Promise<number>;

/** Runs contenders in turn, so that what else the machine does meets all of them; the first round is thrown away. */
export async function rounds<Name extends string>(
    times: number,
    contenders: Readonly<Record<Name, Contender>>,
): Promise<Record<Name, number[]>> {
    const names = Object.keys(contenders) as Name[];
    const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
    for (let round = 0; round <= times; round++) {
        for (const name of names) {
            const value = await contenders[name]();
            if (round > 0) {
                values[name].push(value);
            }
        }
    }
    return values;
}

/** Ours against theirs, round by round. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Measured {
    return measured(ours.map((value, i) => value / (theirs[i] ?? Number.NaN)));
}

/** The slope of time over size on logarithmic scales: 1 is linear. */
export function exponentOf(points: readonly (readonly [size: number, value: number])[]): number {
    const logs = points.map(([size, value]) => [Math.log(size), Math.log(value)] as const);
    const mean = (of: (log: readonly [number, number]) => number) =>
        logs.reduce((sum, log) => sum + of(log), 0) / logs.length;
    const [x, y] = [mean(([size]) => size), mean(([, value]) => value)];
    const over = logs.reduce((sum, [size, value]) => sum + (size - x) * (value - y), 0);
    return rounded(over / logs.reduce((sum, [size]) => sum + (size - x) ** 2, 0));
}

/** Runs a process to its end. @throws Error when it fails. @returns ms, and what it wrote. */
export function ran(command: string, args: readonly string[], cwd?: string): { ms: number; output: string } {
    const began = performance.now();
    const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1e9 });
    const ms = performance.now() - began;
    if (status !== 0) {
        throw error ?? new Error(`${command} ${args.join(" ")}: ${stderr || `exit code ${status}`}`);
    }
    return { ms, output: stdout };
}

/** Runs JavaScript in a Node of its own, which prints JSON as its last line. */
export function inNode<T>(code: string, ...args: string[]): T {
    const { output } = ran(process.execPath, ["-e", code, "--", ...args]);
    return JSON.parse(output.trimEnd().split("\n").at(-1) ?? "") as T;
}

/** Four digits. */
export function rounded(value: number): number {
    return Number(value.toPrecision(4));
}
