import type { CloudflareClient } from "../../cloudflare/client";
import type { Clock } from "../../cloudflare/clock";
import { CloudflareError } from "../../cloudflare/cloudflareError";
import { retryLine } from "../../cloudflare/retry";
import type { Zone } from "../../cloudflare/zone";
import { diagnose } from "../../diagnosis/diagnose";
import { ProblemError } from "../../errors/problem";
import { grouped } from "../../errors/text";
import type { PurgeBody } from "../../plan/batches";
import { originOf, variantsOf } from "../../plan/headers";
import type { Plan } from "../../plan/plan";
import { evenSample } from "../../plan/samples";
import type { Selector } from "../../plan/selector";
import { hostOf } from "../../plan/selector";
import { httpDeps, limitsOf } from "../../purge/deps";
import type { Failure, Outcome } from "../../purge/outcome";
import { purge } from "../../purge/purge";
import type { PurgeApi } from "../../purge/send";
import type { Checked } from "../../purge/verify";
import { checkOf, verify } from "../../purge/verify";
import type { Voice } from "../../purge/words";
import { edgeStaleText, named } from "../../purge/words";
import type { Settings } from "../../settings/componentOptions";
import type { ApiOptions } from "../api";
import { baseUrlOf, zoneOfHost } from "../api";
import type { FoundCredential } from "../credential";
import type { DifferenceOptions } from "../plan";
import { problemOf } from "../problem";
import type { Io, Sink } from "../terminal";

/** How the command line calls what only it has. */
export const VOICE: Voice = {
    old: "Purge them again once the upload is done.",
    absent: "Purge them once they are there.",
    removed: "Purge them when you have deleted them.",
    stale: "The command below purges them once more.",
    exclude: "--exclude",
    checks: "--connect-to; --no-verify switches the check off",
    command: "cache-purge",
};

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

/** Shows how far a purge has come: a bar on a terminal, elsewhere a line at most every 2 s. */
interface Progress {
    /** The same API, whose accepted requests are counted. */
    counting(api: PurgeApi): PurgeApi;
    /** What is being done, in words. */
    log(line: string): void;
    /** How far it has come, in words: the bar shows that itself. */
    count(line: string): void;
    /** Takes the bar away. */
    end(): void;
}

/** ms between two lines where no terminal is. */
const EVERY = 2000;
const WIDTH = 24;

/** @param total items of one pass; the rebound makes a second one. */
export function progress(sink: Sink, clock: Clock, total: number, rebound: boolean): Progress {
    return sink.isTTY === true ? bar(sink, total, rebound) : lines(sink, clock);
}

function lines(sink: Sink, clock: Clock): Progress {
    let last = Number.NEGATIVE_INFINITY;
    const log = (line: string): void => {
        if (clock.now() - last >= EVERY) {
            last = clock.now();
            sink.write(`${line}\n`);
        }
    };
    return { counting: (api) => api, log, count: log, end: () => {} };
}

function bar(sink: Sink, total: number, rebound: boolean): Progress {
    const all = rebound ? total * 2 : total;
    const seen = new Set<PurgeBody>();
    let done = 0;
    let words = "purging";
    const draw = (): void => {
        const share = all === 0 ? 1 : Math.min(1, done / all);
        const full = Math.round(share * WIDTH);
        const line = `[${"#".repeat(full)}${"-".repeat(WIDTH - full)}] ${Math.floor(share * 100)} %  ${words}`;
        sink.write(`\r\x1b[K${line.slice(0, (sink.columns ?? 80) - 1)}`);
    };
    return {
        counting: (api) => ({
            purge: async (zone, body, mode) => {
                const accepted = await api.purge(zone, body, mode);
                // A body that was accepted before comes again for the rebound.
                const again = seen.has(body);
                seen.add(body);
                done += itemsOf(body);
                const first = Math.min(done, total);
                words = again
                    ? `once more, against copies that were on their way`
                    : `purged ${grouped(first)} of ${grouped(total)}`;
                draw();
                return accepted;
            },
        }),
        log: (line) => {
            words = line;
            draw();
        },
        count: () => {},
        end: () => void sink.write("\r\x1b[K"),
    };
}

function itemsOf(body: PurgeBody): number {
    const [list] = Object.values(body) as unknown[];
    return Array.isArray(list) ? list.length : 1;
}
