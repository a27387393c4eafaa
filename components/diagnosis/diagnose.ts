import type { CloudflareClient } from "../cloudflare/client";
import type { Clock } from "../cloudflare/clock";
import { systemClock } from "../cloudflare/clock";
import type { CloudflareError } from "../cloudflare/cloudflareError";
import type { Credential } from "../cloudflare/credential";
import { redactor } from "../cloudflare/redact";
import type { Facts, Finding } from "./facts";
import { credentialFacts, isAuth } from "./facts";
import type { Probe } from "./probes";
import { probe } from "./probes";
import { judgeFacts } from "./rules";

/** What the caller knows of the failed request. Empty texts count as not known. */
export interface DiagnosisContext {
    /** With the credential that failed. */
    readonly client: CloudflareClient;
    readonly credential: Credential;
    readonly zoneId: string;
    readonly zoneName?: string;
    readonly accountId?: string;
    readonly zonePlan?: string;
    readonly zoneStatus?: string;
    /** Names of other credentials that were set and are not used. */
    readonly ignored?: readonly string[];
    /** What was to be purged. */
    readonly items?: readonly string[];
    /** Seconds for all probes together. Default: 10. */
    readonly seconds?: number;
    /** Default: the machine's. */
    readonly clock?: Clock;
}

/** Why it failed and what to do. */
export interface Verdict extends Finding {
    readonly probes: readonly Probe[];
    /** The whole of it for a person: what was being done, what Cloudflare said, cause and remedy. */
    readonly message: string;
    /** The error that was diagnosed, with cause and remedy in place of what its code alone tells. */
    readonly error: CloudflareError;
}

/** Seconds for all probes together, and for each. */
const SECONDS = 10;
const EACH = 4;

/**
 * Finds the cause of a failure. For a refusal that has to do with who asks, at most six requests in ten seconds that
 * change nothing; for every other failure what its code tells. Never rejects.
 */
export async function diagnose(error: CloudflareError, context: DiagnosisContext): Promise<Verdict> {
    const start = factsOf(error, context);
    if (isSettled(start) || !isAuth(error)) {
        return verdict(error, judgeFacts(start), [], context);
    }
    const { seconds = SECONDS } = context;
    const client = context.client.with({
        retries: 0,
        timeout: Math.min(EACH, seconds),
        signal: AbortSignal.timeout(seconds * 1000),
    });
    const { facts, probes } = await probe(client, start, isSettled);
    return verdict(error, judgeFacts(facts), probes, context);
}

/** Facts before any probe. */
export function factsOf(error: CloudflareError, context: DiagnosisContext): Facts {
    const { zoneId, zoneName, accountId, zonePlan, zoneStatus } = context;
    return {
        refusal: error,
        credential: credentialFacts(context.credential, context.ignored),
        zone: {
            id: zoneId,
            ...known("name", zoneName),
            ...known("accountId", accountId),
            ...known("status", zoneStatus),
            ...known("plan", zonePlan),
            lookedUp: known("name", zoneName).name !== undefined && known("status", zoneStatus).status !== undefined,
        },
        ...(context.items === undefined ? {} : { items: context.items }),
        now: (context.clock ?? systemClock).now(),
    };
}

/** Whether more probes would tell nothing new. */
function isSettled(facts: Facts): boolean {
    const finding = judgeFacts(facts);
    return finding !== undefined && finding.sure !== false;
}

function verdict(
    error: CloudflareError,
    finding: Finding | undefined,
    probes: readonly Probe[],
    context: DiagnosisContext,
): Verdict {
    const redact = redactor(context.credential);
    const cause = redact(finding?.cause ?? error.cause);
    const remedy = redact(finding?.remedy ?? error.remedy);
    const key = finding?.key ?? error.key ?? "unknown";
    const better = error.with({ key, cause, remedy });
    const told = probes.map((p) => ({ ...p, detail: redact(p.detail) }));
    return { key, cause, remedy, probes: told, message: better.message, error: better };
}

function known<K extends string>(name: K, value: string | undefined): { [P in K]?: string } {
    return (value === undefined || value === "" ? {} : { [name]: value }) as { [P in K]?: string };
}
