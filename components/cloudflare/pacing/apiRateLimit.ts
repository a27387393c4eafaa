import { API_LIMIT } from "../../settings/limits";
import type { RateLimit } from "../rateLimitHeaders";

/** Left for others of the same user: who goes over the limit is refused for five minutes, dashboard included. */
const RESERVE = 0.1;

/** Keeps all requests within Cloudflare's general limit, by our own count and by what the headers say is left. */
export class ApiRateLimit {
    private readonly sent: number[] = [];
    private left: { remaining: number; readonly until: number } | undefined;

    /** Milliseconds until one more request fits; 0: now. */
    wait(now: number): number {
        const span = API_LIMIT.seconds * 1000;
        while (this.sent[0] !== undefined && this.sent[0] <= now - span) {
            this.sent.shift();
        }
        if (this.left !== undefined && now >= this.left.until) {
            this.left = undefined;
        }
        const most = Math.floor(API_LIMIT.requests * (1 - RESERVE));
        const own = this.sent.length < most ? 0 : (this.sent[this.sent.length - most] as number) + span - now;
        return Math.max(0, own, this.asked(now));
    }

    /** The part of that wait which the server asked for. */
    asked(now: number): number {
        const reserve = API_LIMIT.requests * RESERVE;
        return this.left === undefined || this.left.remaining > reserve ? 0 : Math.max(0, this.left.until - now);
    }

    record(now: number): void {
        this.sent.push(now);
        if (this.left !== undefined) {
            this.left.remaining -= 1;
        }
    }

    observe(limit: RateLimit, now: number): void {
        this.left = { remaining: limit.remaining, until: now + limit.reset * 1000 };
    }

    /** Whether a header is about this limit and not about purges. */
    static concerns({ quota, window }: RateLimit): boolean {
        return quota === undefined || (quota >= API_LIMIT.requests && window === API_LIMIT.seconds);
    }
}
