import { createHash } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { isLoopback } from "../cloudflare/baseUrl";
import { axios } from "../cloudflare/transport";
import { printable } from "../errors/text";

/** What a GET was answered with. The body is hashed as it arrives and not kept. */
export interface Answer {
    readonly status: number;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    /** First 128 bits of the body's SHA-256, as the manifest has it. */
    readonly digest: string;
    readonly bytes: number;
}

/** Why a URL could not be asked. */
export class VisitError extends Error {
    override readonly name = "VisitError";
    constructor(
        readonly url: string,
        readonly reason: string,
    ) {
        super(`${url}: ${reason}`);
    }
}

/**
 * GETs one URL as a visitor would, without following redirects. Rejects with a VisitError.
 *
 * @param seconds for the whole of it, when that is less than the bound of a visit.
 * @param origin the `Origin` header, as a page of another origin has it sent.
 */
export type Visit = (url: string, signal?: AbortSignal, seconds?: number, origin?: string) => Promise<Answer>;

/** Seconds for one GET from its first byte to its last, and bytes of a body: what takes more proves nothing here. */
const TIMEOUT = 20;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * A Visit over HTTP.
 *
 * `connectTo` maps a host (or `*`) to the address that is asked in its place, as curl's --connect-to: `host:port`
 * keeps the URL's scheme and its certificate's name, `http://host:port` speaks plain HTTP to the address and names the
 * scheme in X-Forwarded-Proto. The Host header stays the URL's.
 *
 * @param check headers that let the visits in; see CheckHeaders.
 */
export function httpVisit(connectTo: Readonly<Record<string, string>> = {}, check?: CheckHeaders): Visit {
    return async (url, signal, seconds = TIMEOUT, origin = undefined) => {
        const asked = new URL(url);
        const target = addressFor(asked, connectTo);
        const mayCarry = check?.hosts.includes(asked.hostname) === true && isPrivate(new URL(target.url));
        const digest = createHash("sha256");
        // axios counts its timeout anew with each byte; this one does not.
        const inTime = AbortSignal.timeout(Math.ceil(Math.max(1, Math.min(TIMEOUT, seconds) * 1000)));
        let bytes = 0;
        try {
            const response = await axios().get(target.url, {
                headers: {
                    "Accept-Encoding": "identity",
                    "User-Agent": "pulumi-cloudflare-cache-purge",
                    Accept: "*/*",
                    ...(origin === undefined ? {} : { Origin: origin }),
                    ...(mayCarry ? check?.headers : {}),
                    ...target.headers,
                },
                responseType: "stream",
                decompress: false,
                maxRedirects: 0,
                validateStatus: () => true,
                httpAgent: target.agent,
                httpsAgent: target.agent,
                ...(target.direct ? { proxy: false as const } : {}),
                signal: signal === undefined ? inTime : AbortSignal.any([signal, inTime]),
            });
            for await (const chunk of response.data as AsyncIterable<Buffer>) {
                bytes += chunk.length;
                if (bytes > MAX_BYTES) {
                    throw new VisitError(url, `more than ${MAX_BYTES} bytes`);
                }
                digest.update(chunk);
            }
            return {
                status: response.status,
                headers: plainHeaders(response.headers),
                digest: digest.digest("hex").slice(0, 32),
                bytes,
            };
        } catch (error) {
            const reason = inTime.aborted ? "no complete answer (ETIMEDOUT)" : reasonOf(error);
            throw error instanceof VisitError ? error : new VisitError(url, reason);
        }
    };
}

/** The query parameter of `cacheBusted`. */
export const CACHE_BUSTER = "cache-purge";

/**
 * The same URL past every cache: a query parameter that no cache has seen. Zones that leave the query out of their
 * cache key answer from the cache all the same, which then counts as unverifiable rather than as ready.
 */
export function cacheBusted(url: string, random: () => number): string {
    const mark = Math.floor(random() * 2 ** 48).toString(36);
    return `${url}${url.includes("?") ? "&" : "?"}${CACHE_BUSTER}=${mark}`;
}

/**
 * Request headers that let a check through a login or a firewall (Access service tokens and the like). Secrets: they are
 * sent to these hosts only, and only over TLS or to this machine.
 */
export interface CheckHeaders {
    readonly headers: Readonly<Record<string, string>>;
    /** Without ports. */
    readonly hosts: readonly string[];
}

/** Whether nobody in between can read what is sent there. */
function isPrivate({ protocol, hostname }: URL): boolean {
    return protocol === "https:" || isLoopback(hostname);
}

interface Target {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly agent: http.Agent | https.Agent | undefined;
    /** Past any proxy of the environment: the address was named. */
    readonly direct: boolean;
}

function addressFor(url: URL, connectTo: Readonly<Record<string, string>>): Target {
    const named = [url.host, url.hostname, "*"].find((host) => Object.hasOwn(connectTo, host));
    const address = named === undefined ? undefined : connectTo[named];
    if (address === undefined) {
        return { url: url.href, headers: {}, agent: undefined, direct: false };
    }
    const plain = address.startsWith("http://");
    const base = plain ? address.replace(/\/+$/, "") : `${url.protocol}//${address}`;
    return {
        url: base + url.href.slice(url.origin.length),
        headers: { Host: url.host, ...(plain ? { "X-Forwarded-Proto": url.protocol.slice(0, -1) } : {}) },
        agent: base.startsWith("https:") ? new https.Agent({ servername: url.hostname }) : new http.Agent(),
        direct: true,
    };
}

function plainHeaders(headers: object): Record<string, string> {
    return Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) =>
            value === undefined || value === null ? [] : [[name.toLowerCase(), printable(String(value))]],
        ),
    );
}

function reasonOf(error: unknown): string {
    if (axios().isAxiosError(error)) {
        return error.code === undefined ? "no answer" : `no answer (${error.code})`;
    }
    return error instanceof Error ? error.message : String(error);
}
