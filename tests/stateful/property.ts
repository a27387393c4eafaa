import fc from "fast-check";
import { noStaleCopy, noStaleVisit, StaleByte } from "./check";
import type { Model } from "./commands";
import { commandArbs, undisturbed } from "./commands";
import { Ledger } from "./ledger";
import type { Setup } from "./setup";
import { setupArb } from "./setup";
import { Simulation } from "./simulation";
import { contentOf } from "./site";
import { owesFor } from "./state";
import { isPaid } from "./up";

/** What some runs did. */
export interface Counts {
    runs: number;
    /** `up`s, whatever became of them. */
    deploys: number;
    /** `up`s that reported success, after which everything was looked at. */
    successes: number;
    /** Faults that struck. */
    faults: number;
    kills: number;
    staleBytes: number;
}

export const noCounts = (): Counts => ({ runs: 0, deploys: 0, successes: 0, faults: 0, kills: 0, staleBytes: 0 });

/** The stack owes for ever what it could pay. */
export class NeverPaid extends Error {
    override readonly name = "NeverPaid";
}

/**
 * The property: after every `up` that reports success, and the settling time, nobody gets a byte other than the
 * origin's; and whatever an `up` came to, the state owes all that is owed.
 * @param change turns each setup into another, for simulations in which it must not hold
 * @param ended told of each simulation that held
 */
export function neverStale(
    counts: Counts,
    change: (setup: Setup) => Setup = (setup) => setup,
    ended: (simulation: Simulation) => void = () => {},
) {
    const commands = fc.commands(commandArbs, { maxCommands: 14, size: "+1" });
    return fc.asyncProperty(setupArb(), commands, async (drawn, steps) => {
        const setup = change(drawn);
        const ledger = new Ledger(setup.lag + setup.longestFetch, setup.crossOrigins);
        const simulation = new Simulation(setup, ledger);
        const files = new Map(setup.pool.slice(0, 3).map((path) => [path, contentOf(path, 0)]));
        const results = { success: 0, owed: 0, failed: 0, killed: 0 };
        const { upload } = simulation;
        const model: Model = { files, bases: 1, trigger: 0, upload, before: [new Map(files)], ledger, results };
        counts.runs += 1;
        try {
            await fc.asyncModelRun(() => ({ model, real: simulation }), steps);
            await inTheEnd(model, simulation);
            ended(simulation);
        } catch (error) {
            counts.staleBytes += error instanceof StaleByte ? error.bytes : 0;
            throw error;
        } finally {
            counts.deploys += Object.values(results).reduce((sum, count) => sum + count, 0);
            counts.successes += results.success;
            counts.kills += results.killed;
            counts.faults += simulation.struck;
        }
    });
}

/** Undisturbed, two `up`s that come to a good end pay everything but what the origin itself has old, and every URL is right. */
async function inTheEnd(model: Model, simulation: Simulation): Promise<void> {
    const { success, failed } = model.results;
    await undisturbed(1).run(model, simulation);
    const sawOld = owesFor("old", simulation.state.purge) || hasFailed(failed, model, simulation);
    await undisturbed(2).run(model, simulation);
    if ((sawOld || hasFailed(failed, model, simulation)) && !isPaid(simulation)) {
        // A slow answer, or a replica, had old bytes: what was absent beside them is not counted, or the deploy failed for it
        // before anything was purged.
        await undisturbed(3).run(model, simulation);
    }
    if (model.results.success > success) {
        await noStaleCopy(simulation);
        await noStaleVisit(simulation.random.shuffled(simulation.urls).slice(0, 20), simulation);
    }
    if (!simulation.setup.oneResource && !isPaid(simulation) && !simulation.observer.hasOldBytes()) {
        throw new NeverPaid(
            `two undisturbed \`up\`s in a row, and something is still owed:\n${simulation.state.purge?.owed}`,
        );
    }
}

/** Whether an undisturbed `up` purged nothing, for old bytes at the origin. @param before `up`s that failed before it */
function hasFailed(before: number, { results }: Model, simulation: Simulation): boolean {
    const { originReady } = simulation.setup.settings;
    const isStrict = originReady !== false && originReady.onStale === "fail";
    return isStrict && (results.failed > before || owesFor("not-purged", simulation.state.purge));
}
