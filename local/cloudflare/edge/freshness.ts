import CachePolicy = require("http-cache-semantics");

import type { Clock } from "../clock";
import type { HttpRequest, HttpResponse } from "../http/messages";

/**
 * Seconds that a response without cache headers stays at the edge, by status; others are not kept.
 * https://developers.cloudflare.com/cache/how-to/configure-cache-status-code/#edge-ttl
 */
const DEFAULT_TTL: Record<number, number> = {
    200: 7200,
    206: 7200,
    301: 7200,
    302: 1200,
    303: 1200,
    404: 180,
    410: 180,
};

/** How long a copy is good for, told by the origin's headers; ages by the local Cloudflare's clock. */
export interface Freshness {
    /** Seconds since the origin made the answer. */
    age(): number;
    /** Seconds that it is fresh in all. */
    lifetime: number;
    /** Seconds after that in which it may be served while a new one is fetched. */
    whileRevalidate: number;
    /** Seconds in which it may be served when the origin fails. */
    ifError: number;
}

/** Whether a response is kept: yes, no because the origin (or the request) says so, or no by default. */
export type Verdict = { keep: Freshness } | { keep: "bypass" | "no" };

type Directives = Record<string, string | true>;

/**
 * Decides whether a response is kept, and for how long, by http-cache-semantics after Cloudflare's own rules:
 * CDN-Cache-Control goes before Cache-Control, cookies and `no-cache` are never kept, defaults by status.
 * https://developers.cloudflare.com/cache/concepts/cache-control/
 */
export function judge(clock: Clock, request: HttpRequest, response: HttpResponse): Verdict {
    const { headers, status } = response;
    const control = headers["cloudflare-cdn-cache-control"] ?? headers["cdn-cache-control"] ?? headers["cache-control"];
    const directives = parse(control);
    const shared = directives["s-maxage"] ?? directives["max-age"];
    if (directives["no-store"] || directives["no-cache"] || directives.private) {
        return { keep: "bypass" };
    }
    if (headers["set-cookie"] !== undefined || (headers.vary ?? "").trim() === "*") {
        return { keep: "bypass" };
    }
    if (shared !== undefined && !(Number.parseInt(String(shared), 10) > 0)) {
        return { keep: "bypass" };
    }
    if (request.headers.authorization !== undefined && !mayShareAuthorized(directives)) {
        return { keep: "bypass" };
    }
    const explicit = shared !== undefined || headers.expires !== undefined;
    const fallback = DEFAULT_TTL[status];
    if (!explicit && fallback === undefined) {
        return { keep: "no" };
    }
    const told = explicit ? control : [control, `s-maxage=${fallback}`].filter(Boolean).join(", ");
    const policy = policyAt(clock, request, {
        status,
        headers: { ...headers, ...(told && { "cache-control": told }) },
    });
    if (!policy.storable()) {
        return { keep: "no" };
    }
    const lifetime = policy.maxAge();
    if (lifetime <= 0) {
        return { keep: "bypass" };
    }
    const strict = directives["must-revalidate"] || directives["proxy-revalidate"];
    const window = (name: string) => (strict ? 0 : Number.parseInt(String(directives[name]), 10) || 0);
    return {
        keep: {
            age: () => policy.age(),
            lifetime,
            whileRevalidate: window("stale-while-revalidate"),
            ifError: window("stale-if-error"),
        },
    };
}

function policyAt(clock: Clock, request: HttpRequest, response: { status: number; headers: Record<string, string> }) {
    class Policy extends CachePolicy {
        // Not in the published types: https://github.com/kornelski/http-cache-semantics/blob/main/index.js
        now(): number {
            return clock.now();
        }
    }
    const { "cache-control": _visitors, pragma: _too, ...headers } = request.headers;
    return new Policy({ method: "GET", url: request.target, headers }, response, { shared: true });
}

/** Origin Cache Control: what an answer to an Authorization header needs in order to be kept. */
function mayShareAuthorized(directives: Directives): boolean {
    return Boolean(directives.public || directives["must-revalidate"] || directives["s-maxage"]);
}

function parse(control: string | undefined): Directives {
    const directives: Directives = {};
    for (const part of (control ?? "").split(",")) {
        const [name = "", value] = part.split("=", 2);
        if (name.trim() !== "") {
            directives[name.trim().toLowerCase()] = value?.trim().replace(/^"|"$/g, "") ?? true;
        }
    }
    return directives;
}
