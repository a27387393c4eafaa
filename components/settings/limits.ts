/**
 * How much one account may purge, https://developers.cloudflare.com/cache/how-to/purge-cache/#availability-and-limits
 * (read on 2026-11-24). All zones of an account that are on the same plan share it.
 */
export interface BatchLimits {
    /** URLs in one request. */
    readonly urlsPerRequest: number;
    /** Prefixes, hosts or tags in one request. */
    readonly itemsPerRequest: number;
    /** URLs a second, as a moving average over all requests by URL. */
    readonly urlsPerSecond: number;
    /** Requests a minute by prefix, host, tag or everything. */
    readonly requestsPerMinute: number;
    /** Such requests that may come at once before that rate counts: the size of the token bucket. */
    readonly bucket: number;
}

/** "prefixes (host+path, no scheme/query/fragment, at most 31 separators)", the purge API's reference. */
export const MAX_SEPARATORS = 31;

/** Cloudflare's plans for a zone. */
export type ZonePlan = "free" | "pro" | "business" | "enterprise";

/** The plans, the smallest first. */
export const ZONE_PLANS: readonly ZonePlan[] = ["free", "pro", "business", "enterprise"];

/** Whether a value is the name of a plan. */
export function isZonePlan(value: unknown): value is ZonePlan {
    return (ZONE_PLANS as readonly unknown[]).includes(value);
}

const LIMITS: Record<ZonePlan, BatchLimits> = {
    free: { urlsPerRequest: 100, itemsPerRequest: 100, urlsPerSecond: 800, requestsPerMinute: 5, bucket: 25 },
    pro: { urlsPerRequest: 100, itemsPerRequest: 100, urlsPerSecond: 1500, requestsPerMinute: 300, bucket: 25 },
    business: { urlsPerRequest: 100, itemsPerRequest: 100, urlsPerSecond: 1500, requestsPerMinute: 600, bucket: 50 },
    enterprise: {
        urlsPerRequest: 500,
        itemsPerRequest: 100,
        urlsPerSecond: 3000,
        requestsPerMinute: 3000,
        bucket: 500,
    },
};

/** The limits of a plan; those of the free plan, the lowest, for one that is not known. */
export function planLimits(plan: ZonePlan | string | undefined): BatchLimits {
    return isZonePlan(plan) ? LIMITS[plan] : LIMITS.free;
}

/**
 * Requests of one user or token, whatever they ask, in a window of so many seconds. Who exceeds it is refused for as long
 * (https://developers.cloudflare.com/fundamentals/api/reference/limits/).
 */
export const API_LIMIT = { requests: 1200, seconds: 300 } as const;

/** Seconds until a purge has reached every data centre; most take far less (https://blog.cloudflare.com/instant-purge/). */
export const PURGE_SETTLES = 15;

/** Seconds in which a token that was made a moment ago may not be known everywhere. */
export const TOKEN_SETTLES = 30;
