import * as http from "node:http";
import type { Clock } from "../clock";
import type { Handler, HttpRequest, HttpResponse } from "../http/messages";
import { text } from "../http/messages";
import { send } from "../http/send";

/** How long the edge waits for an origin, ms: a 524 after that. https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-524/ */
const ORIGIN_TIMEOUT = 100_000;

/** Cloudflare's own answers when the origin gives none. */
const failure = (status: number): HttpResponse =>
    text(status, `error code: ${status}\n`, { "cache-control": "no-store" });

/** Reaches an origin over HTTP. Close it to let its connections go. */
export function httpOrigin(clock: Clock, baseUrl: () => string): { fetch: Handler; close(): void } {
    const agent = new http.Agent({ keepAlive: true });
    const fetch: Handler = async (request) => {
        const stop = new AbortController();
        const late = new AbortController();
        const answer = send(baseUrl(), forwarded(request), { agent, signal: stop.signal }).catch((error) =>
            failure(error.code === "ECONNREFUSED" ? 521 : 520),
        );
        const timeout = clock.sleep(ORIGIN_TIMEOUT, late.signal).then(() => {
            if (!late.signal.aborted) {
                stop.abort();
            }
            return failure(524);
        });
        const response = await Promise.race([answer, timeout]);
        late.abort();
        return response;
    };
    return { fetch, close: () => agent.destroy() };
}

/** Reaches an origin in the same process; what its faults do to connections becomes Cloudflare's error. */
export function directOrigin(clock: Clock, origin: Handler): Handler {
    return async (request) => {
        const response = await origin(forwarded(request));
        if (response.wire === undefined) {
            return response;
        }
        if (response.wire === "stall") {
            await clock.sleep(ORIGIN_TIMEOUT);
        }
        return failure(response.wire === "stall" ? 524 : 520);
    };
}

/** What an origin sees of a visitor's request: its Accept-Encoding is Cloudflare's, the connection its own. */
function forwarded(request: HttpRequest): HttpRequest {
    const { connection: _connection, "transfer-encoding": _transfer, ...headers } = request.headers;
    return { ...request, headers };
}
