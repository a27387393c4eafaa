import http from "node:http";
import type { AddressInfo } from "node:net";
import type { CloudflareError } from "../../components/cloudflare/cloudflareError";
import { CloudflareError as ErrorClass } from "../../components/cloudflare/cloudflareError";

/** A token of the right form that nobody has. */
export const TOKEN = "cfut_Zq8W3n7LxV0pKd5TtYb2RfHjMc9SgUe4AaXo1Qv6";
export const ZONE = { id: "023e105f4ecef8ad9ca31a8372d0c353", name: "example.com" };
export const ACCEPTED = { success: true, errors: [], messages: [], result: { id: "9a7806061c88ada191ed06f989cc3dac" } };

export interface Served {
    readonly url: string;
    /** Requests so far. */
    readonly requests: { method: string; url: string; headers: http.IncomingHttpHeaders; body: string }[];
    close(): Promise<void>;
}

/** Answers the n-th request (from 0) as `answer` says, on a free loopback port. */
export async function serve(
    answer: (n: number, request: http.IncomingMessage, response: http.ServerResponse) => void,
): Promise<Served> {
    const requests: Served["requests"] = [];
    const server = http.createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
            const { method = "", url = "", headers } = request;
            requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
            answer(requests.length - 1, request, response);
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return {
        url: `http://127.0.0.1:${port}`,
        requests,
        close: () =>
            new Promise((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            }),
    };
}

/** One answer with a JSON body. */
export function json(
    response: http.ServerResponse,
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
): void {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
}

/** A refusal in Cloudflare's envelope. */
export function refusal(...errors: { code: number; message?: string; error_chain?: unknown }[]): unknown {
    return {
        success: false,
        errors: errors.map((e) => ({ message: `message of ${e.code}`, ...e })),
        messages: [],
        result: null,
    };
}

/** What a promise was rejected with, which has to be a CloudflareError. */
export async function errorOf(promise: Promise<unknown>): Promise<CloudflareError> {
    const outcome = await promise.then(
        (value) => ({ value }),
        (error) => ({ error }),
    );
    if ("error" in outcome && outcome.error instanceof ErrorClass) {
        return outcome.error;
    }
    throw new Error(`expected a CloudflareError, got ${JSON.stringify(outcome)}`);
}
