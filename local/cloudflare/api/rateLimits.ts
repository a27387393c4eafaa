import type { Clock } from "../clock";
import type { Headers } from "../http/messages";
import type { Plan } from "../state/zone";
import { refuse } from "./errors";

/** The purge limits of a plan, for all zones of an account on that plan together. */
export interface PurgeLimits {
    /** Requests per second by host, tag, prefix, or for everything. */
    requestsPerSecond: number;
    /** Requests that can be saved up. */
    bucket: number;
    /** Hosts, tags or prefixes in one request. */
    items: number;
    /** URLs per second. */
    urlsPerSecond: number;
    /** URLs in one request. */
    urls: number;
}

/** https://developers.cloudflare.com/cache/how-to/purge-cache/#availability-and-limits */
export const PURGE_LIMITS: Record<Plan, PurgeLimits> = {
    free: { requestsPerSecond: 5 / 60, bucket: 25, items: 100, urlsPerSecond: 800, urls: 100 },
    pro: { requestsPerSecond: 5, bucket: 25, items: 100, urlsPerSecond: 1500, urls: 100 },
    business: { requestsPerSecond: 10, bucket: 50, items: 100, urlsPerSecond: 1500, urls: 100 },
    enterprise: { requestsPerSecond: 50, bucket: 500, items: 100, urlsPerSecond: 3000, urls: 500 },
};

/** 1200 requests in 5 minutes for a user's tokens together, and for each account-owned token; then 5 minutes nothing. */
export const GENERAL_LIMIT = { requests: 1200, window: 300_000 };

/** The moving average of URLs is taken over the last second, the strictest reading of "URLs per second". */
const URL_WINDOW = 1000;

interface Bucket {
    left: number;
    at: number;
}

/** Counts what was asked for, by the clock. */
export class RateLimits {
    private readonly buckets = new Map<string, Bucket>();
    private readonly urls = new Map<string, { at: number; count: number }[]>();
    private readonly calls = new Map<string, { since: number; count: number; blockedUntil: number }>();

    constructor(private readonly clock: Clock) {}

    /**
     * Counts a call of somebody.
     * @returns the headers of the answer
     * @throws 971 with the seconds to wait
     */
    call(who: string): Headers {
        const now = this.clock.now();
        let seen = this.calls.get(who);
        if (!seen || now >= seen.since + GENERAL_LIMIT.window) {
            seen = { since: now, count: 0, blockedUntil: 0 };
        }
        this.calls.set(who, seen);
        seen.count += 1;
        if (seen.count > GENERAL_LIMIT.requests && seen.blockedUntil === 0) {
            seen.blockedUntil = now + GENERAL_LIMIT.window;
            seen.since = now;
        }
        const ends = Math.max(1, Math.ceil((seen.since + GENERAL_LIMIT.window - now) / 1000));
        const left = Math.max(0, GENERAL_LIMIT.requests - seen.count);
        const headers = {
            ratelimit: `"default";r=${left};t=${ends}`,
            "ratelimit-policy": `"default";q=${GENERAL_LIMIT.requests};w=${GENERAL_LIMIT.window / 1000}`,
        };
        if (seen.blockedUntil > now) {
            throw refuse.throttled(ends, headers);
        }
        return headers;
    }

    /**
     * Takes one request by host, tag or prefix, or for everything, out of the account's bucket.
     * @throws 1134 with the seconds until there is one again
     */
    purgeRequest(account: string, plan: Plan): void {
        const { bucket, requestsPerSecond } = PURGE_LIMITS[plan];
        const now = this.clock.now();
        const seen = this.buckets.get(`${account} ${plan}`) ?? { left: bucket, at: now };
        const left = Math.min(bucket, seen.left + ((now - seen.at) / 1000) * requestsPerSecond);
        // The rounding of a division may lack a trace of a whole token.
        if (left < 1 - 1e-9) {
            throw refuse.purgeLimited(Math.max(1, Math.ceil((1 - left) / requestsPerSecond - 1e-6)));
        }
        this.buckets.set(`${account} ${plan}`, { left: left - 1, at: now });
    }

    /**
     * Takes URLs out of the account's average.
     * @throws 1134 with the seconds until they fit
     */
    purgeUrls(account: string, plan: Plan, count: number): void {
        const now = this.clock.now();
        const key = `${account} ${plan}`;
        const recent = (this.urls.get(key) ?? []).filter(({ at }) => at > now - URL_WINDOW);
        const used = recent.reduce((sum, one) => sum + one.count, 0);
        this.urls.set(key, recent);
        if (used + count > PURGE_LIMITS[plan].urlsPerSecond) {
            throw refuse.purgeLimited(URL_WINDOW / 1000);
        }
        recent.push({ at: now, count });
    }
}
