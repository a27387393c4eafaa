import type { Clock } from "../cloudflare/clock";
import type { Visit } from "./visit";

/** Polite bounds: what a few visitors would do, not a load test. */
const PER_SECOND = 20;
const MAX_BYTES = 1024 * 1024 * 1024;

/**
 * GETs the purged URLs so that the next visitor finds them warm. Returns how many were answered. Stops without an
 * error after a gibibyte, at `end`, or when aborted: warming is a courtesy and never owed.
 */
export async function warm(
    urls: readonly string[],
    end: number,
    world: { visit: Visit; clock: Clock; signal?: AbortSignal; log: (line: string) => void },
): Promise<number> {
    let answered = 0;
    let bytes = 0;
    for (const url of urls) {
        if (bytes > MAX_BYTES || world.clock.now() > end || world.signal?.aborted) {
            world.log(`warmed ${answered} of ${urls.length} URLs, then stopped`);
            return answered;
        }
        const started = world.clock.now();
        try {
            bytes += (await world.visit(url, world.signal)).bytes;
            answered += 1;
        } catch {
            // A URL that does not answer stays cold.
        }
        const spare = 1000 / PER_SECOND - (world.clock.now() - started);
        if (spare > 0) {
            await world.clock.sleep(spare, world.signal);
        }
    }
    return answered;
}
