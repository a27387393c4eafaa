/**
 * What one account may purge. The table of plans is `planLimits` in plan/limits.ts: the size of batches and the pace
 * come from one place, and reach the Pacer as values
 * (developers.cloudflare.com/cache/how-to/purge-cache, "Availability and limits").
 */
export interface PaceLimits {
    /** URLs a second in purges by URL, as a moving average. */
    readonly urlsPerSecond: number;
    /** Requests a minute by host, tag, prefix or for everything. */
    readonly requestsPerMinute: number;
    /** Such requests that may come at once after a pause: the size of the token bucket. */
    readonly bucket: number;
}

/**
 * Requests of one user or token in five minutes, whatever they ask. Who goes over it is refused for five minutes
 * (developers.cloudflare.com/fundamentals/api/reference/limits).
 */
export const GENERAL_LIMIT = { requests: 1200, seconds: 300 } as const;
