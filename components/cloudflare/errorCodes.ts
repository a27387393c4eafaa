import type { RefusalKind } from "./cloudflareError";

/** What one of Cloudflare's codes means for a purge. */
export interface CatalogueEntry {
    readonly code: number;
    /** Statuses that it was seen with. */
    readonly statuses: readonly number[];
    readonly kind: RefusalKind;
    /** What it means here: a sentence. */
    readonly meaning: string;
    /** Likely causes, likeliest first: keys of the error catalogue. A single one is the cause. */
    readonly causes: readonly string[];
    /** What to do when nothing more is known: a sentence. */
    readonly remedy: string;
    /** Where it is described. */
    readonly page: string;
    /** Says little by itself: another code in the same answer says more. */
    readonly general?: true;
}

const API = "developers.cloudflare.com/api";
const PURGE = "developers.cloudflare.com/cache/how-to/purge-cache";
const LIMITS = "developers.cloudflare.com/fundamentals/api/reference/limits";
const TROUBLE = "developers.cloudflare.com/fundamentals/api/troubleshooting";

const DOCTOR = "Run `npx pulumi-cloudflare-cache-purge doctor` with the same token: it finds out which.";

/** Every code that a purge, a token or a zone look-up is known to be answered with. */
export const CATALOGUE: readonly CatalogueEntry[] = [
    {
        code: 10000,
        statuses: [403, 401, 400],
        kind: "authentication",
        meaning: "Cloudflare does not let this credential do this to this zone; it does not say why.",
        causes: [
            "missing-permission",
            "wrong-zone-id",
            "token-not-active",
            "token-id-as-token",
            "global-key-as-token",
            "origin-ca-key",
            "token-as-auth-key",
            "several-credentials",
        ],
        remedy: DOCTOR,
        page: TROUBLE,
        general: true,
    },
    {
        code: 1000,
        statuses: [401, 403, 400],
        kind: "authentication",
        meaning: "Cloudflare does not recognise this token.",
        causes: [
            "account-token-wrong-verify",
            "token-id-as-token",
            "malformed-token",
            "global-key-as-token",
            "token-not-active",
        ],
        remedy: "Copy the token's value again, or make a new token.",
        page: TROUBLE,
    },
    {
        code: 6003,
        statuses: [400],
        kind: "authentication",
        meaning: "A header of the request is malformed.",
        causes: ["malformed-token", "missing-bearer", "token-as-auth-key"],
        remedy: DOCTOR,
        page: TROUBLE,
        general: true,
    },
    {
        code: 6111,
        statuses: [400],
        kind: "authentication",
        meaning: "The Authorization header is not in a form that Cloudflare accepts.",
        causes: ["malformed-token", "missing-bearer"],
        remedy: "Send `Authorization: Bearer <token>` with the bare value: no quotes, spaces or line ends.",
        page: TROUBLE,
    },
    {
        code: 6103,
        statuses: [400],
        kind: "authentication",
        meaning: "The X-Auth-Key header is not in a form that Cloudflare accepts.",
        causes: ["token-as-auth-key"],
        remedy: "Give an API token as CLOUDFLARE_API_TOKEN; CLOUDFLARE_API_KEY takes only the global API key.",
        page: TROUBLE,
    },
    {
        code: 9103,
        statuses: [403, 400],
        kind: "authentication",
        meaning: "Cloudflare does not recognise this pair of X-Auth-Key and X-Auth-Email.",
        causes: ["token-as-auth-key", "several-credentials"],
        remedy: "Give an API token as CLOUDFLARE_API_TOKEN instead, or correct CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL.",
        page: TROUBLE,
    },
    {
        code: 9106,
        statuses: [400, 403],
        kind: "authentication",
        meaning:
            "The request carried no credential that Cloudflare reads: a key without an e-mail address, or nothing.",
        causes: ["missing-bearer", "token-as-auth-key", "several-credentials"],
        remedy: "Set CLOUDFLARE_API_TOKEN; a global API key needs CLOUDFLARE_EMAIL beside it.",
        page: TROUBLE,
    },
    {
        code: 9109,
        statuses: [403],
        kind: "permission",
        meaning: "The credential is known, but may not do this, or not from here.",
        causes: ["address-not-allowed", "cannot-create-tokens", "missing-permission"],
        remedy: DOCTOR,
        page: TROUBLE,
    },
    {
        code: 7003,
        statuses: [400, 404],
        kind: "not-found",
        meaning: "The identifier in the path is malformed: a zone ID has 32 hexadecimal digits.",
        causes: ["wrong-zone-id"],
        remedy: "Give the zone's name instead of an ID, or copy the zone ID from the zone's overview page.",
        page: TROUBLE,
    },
    {
        code: 7000,
        statuses: [400, 404],
        kind: "not-found",
        meaning: "The API has nothing at this path.",
        causes: ["wrong-zone-id", "not-the-api"],
        remedy: "Check the zone ID, and that the base URL ends in /client/v4.",
        page: TROUBLE,
        general: true,
    },
    {
        code: 1012,
        statuses: [400],
        kind: "request",
        meaning: "The body names nothing to purge.",
        causes: [],
        remedy: "Give one of files, prefixes, hosts, tags or purge_everything.",
        page: API,
    },
    {
        code: 1013,
        statuses: [400],
        kind: "request",
        meaning: "purge_everything can only be true.",
        causes: [],
        remedy: "Leave purge_everything out, or set it to true alone.",
        page: API,
    },
    {
        code: 1014,
        statuses: [400],
        kind: "request",
        meaning: "A selector is not an array.",
        causes: ["files-not-array"],
        remedy: 'Write an array, also for one URL: {"files":["https://www.example.com/"]}.',
        page: API,
    },
    {
        code: 1082,
        statuses: [400],
        kind: "request",
        meaning: "A URL, host or prefix is not in this zone, or is not an absolute URL.",
        causes: ["url-outside-zone", "path-not-url"],
        remedy: "Give absolute URLs with the scheme and host that visitors use, of this zone only.",
        page: PURGE,
    },
    {
        code: 1092,
        statuses: [400],
        kind: "request",
        meaning: "purge_everything is combined with another selector.",
        causes: [],
        remedy: "Send purge_everything alone.",
        page: API,
    },
    {
        code: 1094,
        statuses: [400],
        kind: "request",
        meaning: "There are more items in the request than the plan allows.",
        causes: ["too-many-items"],
        remedy: "Send at most 100 items per request (500 URLs on Enterprise): lower batchSize.",
        page: PURGE,
    },
    {
        code: 1095,
        statuses: [403, 400],
        kind: "permission",
        meaning: "This zone cannot be purged with this credential, or it is not a zone.",
        causes: ["missing-permission", "wrong-zone-id"],
        remedy: DOCTOR,
        page: TROUBLE,
    },
    {
        code: 1134,
        statuses: [429],
        kind: "rate-limit",
        meaning: "More purges than the account's plan allows; all zones of the account on that plan count together.",
        causes: ["rate-limited"],
        remedy: "Wait, then run it again, one run at a time.",
        page: PURGE,
    },
    {
        code: 1136,
        statuses: [400],
        kind: "request",
        meaning: "A purge by URL, in an environment that is selected by address, country, ASN or threat score.",
        causes: ["environment"],
        remedy: "Purge by prefix, host or tag there, or everything in the zone, which reaches every environment.",
        page: PURGE,
    },
    {
        code: 971,
        statuses: [429],
        kind: "rate-limit",
        meaning: "More API requests than one user may make (1200 in five minutes).",
        causes: ["rate-limited"],
        remedy: "Wait five minutes, then run it again, one run at a time.",
        page: LIMITS,
    },
];

/** The entry that says most about an answer with these codes (outermost first). `undefined`: none is known. */
export function entryFor(codes: readonly number[]): CatalogueEntry | undefined {
    const known = codes.flatMap((code) => CATALOGUE.filter((entry) => entry.code === code));
    return known.findLast((entry) => entry.general === undefined) ?? known[0];
}
