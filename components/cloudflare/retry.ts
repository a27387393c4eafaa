/** When to ask again, and what an answer's headers say of that. */

/** The first wait is up to one second; each further one up to twice the last. */
const FIRST = 1000;
/** No wait of our own choice is longer. */
const LONGEST = 30_000;
/** Seconds: Cloudflare's general limit blocks for five minutes. Whoever asks for more gets an error instead of a wait. */
export const MAX_RETRY_AFTER = 300;

/**
 * Milliseconds to wait before the `attempt`-th retry (1 is the first). What Cloudflare asks for (`retryAfter`, seconds)
 * is a lower bound, with up to a second more so that several clients do not return at once; otherwise exponential with
 * full jitter (aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter).
 */
export function retryDelay(attempt: number, retryAfter: number | undefined, random: () => number): number {
    if (retryAfter !== undefined) {
        return retryAfter * 1000 + random() * 1000;
    }
    return random() * Math.min(LONGEST, FIRST * 2 ** (attempt - 1));
}

/**
 * Seconds of a Retry-After header (RFC 9110, 10.2.3: seconds, or a date), never negative; `undefined` when it is absent
 * or neither.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
    const value = header?.trim();
    if (value === undefined || value === "") {
        return undefined;
    }
    if (/^\d+(\.\d+)?$/.test(value)) {
        return Number(value);
    }
    const date = Date.parse(value);
    return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/** A request that is about to be made again. */
export interface RetryEvent {
    /** 1 for the first retry. */
    readonly attempt: number;
    /** Milliseconds until it is made. */
    readonly delay: number;
    /** Few words, without secrets: `status 429`, `ECONNRESET`. */
    readonly reason: string;
    readonly status?: number;
    /** Seconds, when Cloudflare said how long. */
    readonly retryAfter?: number;
}

/** One line for the person who watches: `status 429; retry 1 in 2.0 s`. */
export function retryLine({ reason, attempt, delay }: RetryEvent): string {
    return `${reason}; retry ${attempt} in ${(delay / 1000).toFixed(1)} s`;
}

/** One policy of the `Ratelimit` and `Ratelimit-Policy` headers. */
export interface RateLimit {
    readonly policy: string;
    /** `r`: units left in the window. */
    readonly remaining: number;
    /** `t`: seconds until the window starts again. */
    readonly reset: number;
    /** `q`: units in a window, when known. */
    readonly quota?: number;
    /** `w`: seconds of a window, when known. */
    readonly window?: number;
}

/**
 * Reads `Ratelimit: "default";r=50;t=30` and `Ratelimit-Policy: "burst";q=100;w=60`
 * (developers.cloudflare.com/fundamentals/api/reference/limits; draft-ietf-httpapi-ratelimit-headers). A part that
 * makes no sense is left out: the headers are advice.
 */
export function parseRateLimit(ratelimit: string | undefined, policy: string | undefined): RateLimit[] {
    const policies = new Map(items(policy).map((item) => [item.name, item.values]));
    return items(ratelimit).flatMap(({ name, values }) => {
        const remaining = values.get("r");
        const reset = values.get("t");
        if (remaining === undefined || reset === undefined) {
            return [];
        }
        const about = policies.get(name) ?? (policies.size === 1 ? [...policies.values()][0] : undefined);
        const quota = about?.get("q");
        const window = about?.get("w");
        return [
            {
                policy: name,
                remaining,
                reset,
                ...(quota === undefined ? {} : { quota }),
                ...(window === undefined ? {} : { window }),
            },
        ];
    });
}

function items(header: string | undefined): { name: string; values: Map<string, number> }[] {
    return (header ?? "").split(",").flatMap((item) => {
        const [name, ...parameters] = item.split(";").map((part) => part.trim());
        if (name === undefined || name === "") {
            return [];
        }
        const values = new Map<string, number>();
        for (const parameter of parameters) {
            const match = /^([a-z]+)=(\d{1,12})$/i.exec(parameter);
            if (match !== null) {
                values.set((match[1] as string).toLowerCase(), Number(match[2]));
            }
        }
        return [{ name: name.replace(/^"|"$/g, ""), values }];
    });
}
