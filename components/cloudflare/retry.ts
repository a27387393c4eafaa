/** The first wait is up to one second; each further one up to twice the last. */
const FIRST = 1000;
/** No wait of our own choice is longer. */
const LONGEST = 30_000;
/** Cloudflare's general limit blocks for five minutes; who asks for more than twice that gets an error instead. */
export const MAX_RETRY_AFTER = 600;

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
