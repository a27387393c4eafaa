import type { CloudflareClient } from "../../cloudflare/client";
import { CloudflareError } from "../../cloudflare/cloudflareError";
import { retryLine } from "../../cloudflare/retry";
import type { Zone } from "../../cloudflare/zone";
import { diagnose } from "../../diagnosis/diagnose";
import { ProblemError } from "../../errors/problem";
import { originOf, variantsOf } from "../../plan/headers";
import type { Plan } from "../../plan/plan";
import { evenSample } from "../../plan/samples";
import type { Selector } from "../../plan/selector";
import { hostOf } from "../../plan/selector";
import { httpDeps, limitsOf } from "../../purge/deps";
import type { Failure, Outcome } from "../../purge/outcome";
import { purge } from "../../purge/purge";
import type { Checked } from "../../purge/verify";
import { checkOf, verify } from "../../purge/verify";
import { edgeStaleText, named } from "../../purge/words";
import type { Settings } from "../../settings/componentOptions";
import type { ApiOptions } from "../api";
import { baseUrlOf } from "../api";
import type { FoundCredential } from "../credential";
import type { Io } from "../io";
import type { DifferenceOptions } from "../planOptions";
import { problemOf } from "../problem";
import { zoneOfHost } from "../zone";
import { progress } from "./progress";
import { VOICE } from "./voice";

/** What a purge comes to. */
export interface Result {
    readonly outcome: Outcome;
    /** URLs without known bytes, as the edge served them. */
    readonly checked: readonly Checked[];
    /** Why it did not go through, as far as it can be told. */
    readonly problem?: ProblemError;
}

/** Purges what was selected in a zone: what the Pulumi resource does, with this command's streams. */
export async function purgeSelected(
    plan: Plan,
    zone: Zone,
    found: FoundCredential,
    zonePlan: string | undefined,
    settings: Settings,
    options: ApiOptions & Pick<DifferenceOptions, "headers" | "crossOrigin">,
    io: Io,
): Promise<Result> {
    const { clock, random, stderr } = io;
    const deadline = AbortSignal.timeout(settings.deadline * 1000);
    const signal = io.signal === undefined ? deadline : AbortSignal.any([io.signal, deadline]);
    const limits = limitsOf(zonePlan, settings);
    const shown = progress(stderr, clock, plan.selectors.length, settings.rebound !== false);
    const deps = httpDeps({
        credential: found.credential,
        baseUrl: baseUrlOf(options, io),
        limits,
        settings,
        clock,
        random,
        signal,
        log: shown.log,
        onRetry: (event) => shown.log(retryLine(event)),
    });
    try {
        const { selectors, samples, counts } = plan;
        const variants = variantsOf({ headers: options.headers, crossOrigins: options.crossOrigin });
        const owed = { entries: [{ selectors, samples, changes: counts, to: 1 }], variants };
        const outcome = await purge(owed, zone, limits, settings, {
            ...deps,
            api: shown.counting(deps.api),
            count: shown.count,
        });
        if (outcome.failure !== undefined) {
            const problem = await problemOfFailure(outcome.failure, plan, zone, found, deps.client, io);
            const late =
                outcome.failure.kind === "refused" && outcome.failure.error.kind === "aborted" && deadline.aborted;
            return { outcome, checked: outcome.checked, problem: late ? tooLate(settings.deadline) : problem };
        }
        // Of URLs whose bytes are not known, the edge's answer is compared with the origin's. One with other headers than
        // a page's origin is another entry than the one that a GET meets.
        const unknown = selectors.flatMap(({ kind, value: url, headers }) => {
            const origin = originOf(headers);
            const isMet = headers === undefined || (origin !== undefined && Object.keys(headers).length === 1);
            return kind === "url" && samples.length === 0 && isMet ? [{ url, ...(origin && { origin }) }] : [];
        });
        const purgedAt = clock.monotonic();
        const check = checkOf(settings, zone);
        const targets =
            check === false ? [] : evenSample(unknown, check.sample).map((target) => ({ ...target, purgedAt }));
        const timeout = check === false ? 0 : check.timeout;
        return { outcome, checked: [...outcome.checked, ...(await verify(targets, timeout, deps))] };
    } finally {
        shown.end();
    }
}

function tooLate(seconds: number): ProblemError {
    const cause = `The purge was not done within ${seconds} s.`;
    return new ProblemError({ key: "deadline", cause, remedy: "Give it more time with --deadline." });
}

async function problemOfFailure(
    failure: Failure,
    { selectors }: Plan,
    zone: Zone,
    { credential, ignored }: FoundCredential,
    client: CloudflareClient,
    { clock }: Io,
): Promise<ProblemError> {
    if (failure.kind === "edge-stale") {
        return new ProblemError({
            key: "purged-but-stale",
            cause: edgeStaleText(failure.checked, false, VOICE),
            remedy: "",
        });
    }
    if (failure.kind === "origin-old") {
        const cause = `The origin still answers old bytes: ${named(failure.samples)}. Nothing was purged.`;
        return new ProblemError({ key: "purged-but-stale", cause, remedy: "Finish the upload first." });
    }
    const { error } = await diagnose(CloudflareError.from(failure.error, "purge"), {
        client,
        credential,
        zone: { ...zone, name: zone.name || (await nameOfZone(client, selectors)) },
        ignored,
        items: selectors.filter(({ kind }) => kind === "url").map(({ value }) => value),
        clock,
    });
    return problemOf(error);
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
