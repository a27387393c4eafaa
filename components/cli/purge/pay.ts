import type { CloudflareClient } from "../../cloudflare/client";
import { CloudflareError } from "../../cloudflare/cloudflareError";
import { Pacer } from "../../cloudflare/pacing/pacer";
import { retryLine } from "../../cloudflare/retry";
import type { Zone } from "../../cloudflare/zone";
import { diagnose } from "../../diagnosis/diagnose";
import { ProblemError } from "../../errors/problem";
import { batches } from "../../plan/batches";
import type { Plan } from "../../plan/plan";
import type { Selector } from "../../plan/selector";
import { hostOf } from "../../plan/selector";
import type { Outcome } from "../../purge/purge";
import { deploy } from "../../purge/purge";
import { httpVisit } from "../../purge/visit";
import type { BatchLimits } from "../../settings/limits";
import type { Settings } from "../../settings/settings";
import type { ApiOptions } from "../api";
import { clientOf } from "../api";
import type { FoundCredential } from "../credential";
import { problemOf } from "../problem";
import type { World } from "../world";
import { zoneOfHost } from "../zone";
import { progress } from "./progress";

/** What a purge comes to. */
export interface Paid {
    readonly outcome: Outcome;
    /** Why it did not go through, as far as it can be told. */
    readonly failure?: ProblemError;
}

/** Purges what was selected in a zone: the engine of the Pulumi resource, with this command's streams. */
export async function pay(
    { selectors, samples }: Plan,
    zone: Zone,
    found: FoundCredential,
    limits: BatchLimits,
    settings: Settings,
    options: ApiOptions,
    world: World,
): Promise<Paid> {
    const { clock, random, stderr } = world;
    const deadline = AbortSignal.timeout(settings.deadline * 1000);
    const signal = world.signal === undefined ? deadline : AbortSignal.any([world.signal, deadline]);
    const { rate } = settings;
    const pacer = new Pacer({ limits, clock, random, signal, ...(rate === undefined ? {} : { rate }) });
    const total = batches(selectors, limits).reduce((sum, batch) => sum + batch.selectors.length, 0);
    const shown = progress(stderr, clock, total, settings.rebound !== false);
    const client = clientOf(found, options, world, {
        signal,
        onRetry: (event) => {
            pacer.heed(event);
            shown.log(retryLine(event));
        },
    });
    let outcome: Outcome;
    try {
        outcome = await deploy({ selectors, samples }, zone, limits, settings, {
            api: shown.counting(client),
            pacer,
            visit: httpVisit(settings.connectTo),
            clock,
            random,
            signal,
            log: shown.log,
        });
    } finally {
        shown.end();
    }
    const { failure } = outcome;
    if (failure === undefined) {
        return { outcome };
    }
    if (!(failure instanceof CloudflareError)) {
        return { outcome, failure: new ProblemError({ key: "purged-but-stale", cause: failure.message, remedy: "" }) };
    }
    if (failure.kind === "aborted" && deadline.aborted) {
        const cause = `The purge was not done within ${settings.deadline} s.`;
        const remedy = "Give it more time with --deadline.";
        return { outcome, failure: new ProblemError({ key: "deadline", cause, remedy }) };
    }
    const { error } = await diagnose(failure, {
        client,
        credential: found.credential,
        zone: { ...zone, name: zone.name || (await nameOfZone(client, selectors)) },
        ignored: found.ignored,
        items: selectors.filter(({ kind }) => kind === "url").map(({ value }) => value),
        clock,
    });
    return { outcome, failure: problemOf(error) };
}

/** The name of the zone that the selectors' hosts are in, for a zone that was given by an ID that cannot be read. */
async function nameOfZone(client: CloudflareClient, selectors: readonly Selector[]): Promise<string> {
    const host = selectors.map(hostOf).find((one) => one !== undefined);
    try {
        return host === undefined ? "" : ((await zoneOfHost(client.with({ retries: 0 }), host))?.name ?? "");
    } catch {
        return "";
    }
}
