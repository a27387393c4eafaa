import { parseArgs } from "node:util";

export interface SoakOptions {
    readonly minutes: number;
    readonly seed: number;
    readonly json: boolean;
}

/** What is wrong with the command line, in a sentence. */
export class UsageError extends Error {
    override readonly name = "UsageError";
}

export const USAGE = `npm run soak -- [--minutes N] [--seed N] [--json]

Runs the stateful property with new random deploys until the time is up, or until it fails.
  --minutes   how long; default: 30
  --seed      where to begin; default: a new one, which is printed
  --json      one JSON object on stdout, and nothing else there

Exit code: 0, 1 for a stale byte or a lost debt, 2 for a wrong option.`;

/** Seeds are 31 bits: fast-check takes 32-bit integers. */
export const SEEDS = 2 ** 31;

/** @throws UsageError */
export function parseOptions(argv: readonly string[], random: () => number): SoakOptions {
    let values: { minutes?: string | undefined; seed?: string | undefined; json?: boolean | undefined };
    try {
        ({ values } = parseArgs({
            args: [...argv],
            options: { minutes: { type: "string" }, seed: { type: "string" }, json: { type: "boolean" } },
        }));
    } catch (error) {
        throw new UsageError(error instanceof Error ? error.message : String(error));
    }
    const { minutes = "30", seed = String(Math.floor(random() * SEEDS)), json = false } = values;
    if (!(/^\d+(\.\d+)?$/.test(minutes) && Number(minutes) > 0 && Number(minutes) <= 10_080)) {
        throw new UsageError(`--minutes is "${minutes}": it is a number above 0, and at most 10080 (a week)`);
    }
    if (!(/^\d+$/.test(seed) && Number(seed) < SEEDS)) {
        throw new UsageError(`--seed is "${seed}": it is a whole number from 0 to ${SEEDS - 1}`);
    }
    return { minutes: Number(minutes), seed: Number(seed), json };
}
