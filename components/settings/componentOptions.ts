import { isDeepStrictEqual } from "node:util";
import { ZONE_PLANS } from "./limits";
import type { Filled } from "./option";
import { filled } from "./option";
import {
    addresses,
    anything,
    fields,
    headerFields,
    headerSets,
    moment,
    number,
    oneOf,
    orFalse,
    orText,
    text,
    texts,
    truth,
    whole,
} from "./rules";

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

/** How to purge, with every default filled in: what the table of options says of tuning. */
export type Settings = Filled<typeof TUNING>;

/** The documented defaults. */
export const DEFAULTS: Settings = withDefaults({});

/** The settings with every default filled in. Values are not checked here: see wrongOptions. */
export function withDefaults(given: { readonly [K in keyof Settings]?: unknown }): Settings {
    return filled(TUNING, given);
}

/** The settings that differ from their defaults: what a person wants to see of them. */
export function withoutDefaults(settings: Partial<Settings>): Partial<Settings> {
    const defaults: Readonly<Record<string, unknown>> = DEFAULTS;
    const entries = Object.entries(settings).filter(([name, value]) => !isDeepStrictEqual(value, defaults[name]));
    return Object.fromEntries(entries);
}

/** Options of the journal: what the deploys change, and what a change purges. */
export const JOURNAL = {
    triggers: {
        rule: anything("a list, or values by name"),
        otherwise: "none",
        doc: "when any of these values changes, the targets are purged: plain data, dates and URLs; what JSON cannot tell apart is refused",
    },
    targets: {
        rule: anything('{ urls, prefixes, hosts, tags }, or "everything"'),
        otherwise: "none",
        doc: "what a changed trigger purges; required with triggers, and must name something. Not a secret, for it stands in the journal and in messages",
    },
    always: {
        rule: texts("a list of URLs, or of paths under each base URL"),
        otherwise: "none",
        flags: [
            {
                flags: "--always <url>",
                help: "purged along with every change: a URL, or a path under each base URL; may be repeated",
            },
        ],
        doc: "purged along with every change: feeds, sitemaps",
    },
    headers: {
        rule: headerSets,
        otherwise: "none",
        flags: [{ flags: "--headers <json>", help: "a header set of a custom cache key; may be repeated" }],
        doc: "header sets of custom cache keys; each URL is purged with each of them",
    },
    crossOrigins: {
        rule: texts("a list of origins", '["https://app.example.com"]'),
        otherwise: "none",
        flags: [
            {
                flags: "--cross-origin <origin>",
                help: "an origin whose pages load fonts, module scripts, JSON or media of the site; may be repeated",
            },
        ],
        doc: "origins whose pages load this site's files: fonts, scripts, style sheets, data, images and media are purged with each Origin header too, for browsers get copies of their own there",
    },
    onCreate: {
        rule: oneOf("purge", "record"),
        default: "purge",
        doc: 'what the first up purges: every URL of the manifest, or nothing ("record")',
    },
    widenAbove: {
        rule: whole(0, Number.MAX_SAFE_INTEGER, "URLs"),
        default: 5000,
        flags: [{ flags: "--widen-above <n>", help: "URLs above which prefixes and hosts may stand for them" }],
        doc: "above it the plan may use prefixes, then hosts",
    },
    maxCollateral: {
        rule: whole(0, Number.MAX_SAFE_INTEGER, "URLs"),
        otherwise: "as many as URLs changed",
        flags: [{ flags: "--max-collateral <n>", help: "unchanged URLs that a widened plan may evict" }],
        doc: "unchanged URLs that a widened plan may evict",
    },
} as const;

/** How a purge token is made. */
export const TOKEN = {
    owner: {
        rule: oneOf("user", "account"),
        default: "user",
        doc: "whose token it is: the user's whose credential deploys (API Tokens → Edit), or the zone's account's, which outlives its maker (Account API Tokens → Edit)",
    },
    name: {
        rule: text(),
        otherwise: "cache-purge ZONE (PROJECT/STACK)",
        doc: "its name in the dashboard, up to 120 characters",
    },
    expiresOn: {
        rule: moment,
        otherwise: "never",
        doc: "when it stops working; a moment in the past is refused",
    },
    notBefore: {
        rule: moment,
        otherwise: "at once",
        doc: "when it begins to work",
    },
    allowedIps: {
        rule: texts("a list of addresses or CIDR blocks"),
        otherwise: "any",
        doc: "addresses that may use it",
    },
    deniedIps: {
        rule: texts("a list of addresses or CIDR blocks"),
        otherwise: "none",
        doc: "addresses that may not use it",
    },
    permissionGroup: {
        rule: text('the ID of a permission group, or "lookup"'),
        otherwise: 'the ID of "Cache Purge"',
        doc: '"lookup" asks Cloudflare for the ID, which needs API Tokens → Read as well',
    },
} as const;

// In a program, the deadline is opts.customTimeouts.update.
const { deadline: _deadline, ...tuning } = TUNING;

/** Every option of a CachePurge. */
export const COMPONENT = {
    zone: {
        rule: anything("a name, { name, accountId }, or { id }"),
        otherwise: "the zone of the base URLs' hosts",
        doc: "the zone; a name is safer, since an ID of something else looks the same. It may be written as a URL, in Unicode or in ASCII",
    },
    assets: {
        rule: anything("siteAssets(dir, …) or assetsFrom(digests, …)"),
        otherwise: "none",
        doc: "what the deploy serves; required without triggers",
    },
    after: {
        rule: anything("a function of the journal, or a list of resources"),
        otherwise: "none",
        doc: "what puts the files in place",
    },
    ...JOURNAL,
    token: {
        rule: orText(fields<object>(TOKEN), `a token's value, or ${fields(TOKEN).must}`),
        otherwise: "make one",
        secret: true,
        doc: "the token that purges",
    },
    checkHeaders: {
        rule: headerFields,
        otherwise: "none",
        secret: true,
        doc: "request headers that let the checks at origin and edge through a login, such as those of an Access service token; sent to the base URLs' hosts only, over TLS",
    },
    environment: {
        rule: text("the ID of an environment"),
        otherwise: "production",
        flags: [{ flags: "--environment <id>", help: "purge in this environment of the zone instead of production" }],
        doc: "the environment of the zone (Version Management) that is purged; a purge of everything reaches all of them. The edge is checked only where connectTo says how to reach it",
    },
    customHostnames: {
        rule: truth,
        default: false,
        flags: [{ flags: "--custom-hostnames", help: "allow hosts outside the zone: its custom hostnames" }],
        doc: "allow hosts outside the zone: its custom hostnames (Cloudflare for SaaS); needs zone",
    },
    zonePlan: {
        rule: oneOf(...ZONE_PLANS),
        otherwise: "the zone's, else free",
        flags: [{ flags: "--zone-plan <plan>" }],
        doc: "the zone's plan, whose limits to stay under",
    },
    ...tuning,
} as const;
