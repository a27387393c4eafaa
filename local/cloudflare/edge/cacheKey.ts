import type { Headers } from "../http/messages";
import { splitTarget } from "../http/messages";
import type { ZoneCache } from "./zoneCache";
import { normalHost } from "./zoneCache";

/** Headers that the default key holds where a request has them: what a page of another origin loads has an `Origin`. */
const DEFAULT_HEADERS = [
    "origin",
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
    "x-forwarded-host",
    "x-host",
    "x-original-url",
    "x-rewrite-url",
    "forwarded",
];

/**
 * A default cache key: scheme, host in lower case, path and query exactly as sent, and some headers where they are sent;
 * then the headers of a custom key.
 * https://developers.cloudflare.com/cache/how-to/cache-keys/
 */
export interface CacheKey {
    /** What two requests share when they share a cached copy. */
    text: string;
    host: string;
    /** Host and path, without the query: what a prefix is compared with. */
    hostAndPath: string;
}

/** The key of a visitor's request, or of a URL in a purge request. */
export function cacheKey(scheme: string, host: string, target: string, zone: ZoneCache, headers: Headers): CacheKey {
    const normal = normalHost(host);
    const { path } = splitTarget(target);
    const sent = DEFAULT_HEADERS.filter((name) => headers[name] !== undefined && !zone.cacheKeyHeaders.includes(name));
    const usual = sent.map((name) => `\n${name}: ${headers[name]?.trim()}`);
    const custom = zone.cacheKeyHeaders.map((name) => `\n${name}: ${(headers[name] ?? "").trim().toLowerCase()}`);
    return {
        text: `${scheme}://${normal}${target}${[...usual, ...custom].join("")}`,
        host: normal,
        hostAndPath: normal + path,
    };
}

/**
 * Takes a full URL apart without touching its spelling.
 * @returns undefined when it is not an absolute http(s) URL with a host
 */
export function splitUrl(url: string): { scheme: string; host: string; target: string } | undefined {
    const parts = /^(https?):\/\/([^/?#\\@\s]+)([^#\s]*)(?:#.*)?$/i.exec(url);
    if (!parts) {
        return undefined;
    }
    const [, scheme = "", host = "", rest = ""] = parts;
    return { scheme: scheme.toLowerCase(), host, target: rest.startsWith("/") ? rest : `/${rest}` };
}

/**
 * The headers that Cloudflare adds to a visitor's request and that a custom cache key may name.
 * A request that brings them along is taken at its word, so that tests can be from anywhere.
 */
export function visitorHeaders(headers: Headers): Headers {
    const agent = (headers["user-agent"] ?? "").toLowerCase();
    const device = /ipad|tablet/.test(agent) ? "tablet" : /mobi|iphone|android/.test(agent) ? "mobile" : "desktop";
    return { "cf-device-type": device, "cf-ipcountry": "XX", ...headers };
}
