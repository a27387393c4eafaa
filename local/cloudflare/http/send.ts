import * as http from "node:http";
import type { Headers, HttpRequest, HttpResponse } from "./messages";

/**
 * Sends a request to a loopback server with the target exactly as given: no URL parser touches its
 * percent-encoding, and the Host header is the caller's.
 * @throws an error with a `code` such as ECONNRESET when the connection breaks
 */
export function send(
    baseUrl: string,
    request: HttpRequest,
    options: { agent?: http.Agent; signal?: AbortSignal } = {},
): Promise<HttpResponse> {
    const { hostname, port } = new URL(baseUrl);
    return new Promise((resolve, reject) => {
        const outgoing = http.request(
            {
                hostname,
                port,
                method: request.method,
                path: request.target,
                headers: request.headers,
                setHost: request.headers.host === undefined,
                agent: options.agent,
                signal: options.signal,
            },
            (response) => {
                const chunks: Buffer[] = [];
                response.on("data", (chunk: Buffer) => chunks.push(chunk));
                response.on("error", reject);
                response.on("end", () =>
                    resolve({
                        status: response.statusCode ?? 0,
                        headers: joined(response.headers),
                        body: Buffer.concat(chunks),
                    }),
                );
            },
        );
        outgoing.on("error", reject);
        outgoing.end(request.body);
    });
}

function joined(headers: http.IncomingHttpHeaders): Headers {
    const flat: Headers = {};
    for (const [name, value] of Object.entries(headers)) {
        if (value !== undefined) {
            flat[name] = Array.isArray(value) ? value.join(", ") : value;
        }
    }
    return flat;
}
