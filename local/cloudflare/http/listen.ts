import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { refusalOf } from "./guard";
import type { Handler, Headers, HttpResponse } from "./messages";
import { text } from "./messages";

/** A server on the loopback interface. */
export interface Listening {
    /** `http://127.0.0.1:PORT` */
    baseUrl: string;
    port: number;
    /** Closes the server and every connection, kept-alive ones too. */
    close(): Promise<void>;
}

/** Only this machine can connect: nothing here is meant for a network. */
export const LOOPBACK = "127.0.0.1";

/** The largest request body that is read, in bytes; a purge of 500 long URLs is far below. */
const BODY_LIMIT = 8 * 1024 * 1024;

/**
 * Puts a handler on a loopback port.
 * @param name what the server is, for errors: "API", "edge", …
 * @param port 0 for a free one
 * @param isServed Which hosts are visited here, besides this machine's own names.
 * @throws when the port is taken or may not be used
 */
export async function listen(
    name: string,
    port: number,
    handler: Handler,
    isServed?: (host: string) => boolean,
): Promise<Listening> {
    const server = http.createServer((request, response) => {
        const headers = flatten(request.headers);
        const refused = refusalOf(headers, isServed);
        if (refused !== undefined) {
            send(text(403, `${refused}\n`), request, response);
            return;
        }
        void readBody(request)
            .then((body) =>
                handler({
                    method: request.method ?? "GET",
                    target: request.url ?? "/",
                    headers,
                    body,
                    address: request.socket.remoteAddress,
                }),
            )
            .then((answer) => send(answer, request, response))
            .catch(() => request.socket.destroy());
    });
    server.keepAliveTimeout = 60_000;
    await bind(server, name, port);
    const address = server.address() as AddressInfo;
    return {
        baseUrl: `http://${LOOPBACK}:${address.port}`,
        port: address.port,
        close: () =>
            new Promise((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            }),
    };
}

/** Listens, or says which server could not and what to do. */
export function bind(server: http.Server, name: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) => reject(portError(name, port, error)));
        server.listen(port, LOOPBACK, resolve);
    });
}

/** What went wrong with a port, in words. */
export function portError(name: string, port: number, error: NodeJS.ErrnoException): Error {
    if (error.code === "EADDRINUSE") {
        return new Error(
            `local Cloudflare: port ${port} for the ${name} is taken; stop what uses it, or give 0 for a free port`,
        );
    }
    if (error.code === "EACCES") {
        return new Error(`local Cloudflare: port ${port} for the ${name} needs privileges; give one above 1023, or 0`);
    }
    return new Error(`local Cloudflare: the ${name} cannot listen on port ${port}: ${error.message}`);
}

function flatten(headers: http.IncomingHttpHeaders): Headers {
    return Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) =>
            value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
        ),
    );
}

async function readBody(request: http.IncomingMessage): Promise<Buffer | undefined> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request) {
        size += (chunk as Buffer).length;
        if (size > BODY_LIMIT) {
            throw new Error("body too large");
        }
        chunks.push(chunk as Buffer);
    }
    return chunks.length > 0 ? Buffer.concat(chunks) : undefined;
}

function send(answer: HttpResponse, request: http.IncomingMessage, response: http.ServerResponse): void {
    if (answer.wire === "reset") {
        request.socket.resetAndDestroy();
        return;
    }
    if (answer.wire === "stall") {
        return;
    }
    const headers: Headers = { ...answer.headers };
    const bare = request.method === "HEAD" || answer.status === 304 || answer.status === 204;
    if (answer.status !== 304 && answer.status !== 204) {
        headers["content-length"] ??= String(answer.body.length);
    }
    response.writeHead(answer.status, headers);
    if (answer.wire === "cut") {
        response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => request.socket.destroy());
        return;
    }
    if (answer.wire === "drip") {
        drip(answer.body, response);
        return;
    }
    response.end(bare ? undefined : answer.body);
}

function drip(body: Buffer, response: http.ServerResponse): void {
    let sent = 0;
    const timer = setInterval(() => {
        response.write(body.subarray(sent, ++sent));
        if (sent >= body.length) {
            response.end();
        }
    }, 1000);
    response.once("close", () => clearInterval(timer));
    response.flushHeaders();
}
