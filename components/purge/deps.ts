import { CloudflareClient } from "../cloudflare/client";
import type { Clock } from "../cloudflare/clock";
import type { Credential } from "../cloudflare/credential";
import { Pacer } from "../cloudflare/pacer";
import type { RetryEvent } from "../cloudflare/retry";
import type { Settings } from "../settings/componentOptions";
import type { BatchLimits } from "../settings/limits";
import { planLimits } from "../settings/limits";
import type { Pace, PurgeApi } from "./send";
import type { CheckHeaders, Visit } from "./visit";
import { httpVisit } from "./visit";

/** Everything that a purge touches outside its arguments. */
export interface Deps {
    readonly api: PurgeApi;
    readonly pacer: Pace;
    readonly visit: Visit;
    readonly clock: Clock;
    /** [0, 1): jitter, and queries that no cache has seen. */
    readonly random: () => number;
    readonly signal?: AbortSignal;
    /** A line for the person who watches. */
    readonly log: (line: string) => void;
    /** Told how far it has come, where that is shown otherwise than as a line of the log. */
    readonly count?: (line: string) => void;
}

/** What {@link httpDeps} is made of. */
export interface DepsOptions {
    readonly credential: Credential;
    /** Where the API is, with `/client/v4`. */
    readonly baseUrl: string;
    readonly limits: BatchLimits;
    readonly settings: Pick<Settings, "timeout" | "retries" | "rate" | "connectTo" | "deadline">;
    readonly clock: Clock;
    readonly random: () => number;
    readonly signal: AbortSignal;
    readonly log: (line: string) => void;
    readonly checkHeaders?: CheckHeaders;
    /** See ClientOptions. */
    readonly tokenSettles?: number;
    /** Told of each further attempt of a request. */
    readonly onRetry: (event: RetryEvent) => void;
}

/** The client of the API, pacing and visits over real HTTP, wired together: a refusal slows everything down. */
export function httpDeps(options: DepsOptions): Deps & { readonly client: CloudflareClient } {
    const { credential, baseUrl, limits, settings, tokenSettles, onRetry, checkHeaders } = options;
    const { clock, random, signal, log } = options;
    const { rate, timeout, retries } = settings;
    const common = { clock, random, signal };
    const pacer = new Pacer({
        limits,
        ...(rate === undefined ? {} : { rate }),
        ...common,
        deadline: settings.deadline * 1000,
        onWait: log,
    });
    const client = new CloudflareClient({
        ...common,
        credential,
        baseUrl,
        timeout,
        retries,
        ...(tokenSettles === undefined ? {} : { tokenSettles }),
        onRetry: (event) => {
            pacer.observe(event);
            onRetry(event);
        },
    });
    return { ...common, client, api: client, pacer, visit: httpVisit(settings.connectTo, checkHeaders), log };
}

/** The limits of a zone's plan, with the batch size that the settings ask for instead. */
export function limitsOf(zonePlan: string | undefined, { batchSize }: Pick<Settings, "batchSize">): BatchLimits {
    const limits = planLimits(zonePlan);
    return { ...limits, urlsPerRequest: batchSize ?? limits.urlsPerRequest };
}
