import type { BatchLimits } from "../settings/limits";
import type { Clock } from "./clock";
import { systemClock } from "./clock";
import { CloudflareError } from "./cloudflareError";
import { AdaptiveRate, ApiRateLimit, START, TokenBucket, UrlWindow } from "./rates";
import type { RateLimit } from "./retry";
import { MAX_RETRY_AFTER } from "./retry";

interface PacerOptions {
    /** The limits of the zone's plan. */
    readonly limits: Pick<BatchLimits, "urlsPerSecond" | "requestsPerMinute" | "bucket">;
    /** URLs a second to keep to instead of an adaptive share of the limit. Cut like the share when there are refusals. */
    readonly rate?: number;
    /** Default: the machine's. */
    readonly clock?: Clock;
    /** For jitter after a pause. Default: Math.random. */
    readonly random?: () => number;
    /** Ends every wait with an error of kind `aborted`. */
    readonly signal?: AbortSignal;
    /** Milliseconds from now until which a wait that the server asks for may last. Default: without end. */
    readonly deadline?: number;
    /** Told once of each wait over two seconds, with its reason. */
    readonly onWait?: (line: string) => void;
}

/** One request that is about to be sent. */
interface Turn {
    readonly kind: "url" | "prefix" | "host" | "tag" | "everything";
    /** URLs, prefixes, hosts or tags in it. */
    readonly items: number;
}

/** What an answer says about the limits: an Accepted, a RetryEvent or a CloudflareError. */
export interface LimitNews {
    readonly rateLimit?: readonly RateLimit[];
    readonly status?: number;
    /** Seconds. */
    readonly retryAfter?: number;
}

/** The part of a limit below which it counts as nearly used up. */
const SCARCE = 0.2;
/** Seconds: what is said of a shorter window is over when it arrives, our own burst included. */
const BRIEF = 5;
/** Milliseconds that a 429 without Retry-After stops everything. */
const PAUSE = 1000;
/** Milliseconds up to which a wait is not worth a line. */
const TOLD = 2000;

/**
 * Keeps requests under the limits of Cloudflare's plan, which all pipelines of an account share. Begins at half the
 * limit so that two fit, grows while answers come well, gives way when they do not, and stops altogether for as long as
 * a Retry-After says.
 */
export class Pacer {
    private readonly clock: Clock;
    private readonly random: () => number;
    private readonly share: AdaptiveRate;
    private readonly urls: UrlWindow;
    private readonly requests: TokenBucket;
    private readonly apiLimit = new ApiRateLimit();
    private readonly signal: AbortSignal | undefined;
    private readonly until: number;
    private readonly onWait: ((line: string) => void) | undefined;
    private pausedUntil = Number.NEGATIVE_INFINITY;
    private toldUntil = Number.NEGATIVE_INFINITY;
    /** Requests by URL that are on their way. */
    private underway = 0;
    /** Aborted, and replaced, when there is news: a share that grew shortens the waits. */
    private wake = new AbortController();
    /** The last turn that was given: requests of one purge are much alike. */
    private last: Turn = { kind: "url", items: 0 };
    /** The last in each queue: turns are given in the order in which they were asked for. */
    private readonly tails = { url: Promise.resolve(), other: Promise.resolve() };

    constructor(options: PacerOptions) {
        const { limits, rate } = options;
        this.clock = options.clock ?? systemClock;
        this.random = options.random ?? Math.random;
        this.signal = options.signal;
        this.onWait = options.onWait;
        this.until = this.clock.monotonic() + (options.deadline ?? Number.POSITIVE_INFINITY);
        this.share = rate === undefined ? new AdaptiveRate() : new AdaptiveRate(1, 1);
        this.urls = new UrlWindow(rate ?? limits.urlsPerSecond);
        this.requests = new TokenBucket(Math.max(1, Math.floor(limits.bucket * START)), limits.requestsPerMinute);
    }

    /**
     * Resolves when one more request fits under the limits.
     *
     * @throws CloudflareError of kind `aborted` when the signal ends the wait, of kind `rate-limit` when the server asks for a
     * wait beyond five minutes or the deadline.
     */
    acquire(turn: Turn, signal: AbortSignal | undefined = this.signal): Promise<void> {
        const queue = turn.kind === "url" ? "url" : "other";
        const granted = this.tails[queue].then(() => this.wait(turn, signal));
        this.tails[queue] = granted.catch(() => {});
        return granted;
    }

