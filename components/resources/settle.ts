import type { DeployWorld, Outcome } from "../purge/purge";
import { deploy } from "../purge/purge";
import { receiptOf } from "../purge/receipt";
import type { BatchLimits } from "../settings/limits";
import { planLimits } from "../settings/limits";
import type { Due } from "./owed";
import { encodeOwed } from "./owed";
import type { PurgeInputs, PurgeOutputs } from "./state";

export interface Settlement {
    readonly outs: PurgeOutputs;
    readonly warnings: readonly string[];
    readonly failure?: Outcome["failure"];
    readonly gone: Outcome["gone"];
}

/** Pays what is due in a given world, and writes down what came of it. */
export async function settle(due: Due, news: PurgeInputs, world: DeployWorld): Promise<Settlement> {
    const zone = { id: news.zoneId, name: news.zoneName, accountId: news.accountId };
    const outcome = await deploy(due, zone, limitsOf(news), news.settings, world);
    const owed = outcome.failure === undefined ? unswept(outcome.owed, due) : outcome.owed;
    return {
        outs: {
            zoneId: news.zoneId,
            zoneName: news.zoneName,
            paid: due.paid,
            owed: encodeOwed(owed, due),
            receipt: receiptOf({ ...outcome, owed }, due.changes),
        },
        warnings: outcome.warnings,
        gone: outcome.gone,
        ...(outcome.failure === undefined ? {} : { failure: outcome.failure }),
    };
}

/** What is owed and is not left to the Sweep. */
function unswept({ selectors, samples }: Outcome["owed"], { swept = new Map() }: Due): Outcome["owed"] {
    return {
        selectors: selectors.filter(({ kind, value }) => kind !== "url" || !swept.has(value)),
        samples: samples.filter(({ url }) => !swept.has(url)),
    };
}

/** The limits of the zone's plan, with what the options ask for instead. */
export function limitsOf(news: PurgeInputs): BatchLimits {
    const limits = planLimits(news.zonePlan);
    return { ...limits, urlsPerRequest: news.settings.batchSize ?? limits.urlsPerRequest };
}
