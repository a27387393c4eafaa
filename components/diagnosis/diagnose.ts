import type { CloudflareClient } from "../cloudflare/client";
import type { Clock } from "../cloudflare/clock";
import { systemClock } from "../cloudflare/clock";
import type { CloudflareError } from "../cloudflare/cloudflareError";
import type { Credential } from "../cloudflare/credential";
import { redactor } from "../cloudflare/redact";
import type { Zone } from "../cloudflare/zone";
import type { Facts, ProbeResult } from "./probes";
import { ask, credentialFacts, firstFit, isAuth, PROBES } from "./probes";
import { RULES } from "./rules";

/** What the caller knows of the failed request. */
export interface DiagnosisContext {
    /** With the credential that failed. */
    readonly client: CloudflareClient;
    readonly credential: Credential;
    /** An empty ID: the zone is not in question, or not known yet. */
    readonly zone: Zone;
    /** Names of other credentials that were set and are not used. */
    readonly ignored?: readonly string[];
    /** What was to be purged. */
    readonly items?: readonly string[];
    /** What to do instead of what the rules say, by the problem's key: only the caller knows what manages the token. */
    readonly remedies?: Readonly<Record<string, string>>;
    /** Seconds for all probes together. Default: 10. */
    readonly seconds?: number;
    /** Default: the machine's. */
    readonly clock?: Clock;
}

export interface Diagnosis {
    /** The error that was diagnosed, with cause and remedy in place of what its code alone tells. */
    readonly error: CloudflareError;
    readonly probes: readonly ProbeResult[];
}

/** Seconds for all probes together, and for each. */
const SECONDS = 10;
const EACH = 4;

/**
 * Finds the cause of a failure. For a refusal that has to do with who asks, at most six requests in ten seconds that
 * change nothing; for every other failure what its code tells. Never rejects.
 */
export async function diagnose(error: CloudflareError, context: DiagnosisContext): Promise<Diagnosis> {
    const start = factsOf(context);
    const isSettled = (soFar: Facts): boolean => {
        const found = firstFit(RULES, soFar, error);
        return found !== undefined && found.sure !== false;
    };
    const { seconds = SECONDS } = context;
    const { facts, results } = isAuth(error)
        ? await ask(PROBES, quick(context.client, seconds), start, isSettled)
        : { facts: start, results: [] };
    const redact = redactor(context.credential);
    const { key, cause, remedy } = firstFit(RULES, facts, error) ?? error;
    return {
        error: error.with({ key, cause: redact(cause), remedy: context.remedies?.[key] ?? redact(remedy) }),
        probes: results.map((result) => ({ ...result, detail: redact(result.detail) })),
    };
}

/** The same client for questions that a person waits for. */
export function quick(client: CloudflareClient, seconds = SECONDS): CloudflareClient {
    return client.with({
        retries: 0,
        timeout: Math.min(EACH, seconds),
        signal: AbortSignal.timeout(seconds * 1000),
    });
}

/** Facts before any probe. */
export function factsOf(context: Omit<DiagnosisContext, "client">): Facts {
    const { credential, ignored, zone, items, clock = systemClock } = context;
    return {
        credential: credentialFacts(credential, ignored),
        zone,
        ...(items === undefined ? {} : { items }),
        now: clock.now(),
    };
}
