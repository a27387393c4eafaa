import { CloudflareError, noAnswer } from "../../components/cloudflare/cloudflareError";
import type { ApiResponse } from "../../components/cloudflare/response";
import { parseEnvelope, parseResponse } from "../../components/cloudflare/response";
import { MAX_RETRY_AFTER, parseRateLimit, parseRetryAfter, retryDelay } from "../../components/cloudflare/retry";
import type { PurgeApi } from "../../components/purge/send";
import type { Clock, Handler, HttpRequest } from "../../local/cloudflare";

export interface DirectApiOptions {
    readonly handle: Handler;
    readonly token: string;
    /** Seconds for one attempt. */
    readonly timeout: number;
    readonly retries: number;
    readonly clock: Clock;
    readonly random: () => number;
    readonly signal: AbortSignal;
    /** Told of what an attempt that is made again was answered. */
    readonly heed: (seen: { status?: number; retryAfter?: number }) => void;
}

const BASE = "/client/v4";

/**
 * The purge calls of components/cloudflare/client without its HTTP: the same retries, the same judgement of what came
 * back, and the errors of a connection for what a fault does to one.
 */
export function directApi(options: DirectApiOptions): PurgeApi {
    const { clock } = options;
    return {
        purge: async (zone, body, mode) => {
            const operation = `${mode} in zone ${zone.id}`;
            const request: HttpRequest = {
                method: "POST",
                target: `${BASE}/zones/${zone.id}/${mode}_cache`,
                headers: { authorization: `Bearer ${options.token}`, "content-type": "application/json" },
                body: Buffer.from(JSON.stringify(body)),
            };
            const answer = await answered(request, operation, options);
            const envelope = parseResponse(answer, { operation, redact: (text) => text, now: clock.now() });
            const rateLimit = parseRateLimit(answer.headers.ratelimit, answer.headers["ratelimit-policy"]);
            return { id: (envelope.result as { id: string }).id, rateLimit };
        },
    };
}

async function answered(request: HttpRequest, operation: string, options: DirectApiOptions): Promise<ApiResponse> {
    const { clock, random, signal, retries, heed } = options;
    for (let attempt = 1; ; attempt++) {
        if (signal.aborted) {
            throw CloudflareError.aborted(operation);
        }
        const got = await once(request, options);
        if (attempt > retries || !worthAnotherTry(got, clock)) {
            if (typeof got === "string") {
                throw noAnswer(got, `https://api.example.com${request.target}`, operation, options.timeout);
            }
            return got;
        }
        const status = typeof got === "string" ? undefined : got.status;
        const retryAfter = typeof got === "string" ? undefined : retryAfterOf(got, clock);
        heed({ ...(status === undefined ? {} : { status }), ...(retryAfter === undefined ? {} : { retryAfter }) });
        await clock.sleep(retryDelay(attempt, retryAfter, random), signal);
    }
}

/** One attempt: what was answered, or the code of the connection's failure. */
async function once(request: HttpRequest, { handle, timeout, clock }: DirectApiOptions): Promise<ApiResponse | string> {
    const inTime = new AbortController();
    const late = clock.sleep(timeout * 1000, inTime.signal).then(() => "ECONNABORTED");
    const got = await Promise.race([handle(request), late]);
    if (typeof got === "string" || got.wire === "stall") {
        return late;
    }
    inTime.abort("in time");
    if (got.wire !== undefined) {
        return got.wire === "reset" ? "ECONNRESET" : "ERR_BAD_RESPONSE";
    }
    return { url: request.target, status: got.status, headers: got.headers, text: got.body.toString() };
}

function worthAnotherTry(got: ApiResponse | string, clock: Clock): boolean {
    if (typeof got === "string") {
        return true;
    }
    if (got.status === 429 || got.status >= 500) {
        return (retryAfterOf(got, clock) ?? 0) <= MAX_RETRY_AFTER;
    }
    return got.status < 300 && parseEnvelope(got.text, (text) => text) === undefined && /^\s*\{/.test(got.text);
}

function retryAfterOf(answer: ApiResponse, clock: Clock): number | undefined {
    return parseRetryAfter(answer.headers["retry-after"], clock.now());
}
