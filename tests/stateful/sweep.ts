import { lastRemoval, unionOf } from "../../components/plan/entries";
import { decodeRecord } from "../../components/plan/record";
import { sweepsSince, swept } from "../../components/resources/inProcess";
import { purgeOwed } from "../../components/resources/purge";
import type { SweepDeps } from "../../components/resources/sweep";
import * as sweepResource from "../../components/resources/sweep";
import { TYPESCRIPT } from "../../components/resources/words";
import { covers } from "./ledger";
import type { Life } from "./life";
import { depsOf, purgeInputs } from "./purge";
import type { Simulation } from "./simulation";
import type { Swept } from "./state";

/** Each `up` is a process of its own, whose resources know nothing of those before. */
export function newProcess(): void {
    sweepsSince.clear();
    swept.clear();
}

/**
 * Before the upload: a Sweep is made, or replaces the one before, which then waits in the state for the engine's deletes.
 * @returns what deletes an old one; it knows the journals that the engine's `check` has seen
 */
export async function announceSweep(simulation: Simulation, life: Life): Promise<(old: Swept) => Promise<boolean>> {
    const { state, setup } = simulation;
    const inputs = purgeInputs(simulation, state.journal?.record ?? "");
    const record = decodeRecord(inputs.journal);
    const { epoch, generation } = record;
    const before = state.sweep;
    const known = [epoch, before?.epoch ?? epoch];
    const news = { epoch, generation, removedAt: lastRemoval(record) };
    const isNew = before === undefined;
    if (isNew || (await sweepResource.diff("sweep", { ...before, removedAt: 0 }, news)).changes === true) {
        await life.point();
        state.oldSweeps = [...state.oldSweeps, ...(isNew ? [] : [before])];
        state.sweep = { epoch, generation };
        await life.point();
    }
    return async (old) => {
        await life.point();
        if (setup.sweeps !== "nothing" && known.includes(old.epoch)) {
            try {
                await sweepResource.sweep(old, record, inputs, sweepDeps(simulation, life));
            } catch {
                return false; // the engine keeps the old one
            }
        }
        await life.point();
        state.oldSweeps = state.oldSweeps.filter((one) => one !== old);
        await life.point();
        return true;
    };
}

function sweepDeps(simulation: Simulation, life: Life): SweepDeps {
    const deps = depsOf(purgeInputs(simulation, ""), simulation, life);
    /** What a Sweep that was killed would leave behind in its process, nobody ever sees. */
    const alive = async <T>(done: Promise<T>): Promise<T> => {
        const result = await done;
        await life.point();
        return result;
    };
    return {
        // Nothing stops its questions; its purge has a time of its own.
        ask: { clock: deps.clock, random: deps.random, log: () => {}, visit: (url) => alive(deps.visit(url)) },
        purge: async (owed, news) => {
            const { outcome } = await alive(purgeOwed(owed, news, deps));
            const { failure } = outcome;
            if (failure !== undefined && news.settings.onFailure === "warn") {
                // Said to the person who watches, with the command that purges it.
                const { selectors } = unionOf(owed.owed.entries);
                simulation.observer.abandoned(simulation.urls.filter((url) => covers(selectors, { url })));
            }
            return { outcome, ...(failure === undefined ? {} : { failure: failure.kind }) };
        },
        log: () => {},
        voice: TYPESCRIPT,
    };
}
