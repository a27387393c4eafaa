/** The rates that requests are kept within: requests, URLs, the API's general limit, and how much of them is ours. */
import { API_LIMIT } from "../settings/limits";
import type { RateLimit } from "./retry";

/** A token bucket: so many requests at once after a pause, then as they come in. */
export class TokenBucket {
    private level: number;
    private at: number | undefined;

    /**
     * @param size tokens that it holds at most; it begins full.
     * @param perMinute tokens that come in at a share of 1.
     */
    constructor(
        private readonly size: number,
        private readonly perMinute: number,
    ) {
        this.level = size;
    }

    /** Milliseconds until one request fits at `share` of the rate; 0: now. */
    wait(now: number, share: number): number {
        const rate = (this.perMinute * share) / 60_000;
        this.level = Math.min(this.size, this.level + (now - (this.at ?? now)) * rate);
        this.at = now;
        // A division's rounding may lack a trace of a whole token.
        return this.level >= 1 - 1e-9 ? 0 : (1 - this.level) / rate;
    }

    record(): void {
        this.level -= 1;
    }
}

/** The moving average is taken over the strictest span that the words "URLs per second" allow. ms */
const SPAN = 1000;

/**
 * Keeps URLs within a rate over every window of a second. A whole number of requests fits into a window, which is
 * stretched to keep the rate: 100 URLs at 380 a second are four requests in 1053 ms rather than three in 1000.
 */
export class UrlWindow {
    private readonly granted: { readonly at: number; readonly units: number }[] = [];

    /** @param limit URLs a second that are never exceeded. */
    constructor(private readonly limit: number) {}

    /** Milliseconds until `units` more fit at `share` of the limit; 0: now. */
    wait(units: number, now: number, share: number): number {
        const rate = Math.max(this.limit * share, Number.MIN_VALUE);
        const requests = Math.max(1, Math.min(Math.ceil(rate / units), Math.floor(this.limit / units)));
        const most = requests * units;
        const span = Math.max(SPAN, (most / rate) * SPAN);
        this.forget(now - 2 * Math.max(span, (units / rate) * SPAN));
        let used = 0;
        // From the newest to the oldest: the first one that is too much has to leave the window.
        for (let i = this.granted.length - 1; i >= 0; i--) {
            const grant = this.granted[i] as { at: number; units: number };
            used += grant.units;
            if (used + units > most) {
                return Math.max(0, grant.at + span - now);
            }
        }
        return 0;
    }

    /** When `units` more would come at the whole limit, evenly spaced. */
    next(units: number): number {
        return (this.granted.at(-1)?.at ?? Number.NEGATIVE_INFINITY) + (units / this.limit) * SPAN;
    }

    record(units: number, now: number): void {
        this.granted.push({ at: now, units });
    }

    private forget(before: number): void {
        while (this.granted[0] !== undefined && this.granted[0].at < before) {
            this.granted.shift();
        }
    }
}

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

/** The part of the limits to begin with: two pipelines that start together fit. */
export const START = 0.5;
/** The most to ever take: the rest is slack for requests that travel faster than the ones before. */
const MOST = 0.99;
/** The least to fall back to: below it a long purge would look like a hang. */
const LEAST = 0.1;

/** Growth a second until the first collision: alone, the whole rate is reached in half a second. */
const FAST = 1;
/** Growth a second after a collision; it doubles every {@link DOUBLING} seconds without another. */
const SLOW = 0.001;
const DOUBLING = 30;
/** What is left after the first collision (somebody else is there: back to a half), and after each further one. */
const FIRST_CUT = 0.5;
const CUT = 0.8;
/** Refusals within this time are one collision: they were on their way together. ms */
const EPISODE = 1500;
/** An answer speaks for so long, at most: growth stops when answers do. ms */
const SPEAKS_FOR = 250;

/**
 * How much of the limits is ours. Additive growth while all goes well, multiplicative cuts on collisions, so that
 * several clients end with about equal parts (Chiu and Jain 1989; the same as TCP).
 */
export class AdaptiveRate {
    private share: number;
    private grownAt: number | undefined;
    private collidedAt: number | undefined;

    constructor(
        start = START,
        private readonly most = MOST,
    ) {
        this.share = Math.min(start, most);
    }

    get value(): number {
        return this.share;
    }

    /** Whether it is on its way up, and has met nobody yet. */
    get isProbing(): boolean {
        return this.collidedAt === undefined && this.share > START && this.share < this.most;
    }

    /** An answer that shows no lack. `now` in ms. */
    increase(now: number): void {
        const seconds = Math.min(SPEAKS_FOR, now - (this.grownAt ?? now - SPEAKS_FOR)) / 1000;
        const quiet = this.collidedAt === undefined ? undefined : (now - this.collidedAt) / 1000;
        const speed = quiet === undefined ? FAST : Math.min(FAST, SLOW * 2 ** (quiet / DOUBLING));
        this.share = Math.min(this.most, this.share + seconds * speed);
        this.grownAt = now;
    }

    /** A refusal, or word that the limit is nearly used up. */
    decrease(now: number): void {
        if (this.collidedAt !== undefined && now - this.collidedAt < EPISODE) {
            return;
        }
        this.share = Math.max(LEAST, this.share * (this.collidedAt === undefined ? FIRST_CUT : CUT));
        this.collidedAt = now;
        this.grownAt = now;
    }
}
