import type { Problem } from "../errors/problem";

/** One answer to a GET, as a visitor sees it. */
export interface Seen {
    readonly status: number;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    /** Any digest of the body, the same for all answers of one look. */
    readonly digest: string;
}

/** A URL that differs from the purged one in a single respect. */
export interface Variant {
    readonly differs: "scheme" | "query" | "host" | "path" | "header";
    /** What was asked for, for the text: a URL, or a header and its value. */
    readonly asked: string;
    readonly seen: Seen;
}

/** What was observed of one URL. All optional looks may be missing. */
export interface EdgeLook {
    readonly url: string;
    /** A plain GET. */
    readonly edge: Seen;
    /** Digest of the deployed bytes; `null`: the URL should be gone. */
    readonly expected?: string | null;
    /** The same URL with a query that no cache has seen: what the origin answers through the edge. */
    readonly fresh?: Seen;
    /** A second such answer: differs from the first where pages are made for each request. */
    readonly freshAgain?: Seen;
    /** The origin itself, past Cloudflare. */
    readonly origin?: Seen;
    readonly variants?: readonly Variant[];
    /** ms since the epoch. */
    readonly purgedAt?: number;
    readonly now?: number;
    /** Somebody says that visitors still see old bytes: then caches behind the edge are looked for too. */
    readonly reported?: boolean;
    /** Whether the page registers a service worker. */
    readonly serviceWorker?: boolean;
}

/** Why visitors see what they see. */
export type EdgeWhy =
    | "not-proxied"
    | "challenge"
    | "redirect"
    | "login"
    | "transformed"
    | "origin-old"
    | "purge-on-its-way"
    | "cache-key"
    | "scheme"
    | "query"
    | "host"
    | "path"
    | "bypassed"
    | "service-worker"
    | "browser-cache"
    | "edge-old";

export interface EdgeFinding extends Problem {
    readonly why: EdgeWhy;
}
