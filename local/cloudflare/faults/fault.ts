import type { HttpRequest } from "../http/messages";

/** The server that a fault strikes. */
export const FAULT_TARGETS = ["api", "edge", "origin"] as const;
/** What happens to the call; see `Fault`. */
export const FAULT_KINDS = [
    "status",
    "rate-limit",
    "reset",
    "stall",
    "cut",
    "drip",
    "html",
    "block",
    "empty",
    "unsuccessful",
    "slow",
    "old",
] as const;

/** Something that goes wrong on request. */
export interface Fault {
    /** default "api" */
    target?: (typeof FAULT_TARGETS)[number];
    /**
     * - `status`: an error answer with `status` (default 500) and `code`
     * - `rate-limit`: 429 with `retryAfter` seconds (default 1) and `code` (default 1134 on a purge, else 971)
     * - `reset`: the connection is reset
     * - `stall`: no answer ever comes; the connection stays open
     * - `cut`: half of the answer's body comes, then the connection closes
     * - `drip`: the answer's body comes at one byte a second
     * - `html`: an HTML page (default status 502) where JSON is expected
     * - `block`: Cloudflare's own page before its API: a block (default status 403), or with 503 a challenge
     * - `empty`: 200 without a body
     * - `unsuccessful`: 200 with `success: false`
     * - `slow`: the answer takes `ms` longer (default 1000), by the clock
     * - `old`: origin only: what the folder `dir` holds is served instead
     */
    kind: (typeof FAULT_KINDS)[number];
    /**
     * `before`: the call is not carried out (default). `after`: it is, and the caller does not learn of it.
     * For `slow`: whether the wait comes before the call (default) or between the call and its answer.
     */
    when?: "before" | "after";
    /** How many matching calls are struck, default 1; `"always"` for all. */
    times?: number | "always";
    /** Matching calls to let through first, default 0. */
    skip?: number;
    /** Strike each n-th matching call only: one bad replica of n. Default 1. */
    every?: number;
    method?: string;
    /** A part of the request target. */
    path?: string;
    /** A part of the request body. */
    body?: string;
    status?: number;
    code?: number;
    retryAfter?: number;
    ms?: number;
    dir?: string;
}

const KNOWN = new Set("target kind when times skip every method path body status code retryAfter ms dir".split(" "));

/**
 * Checks a fault, also one that came as JSON.
 * @throws naming the field, its value and what it may be
 */
export function checkFault(value: unknown): Fault {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw refuse("a fault", value, "an object");
    }
    const fault = value as Fault;
    for (const name of Object.keys(fault)) {
        if (!KNOWN.has(name)) {
            throw refuse("a fault's field", name, [...KNOWN].join(", "));
        }
    }
    if (!FAULT_KINDS.includes(fault.kind)) {
        throw refuse("kind", fault.kind, FAULT_KINDS.join(", "));
    }
    if (!FAULT_TARGETS.includes(fault.target ?? "api")) {
        throw refuse("target", fault.target, FAULT_TARGETS.join(", "));
    }
    if (!["before", "after"].includes(fault.when ?? "before")) {
        throw refuse("when", fault.when, "before, after");
    }
    if (fault.times !== "always") {
        checkCount("times", fault.times, 1);
    }
    checkCount("skip", fault.skip, 0);
    checkCount("every", fault.every, 1);
    checkCount("ms", fault.ms, 0);
    checkCount("status", fault.status, 100);
    checkCount("retryAfter", fault.retryAfter, 0);
    if (fault.kind === "old" && (fault.target !== "origin" || typeof fault.dir !== "string")) {
        throw refuse("an old answer", fault.dir, 'target "origin" and the folder `dir` with the old files');
    }
    if (fault.kind === "unsuccessful" && (fault.target ?? "api") !== "api") {
        throw refuse("unsuccessful", fault.target, 'target "api"');
    }
    return fault;
}

/** Whether a request is one that a fault is meant for. */
export function matches(fault: Fault, request: HttpRequest): boolean {
    return (
        (fault.method === undefined || fault.method.toUpperCase() === request.method) &&
        (fault.path === undefined || request.target.includes(fault.path)) &&
        (fault.body === undefined || (request.body?.toString("utf8") ?? "").includes(fault.body))
    );
}

function checkCount(name: string, value: unknown, least: number): void {
    if (value === undefined) {
        return;
    }
    if (!Number.isInteger(value) || (value as number) < least) {
        throw refuse(name, value, `a whole number ≥ ${least}`);
    }
}

function refuse(what: string, value: unknown, allowed: string): Error {
    return new Error(`local Cloudflare: fault: ${what} is ${JSON.stringify(value)}; it must be ${allowed}`);
}
