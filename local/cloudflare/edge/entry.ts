import type { Headers, HttpResponse } from "../http/messages";
import type { CacheKey } from "./cacheKey";
import type { Freshness } from "./freshness";

/** One cached copy. */
export interface Entry {
    key: CacheKey;
    zoneId: string;
    /** Which Accept-Encoding it is for, when the answer varies by it; "" when it does not. */
    variant: string;
    status: number;
    headers: Headers;
    body: Buffer;
    /** Lower-case. */
    tags: ReadonlySet<string>;
    freshness: Freshness;
    /** When it was stored, ms. */
    storedAt: number;
    /** When an invalidation made it stale, ms. */
    invalidatedAt?: number;
    /** Purged where tiers remember that there was something: it must be fetched in full, and shows as EXPIRED. */
    purged?: boolean;
}

/** Seconds for which a copy is stale already; negative while it is fresh. */
export function staleFor(entry: Entry, now: number): number {
    const byAge = entry.freshness.age() - entry.freshness.lifetime;
    const byHand = entry.invalidatedAt === undefined ? Number.NEGATIVE_INFINITY : (now - entry.invalidatedAt) / 1000;
    return Math.max(byAge, byHand);
}

/** The answer that a copy gives, with its age. */
export function answerOf(entry: Entry): HttpResponse {
    const headers = { ...entry.headers, age: `${Math.floor(entry.freshness.age())}` };
    return { status: entry.status, headers, body: entry.body };
}

/** The copy's validators, for asking whether it is still good; an error or a redirect is fetched anew. */
export function validators(entry: Entry): Headers {
    const headers: Headers = {};
    if (entry.status !== 200) {
        return headers;
    }
    if (entry.headers.etag !== undefined) {
        headers["if-none-match"] = entry.headers.etag;
    }
    const modified = entry.headers["last-modified"];
    if (modified !== undefined) {
        headers["if-modified-since"] = modified;
    }
    return headers;
}

/** Tags of a Cache-Tag header: separated by commas, case does not matter. */
export function tagsOf(headers: Headers): ReadonlySet<string> {
    return new Set(
        (headers["cache-tag"] ?? "")
            .split(",")
            .map((tag) => tag.trim().toLowerCase())
            .filter((tag) => tag !== ""),
    );
}

/** Cloudflare keeps one copy for each encoding that it asks for: br, gzip, or neither. */
export function encodingVariant(vary: string | undefined, request: Headers): string {
    if (!/(^|,)\s*accept-encoding\s*(,|$)/i.test(vary ?? "")) {
        return "";
    }
    const accepted = request["accept-encoding"] ?? "";
    return /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : "identity";
}
