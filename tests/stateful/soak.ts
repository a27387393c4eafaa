import fc from "fast-check";
import type { Counts } from "./property";
import { neverStale, noCounts } from "./property";
import type { SoakOptions } from "./soakOptions";
import { parseOptions, SEEDS, USAGE, UsageError } from "./soakOptions";

/** Runs under one seed. Few, so that a replay comes to the failing one soon. */
const BATCH = 50;
/** Milliseconds between two lines of progress, and those that a failure may be made smaller in. */
const PROGRESS = 10_000;
const SHRINK = 60_000;

/** @returns the exit code */
async function soak({ minutes, seed, json }: SoakOptions): Promise<number> {
    const begun = Date.now();
    const counts = noCounts();
    let told = begun;
    let failing: number | undefined;
    console.error(`soak: ${minutes} min from seed ${seed}`);
    for (let batch = 0; failing === undefined && Date.now() - begun < minutes * 60_000; batch++) {
        const own = (seed + batch) % SEEDS;
        const { failed } = await fc.check(neverStale(counts), { numRuns: BATCH, seed: own, endOnFailure: true });
        failing = failed ? own : undefined;
        if (Date.now() - told >= PROGRESS) {
            told = Date.now();
            console.error(`soak: ${Math.round((told - begun) / 1000)} s, ${words(counts)}`);
        }
    }
    const { runs, deploys, faults, kills, staleBytes } = counts;
    if (json) {
        console.log(JSON.stringify({ runs, deploys, faults, kills, staleBytes, seed }));
    } else {
        console.log(`${words(counts)}, seed ${seed}`);
    }
    if (failing !== undefined) {
        await explain(failing);
        return 1;
    }
    return 0;
}

function words({ runs, deploys, faults, kills, staleBytes }: Counts): string {
    return `${runs} runs, ${deploys} deploys, ${faults} faults, ${kills} kills, ${staleBytes} stale bytes`;
}

/** Makes the failure smaller, and says how to have it again. */
async function explain(seed: number): Promise<void> {
    console.error(`soak: failed. Again: npm run soak -- --seed ${seed}`);
    console.error("soak: looking for a smaller case, for a minute at most");
    const limits = { interruptAfterTimeLimit: SHRINK, markInterruptAsFailure: true, includeErrorInReport: true };
    const details = await fc.check(neverStale(noCounts()), { numRuns: BATCH, seed, ...limits });
    console.error(fc.defaultReportMessage(details) ?? "");
}

async function main(): Promise<void> {
    try {
        process.exit(await soak(parseOptions(process.argv.slice(2), Math.random)));
    } catch (error) {
        if (!(error instanceof UsageError)) {
            throw error;
        }
        console.error(`soak: ${error.message}\n\n${USAGE}`);
        process.exit(2);
    }
}

void main();
