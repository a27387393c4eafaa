import type { Deps } from "./deps";

/** Polite bounds: what a few visitors would do, not a load test. */
const PER_SECOND = 20;
const MAX_BYTES = 1024 * 1024 * 1024;

/**
 * GETs the purged URLs so that the next visitor finds them warm. Returns how many were answered. Stops without an
 * error after a gibibyte, after `seconds`, or when aborted: warming is a courtesy and never owed.
 */
export async function warm(
    urls: readonly string[],
    seconds: number,
    deps: Pick<Deps, "visit" | "clock" | "signal" | "log">,
): Promise<number> {
    const end = deps.clock.monotonic() + seconds * 1000;
    let answered = 0;
    let bytes = 0;
    for (const url of urls) {
        if (bytes > MAX_BYTES || deps.clock.monotonic() > end || deps.signal?.aborted) {
            deps.log(`warmed ${answered} of ${urls.length} URLs, then stopped`);
            return answered;
        }
        const started = deps.clock.monotonic();
        try {
            bytes += (await deps.visit(url, deps.signal)).bytes;
            answered += 1;
        } catch {
            // A URL that does not answer stays cold.
        }
        const spare = 1000 / PER_SECOND - (deps.clock.monotonic() - started);
        if (spare > 0) {
            await deps.clock.sleep(spare, deps.signal);
        }
    }
    return answered;
}