    /** Learns from an answer. Call it for every one, refusals included. */
    observe(seen: LimitNews): void {
        this.underway = Math.max(0, this.underway - 1);
        this.learn(seen, this.clock.monotonic());
        this.wake.abort();
        this.wake = new AbortController();
    }

    private learn(seen: LimitNews, now: number): void {
        if (seen.status === 429) {
            const pause = seen.retryAfter === undefined ? PAUSE : seen.retryAfter * 1000;
            this.pausedUntil = Math.max(this.pausedUntil, now + pause + this.random() * PAUSE);
            this.share.decrease(now);
            // Whoever was refused comes back after the pause without asking here: its place is taken now.
            this.record(this.last, this.pausedUntil);
            return;
        }
        if (seen.status !== undefined) {
            return; // another failure says nothing about the limits
        }
        let scarce = false;
        for (const limit of seen.rateLimit ?? []) {
            if (ApiRateLimit.concerns(limit)) {
                this.apiLimit.observe(limit, now);
            } else {
                scarce ||= this.isScarce(limit, now);
            }
        }
        if (scarce) {
            this.share.decrease(now);
        } else {
            this.share.increase(now);
        }
    }

    /** Whether a limit is nearly used up, and its time is not: everybody together is faster than it. */
    private isScarce({ remaining, reset, quota, window }: RateLimit, now: number): boolean {
        if (remaining === 0 && reset > 0) {
            this.pausedUntil = Math.max(this.pausedUntil, now + reset * 1000);
        }
        return (
            quota !== undefined &&
            window !== undefined &&
            window >= BRIEF &&
            remaining / quota < Math.min(SCARCE, reset / window)
        );
    }

    private record({ kind, items }: Turn, at: number): void {
        this.apiLimit.record(at);
        if (kind === "url") {
            this.underway += 1;
            this.urls.record(items, at);
        } else {
            this.requests.record();
        }
    }

    /**
     * While the share grows towards a limit that others may use as well, the answer to the last request is awaited, for
     * as long as one takes at the whole rate: at the first collision one request is on its way then, and not several.
     */
    private probe(items: number, now: number): number {
        return this.share.isProbing && this.underway > 0 ? this.urls.next(items) - now : 0;
    }

    private async wait({ kind, items }: Turn, signal: AbortSignal | undefined): Promise<void> {
        const share = this.share;
        for (;;) {
            if (signal?.aborted) {
                throw CloudflareError.aborted("purge");
            }
            const now = this.clock.monotonic();
            const lane =
                kind === "url"
                    ? Math.max(this.urls.wait(items, now, share.value), this.probe(items, now))
                    : this.requests.wait(now, share.value);
            const asked = Math.max(this.pausedUntil - now, this.apiLimit.asked(now));
            const wait = Math.max(asked, lane, this.apiLimit.wait(now));
            if (wait <= 0) {
                this.last = { kind, items };
                this.record(this.last, now);
                return;
            }
            this.refuseTooLong(asked, now);
            this.tell(wait, asked, lane, now);
            const { signal: wake } = this.wake;
            await this.clock.sleep(Math.ceil(wait), signal === undefined ? wake : AbortSignal.any([signal, wake]));
        }
    }

    /** A server may ask for a wait that nobody can sit out; our own pacing never does. */
    private refuseTooLong(asked: number, now: number): void {
        if (asked <= MAX_RETRY_AFTER * 1000 + PAUSE && now + asked <= this.until) {
            return;
        }
        const seconds = Math.ceil(asked / 1000);
        throw new CloudflareError({
            operation: "purge",
            kind: "rate-limit",
            key: "rate-limited",
            cause: `Cloudflare asks to wait ${seconds} s before the next request, which is longer than this purge waits.`,
            remedy: "Run it again after that time, one run at a time.",
            retryAfter: seconds,
        });
    }

    /** Says once what a long wait is for. */
    private tell(wait: number, asked: number, lane: number, now: number): void {
        if (wait <= TOLD || now < this.toldUntil) {
            return;
        }
        this.toldUntil = now + wait;
        const reason =
            wait <= asked
                ? "Cloudflare asked for it"
                : wait <= lane
                  ? "the rate limit of the zone's plan"
                  : "the API's limit of requests in five minutes";
        this.onWait?.(`waiting ${(wait / 1000).toFixed(0)} s: ${reason}`);
    }
}
