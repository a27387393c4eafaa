import { TOKEN_SETTLES } from "../settings/limits";
import type { CloudflareClient } from "./client";
import type { Clock } from "./clock";
import { systemClock } from "./clock";
import { CloudflareError } from "./cloudflareError";
import type { TokenStatus } from "./tokenStatus";
import { inactiveToken } from "./tokenStatus";

export interface WaitOptions {
    /** The account that owns the token; without it the token is a user's. */
    readonly accountId?: string;
    /** Seconds. Default: 30. */
    readonly timeout?: number;
    /** Default: the machine's. */
    readonly clock?: Clock;
    /** For jitter. Default: Math.random. */
    readonly random?: () => number;
    readonly signal?: AbortSignal;
}

/** Milliseconds between two looks: doubles from the first to the last. */
const FIRST = 250;
const LAST = 4000;

const OPERATION = "verification of the token";

/**
 * Waits until a token that has just been made is known and active. A token that is disabled, expired or not yet valid
 * will not become active soon, so that ends the wait at once.
 *
 * @throws CloudflareError the last refusal when the time is up; `token-not-active`; every other failure as it comes.
 */
export async function waitUntilActive(client: CloudflareClient, options: WaitOptions = {}): Promise<TokenStatus> {
    const { accountId, timeout = TOKEN_SETTLES, clock = systemClock, random = Math.random, signal } = options;
    const end = clock.now() + timeout * 1000;
    for (let pause = FIRST; ; pause = Math.min(pause * 2, LAST)) {
        let refusal: CloudflareError;
        try {
            const token = await client.verifyToken(accountId);
            const problem = inactiveToken(token, clock.now());
            if (problem === undefined) {
                return token;
            }
            throw new CloudflareError({ ...problem, operation: OPERATION, kind: "authentication" });
        } catch (error) {
            refusal = CloudflareError.from(error, OPERATION);
        }
        const wait = pause * (0.5 + random() / 2);
        if (refusal.kind !== "authentication" || refusal.key === "token-not-active" || clock.now() + wait > end) {
            throw refusal;
        }
        await clock.sleep(wait, signal);
        if (signal?.aborted) {
            throw CloudflareError.aborted(OPERATION);
        }
    }
}
