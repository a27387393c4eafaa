import type { Filled } from "./option";
import { addresses, fields, number, oneOf, orFalse, truth, whole } from "./rules";

/** Options of a look at a sample of the changed URLs, at the origin or at the edge. */
export const CHECK = {
    sample: {
        rule: whole(1, 1000, "URLs"),
        default: 10,
        flags: [{ flags: "--sample <n>", help: "URLs to check, at origin and edge" }],
        doc: "how many URLs to check",
    },
    timeout: {
        rule: number(0, 3600, "seconds"),
        default: 30,
        flags: [{ flags: "--wait <seconds>", help: "how long to wait for the origin, and for the edge" }],
        doc: "how long to wait until they are right",
    },
    onStale: {
        rule: oneOf("warn", "fail"),
        default: "warn",
        doc: '"fail" makes old bytes an error; the URLs stay owed either way',
    },
} as const;

export type Check = Filled<typeof CHECK>;

const check = orFalse(fields<Check>(CHECK));

/**
 * Options that tune a purge. None of them is a reason to purge: a changed value takes effect at the next purge. They are
 * stored as a whole in the state.
 */
export const TUNING = {
    mode: {
        rule: oneOf("purge", "invalidate"),
        default: "purge",
        flags: [
            {
                flags: "--invalidate",
                help: "soft purge: the edge asks the origin again, and a 304 keeps its copy; old bytes may be served under stale-while-revalidate, stale-if-error and while the origin answers 5xx",
            },
        ],
        doc: '"invalidate" is Cloudflare\'s soft purge: the edge asks the origin again, and a 304 keeps its copy. Old bytes may still be served under stale-while-revalidate and stale-if-error, and while the origin answers 5xx. Wrong for an origin whose ETag or Last-Modified does not change with the bytes',
    },
    onFailure: {
        rule: oneOf("fail", "warn"),
        default: "fail",
        doc: '"warn" lets the deploy pass when a purge fails; the purge stays owed either way',
    },
    rebound: {
        rule: orFalse(number(0, 600, "seconds")),
        default: 2,
        flags: [
            { flags: "--rebound <seconds>", help: "purge everything once more after this time" },
            { flags: "--no-rebound", help: "do not purge once more" },
        ],
        doc: "when everything is purged once more, against old bytes that were on their way; false: never",
    },
    originReady: {
        rule: check,
        default: {},
        flags: [
            { flags: "--origin-ready", help: "first wait until the origin has the new bytes (with --from and --to)" },
        ],
        doc: "before the purge, ask the origin until a sample of the changed URLs has its new bytes; false: do not ask",
    },
    verify: {
        rule: check,
        default: {},
        flags: [{ flags: "--no-verify", help: "do not compare bytes at the edge afterwards" }],
        doc: "after the purge, GET a sample of the changed URLs at the edge and compare bytes; false: do not check",
    },
    warm: {
        rule: truth,
        default: false,
        flags: [{ flags: "--warm", help: "GET the purged URLs afterwards" }],
        doc: "GET the purged URLs afterwards, at most 20 a second and 1 GiB",
    },
    connectTo: {
        rule: addresses,
        default: {},
        flags: [
            { flags: "--connect-to <host=address>", help: "connect to this address for a host (or *), as curl does" },
        ],
        doc: "for the checks: the address to connect to for a host (or *), as curl's --connect-to; http://ADDRESS speaks plain HTTP to it",
    },
    batchSize: {
        rule: whole(1, 500, "URLs"),
        otherwise: "the plan's limit (100; 500 on Enterprise)",
        flags: [{ flags: "--batch-size <n>" }],
        doc: "URLs in one request",
    },
    rate: {
        rule: number(1, 3000, "URLs per second"),
        otherwise: "adapts below the plan's limit",
        flags: [{ flags: "--rate <n>" }],
        doc: "URLs per second",
    },
    timeout: {
        rule: number(1, 600, "seconds"),
        default: 30,
        flags: [{ flags: "--timeout <seconds>" }],
        doc: "how long one API request may take",
    },
    retries: {
        rule: whole(0, 20),
        default: 5,
        flags: [{ flags: "--retries <n>" }],
        doc: "further attempts of one API request that got no answer, a 5xx or a 429",
    },
    deadline: {
        rule: number(1, 86_400, "seconds"),
        default: 1800,
        flags: [{ flags: "--deadline <seconds>", help: "stop after this time" }],
        doc: "how long the purge may take; what is not done by then stays owed. In a program it is opts.customTimeouts.update",
    },
} as const;
