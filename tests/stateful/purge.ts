import type { Manifest } from "../../components/assets/manifest";
import { decodeManifest, encodeManifest } from "../../components/assets/manifestText";
import { Pacer } from "../../components/cloudflare/pacer";
import { append } from "../../components/plan/entries";
import { isEmpty, plan } from "../../components/plan/plan";
import { emptyRecord, encodeRecord } from "../../components/plan/record";
import type { Deps } from "../../components/purge/deps";
import { limitsOf } from "../../components/purge/deps";
import { purge as purgeAll } from "../../components/purge/purge";
import * as purgeResource from "../../components/resources/purge";
import type { PurgeInputs } from "../../components/resources/state";
import { encodeOwed, isSettled, journalEntry } from "../../components/resources/state";
import { directApi } from "./api";
import type { Life } from "./life";
import type { Simulation } from "./simulation";

/** The purge's step: `replace` makes the resource anew. @returns whether it came to a good end. */
export async function purge(replace: boolean, simulation: Simulation, life: Life): Promise<boolean> {
    const { state, setup } = simulation;
    const isSwept = simulation.upload === "objects" && setup.sweeps !== "without";
    const inputs = { ...purgeInputs(simulation, state.journal?.record ?? ""), isSwept };
    const olds = replace ? undefined : state.purge;
    if (olds !== undefined && isSettled(olds, inputs.journal)) {
        return true;
    }
    const owed = purgeResource.owedNow(olds, inputs);
    const { outs, outcome } = await purgeResource.purgeOwed(owed, inputs, depsOf(inputs, simulation, life));
    await life.point();
    const { rule } = setup;
    const ruled = rule === undefined ? {} : { owed: encodeOwed(rule(outcome.owed, owed.owed.entries), owed.paid) };
    state.purge = { ...outs, ...ruled }; // a failure saves it too, as a partial one
    if (outcome.failure === undefined) {
        purgeResource.markGone(owed, outcome.gone);
    }
    await life.point();
    return outcome.failure === undefined || setup.settings.onFailure === "warn";
}

/** The same with one resource and no journal: what differs from the manifest of its last success. */
export async function purgeOfOneResource(manifest: Manifest, simulation: Simulation, life: Life): Promise<boolean> {
    const { state } = simulation;
    const before = state.manifest === undefined ? undefined : decodeManifest(state.manifest);
    const planned = plan(before, manifest);
    if (before === undefined || !isEmpty(planned)) {
        const record = append(emptyRecord("0"), manifest, planned);
        const inputs = purgeInputs(simulation, encodeRecord(record));
        const owed = { entries: record.entries.map(journalEntry) };
        const zone = { id: inputs.zoneId, name: inputs.zoneName };
        const limits = limitsOf(inputs.zonePlan, inputs.settings);
        const deps = depsOf(inputs, simulation, life);
        const outcome = await purgeAll(owed, zone, limits, inputs.settings, deps);
        await life.point();
        if (outcome.failure !== undefined || outcome.owed.length > 0) {
            return false;
        }
    }
    state.manifest = encodeManifest(manifest);
    await life.point();
    return true;
}

export function purgeInputs({ core, setup, token }: Simulation, journal: string): PurgeInputs {
    const { zone } = core;
    return {
        journal,
        zoneId: zone.id,
        zoneName: zone.name,
        accountId: zone.accountId,
        zonePlan: setup.plan,
        zoneStatus: zone.status,
        tokenOwner: "given",
        token: token.value,
        apiBaseUrl: "",
        crossOrigins: setup.toldOrigins ?? setup.crossOrigins,
        settings: setup.settings,
    };
}

/** As purge/deps.ts makes it, with the local Cloudflare in place of HTTP, and a point at whatever it does. */
export function depsOf(inputs: PurgeInputs, simulation: Simulation, life: Life): Deps {
    const { core, token, machine: time } = simulation;
    const { signal } = life;
    const random = simulation.random.next;
    const clock = {
        now: () => time.now(),
        monotonic: () => time.monotonic(),
        sleep: async (ms: number, early?: AbortSignal) => {
            await life.doing(() => time.sleep(ms, early));
        },
    };
    const pacer = new Pacer({ limits: limitsOf(inputs.zonePlan, inputs.settings), clock, random, signal });
    const { timeout, retries } = inputs.settings;
    const heed = pacer.observe.bind(pacer);
    const api = directApi({
        handle: core.handleApi,
        token: token.value,
        timeout,
        retries,
        clock: time,
        random,
        signal,
        heed,
    });
    return {
        api: {
            purge: (zone, body, mode) => life.doing(() => api.purge(zone, body, mode)),
        },
        pacer,
        visit: (url) => life.doing(() => simulation.look(url)),
        clock,
        random,
        signal,
        log: () => {},
    };
}
