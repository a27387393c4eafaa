import type { Fault, LocalCloudflare, TestToken } from "../../local/cloudflare";
import { CACHE_PURGE, ZONE_READ } from "../../local/cloudflare";

export const ACCOUNT = `${"a".repeat(31)}1`;
export const ZONES = { main: "0123456789abcdef0123456789abcdef", other: `${"f".repeat(31)}0` };

/** One known mistake, as somebody makes it in a program or its config. */
export interface Mistake {
    /** The row's key; `null`: the component makes it impossible or harmless. */
    readonly key: string | null;
    readonly title: string;
    /** Options of CachePurge. */
    readonly options?: object;
    /** What is given as `token`, from config; default: a token that may purge the zone. `null`: one is made. */
    readonly token?: TestToken | ((local: LocalCloudflare) => string) | null;
    /** The credential of the provider; default: one that makes tokens and reads zones. */
    readonly deployToken?: (local: LocalCloudflare) => string;
    readonly config?: (local: LocalCloudflare) => Record<string, string>;
    readonly env?: Readonly<Record<string, string>>;
    readonly fault?: Fault;
    /** ms until a purge works. */
    readonly propagation?: number;
    /** `early`: refused before anything is recorded or uploaded. `late`: the purge fails, and is owed. `passes`. */
    readonly ends: "early" | "late" | "passes";
    /** Cause, and remedy. */
    readonly says: readonly RegExp[];
}

const on = (zone: string, ...groups: (typeof CACHE_PURGE)[]): TestToken => ({
    policies: [{ groups, resources: { [`com.cloudflare.api.account.zone.${zone}`]: "*" } }],
});
const good = (local: LocalCloudflare): string => local.createToken(on(ZONES.main, CACHE_PURGE)).value;
const only = (...groups: (typeof CACHE_PURGE)[]) => {
    const resources = { "com.cloudflare.api.account.zone.*": "*" };
    return (local: LocalCloudflare): string => local.createToken({ policies: [{ groups, resources }] }).value;
};
const targets = (value: object) => ({ triggers: { worker: Math.random() }, targets: value });
const prefixes = Array.from({ length: 101 }, (_, i) => `www.example.com/${i}/`);

/** Refused by the program, before anything is changed. They come first: no dynamic resource is in the state yet. */
const EARLY: readonly Omit<Mistake, "ends">[] = [
    {
        key: "wrong-zone-id",
        title: "1 the account's ID as zone ID",
        options: { zone: { id: ACCOUNT } },
        says: [/a{31}1 is the ID of an account, not of a zone/, /Give zone: "example\.com" instead/],
    },
    {
        key: "wrong-zone-id",
        title: "1 something else as zone ID",
        options: { zone: { id: "0123456789" } },
        says: [/"0123456789" is not a zone ID: a zone ID has 32 hexadecimal digits/, /Give the zone's name/],
    },
    {
        key: "missing-bearer",
        title: "2 the header is the component's; a token that brings its own Bearer",
        token: (local) => `Bearer ${good(local)}`,
        says: [/begins with the word "Bearer"/, /Give the value alone; the word is added when it is sent/],
    },
    {
        key: "token-id-as-token",
        title: "3 the token's ID as the token",
        token: (local) => local.createToken().id,
        says: [/has the form of an ID/, /value that was shown once/],
    },
    {
        key: "global-key-as-token",
        title: "5 the global key as the token",
        token: () => "c2547eb745079dac9320b638f5e225cf483cc",
        says: [/has the form of the global API key/, /Make a token/],
    },
    {
        key: "origin-ca-key",
        title: "7 an Origin CA key",
        token: () => "v1.0-144cac2c8b2e4f8f1a60a1b2c",
        says: [/Origin CA key/, /Make a token/],
    },
    {
        key: "files-not-array",
        title: "8 a string where URLs belong",
        options: targets({ urls: "https://www.example.com/a" }),
        says: [/targets\.urls "https:\/\/www\.example\.com\/a": it is not a list/, /Write it in brackets/],
    },
    {
        key: "usage",
        title: "targets that name nothing",
        options: targets({ urls: [] }),
        says: [/targets "{ urls: \[\] }": it names nothing/, /Say what a changed trigger purges/],
    },
    {
        key: "usage",
        title: "targets without a trigger",
        options: { targets: { hosts: ["www.example.com"] } },
        says: [/targets without triggers/, /say in triggers when/],
    },
    {
        key: "usage",
        title: "a page that is no file of the folder",
        config: () => ({ assets: '{"notFound":"no.html"}' }),
        says: [/notFound "no\.html": there is no such file in /, /Name a file that is there, or leave the option out/],
    },
    {
        key: "path-not-url",
        title: "9 a path, not a URL",
        options: targets({ urls: ["/testing/test"] }),
        says: [/targets\.urls\[0\] "\/testing\/test": a path, not a URL/, /https:\/\/www\.example\.com\/testing\/test/],
    },
    {
        key: "url-outside-zone",
        title: "10 a URL of another zone",
        options: targets({ urls: ["https://example.org/a"] }),
        says: [/targets: example\.org is not in the zone example\.com/, /a component of its own zone/],
    },
    {
        key: "url-outside-zone",
        title: "10 a base URL of another zone",
        options: { zone: { id: ZONES.other } },
        says: [/www\.example\.com is not in the zone example\.org/, /new CachePurge\("site-2"/],
    },
    {
        key: "cannot-read-zone",
        title: "13 a deploy credential that cannot read zones",
        deployToken: only(CACHE_PURGE),
        says: [/No zone "example\.com" can be read/, /Zone → Zone → Read/],
    },
    {
        key: "cannot-read-zone",
        title: "a zone's name that is one letter off",
        options: { zone: "exmaple.com" },
        config: () => ({ baseUrls: '["https://www.exmaple.com"]' }),
        says: [/No zone "exmaple\.com" can be read .*, but the zone example\.com can/, /Write zone: "example\.com"/],
    },
    {
        key: "malformed-token",
        title: "a line of a file of variables as the token",
        token: (local) => `CLOUDFLARE_API_TOKEN=${good(local)}`,
        says: [/begins with a variable's name and an equals sign/, /what stands after the sign/],
    },
    {
        key: "usage",
        title: "a header set with a name of JavaScript's own",
        options: { headers: [JSON.parse('{"__proto__":"x"}')] },
        says: [/headers .*must be a list of header sets/, /CF-Device-Type/],
    },
    {
        key: "usage",
        title: "a base URL that would send the credential unencrypted",
        config: () => ({ "cloudflare:baseUrl": "http://192.0.2.1/client/v4" }),
        says: [/would send the credential unencrypted: http is accepted for this machine only/, /such as https:/],
    },
    {
        key: "ambiguous-zone",
        title: "14 two zones of one name",
        options: { zone: "twice.example" },
        config: () => ({ baseUrls: '["https://www.twice.example"]' }),
        says: [/2 zones are named "twice\.example"/, /accountId: "b{32}"/],
    },
    {
        key: "malformed-token",
        title: "23 a token in quotes",
        token: (local) => `"${good(local)}"`,
        says: [/has a quotation mark \("\) at its start/, /paste the bare value/],
    },
    {
        key: "malformed-token",
        title: "23 a token with a line end",
        token: (local) => `${good(local)}\n`,
        says: [/has a newline at its end/, /paste the bare value/],
    },
    {
        key: "malformed-token",
        title: "23 a placeholder",
        token: () => "<your-api-token>",
        says: [/is a placeholder/, /Make a token/],
    },
    {
        key: "not-the-api",
        title: "24 a base URL without /client/v4",
        config: (local) => ({ "cloudflare:baseUrl": local.apiBaseUrl.replace("/client/v4", "") }),
        says: [/is not Cloudflare's API/, /it ends in \/client\/v4/],
    },
    {
        key: "token-not-active",
        title: "15 a deploy credential that was deleted",
        deployToken: () => `cfut_${"aB3".repeat(16)}`,
        says: [/could not be looked up: .*\b(?:1000|10000)\b/, /doctor --deploy --zone example\.com/],
    },
];

/** Told by Cloudflare's answer to the purge: the purge is owed, and the verdict is in the error. */
const LATE: readonly Omit<Mistake, "ends">[] = [
    {
        key: "wrong-zone-id",
        title: "1 a typo in the zone ID",
        options: { zone: { id: `1${ZONES.main.slice(1)}` } },
        says: [
            /but 1123456789abcdef0123456789abcdef is not a zone that it can reach/,
            /give zone: "example\.com", which .* has the ID 0123/,
        ],
    },
    {
        key: "missing-permission",
        title: "12 a token that may read and not purge",
        token: on(ZONES.main, ZONE_READ),
        says: [/does not hold Cache Purge for the zone example\.com/, /Zone → Cache Purge → Purge/],
    },
    {
        key: "missing-permission",
        title: "12 a token of another zone",
        token: on(ZONES.other, CACHE_PURGE),
        says: [/does not hold Cache Purge for the zone example\.com/, /Specific zone → example\.com/],
    },
    {
        key: "token-not-active",
        title: "15 an expired token",
        token: { expiresOn: "2026-01-01T00:00:00Z" },
        says: [/is expired since 2026-01-01T00:00:00Z/, /Make a new token/],
    },
    {
        key: "token-not-active",
        title: "15 a token that was deleted",
        token: () => `cfut_${"aB3".repeat(16)}`,
        says: [/does not recognise this token/, /make a new token/],
    },
    {
        key: "address-not-allowed",
        title: "16 an address that the token does not allow",
        token: { condition: { request_ip: { in: ["203.0.113.0/24"] } } },
        says: [/may not be used from the address 127\.0\.0\.1/, /client IP filter/],
    },
    {
        key: "cannot-create-tokens",
        title: "18 a deploy credential that cannot create tokens",
        token: null,
        deployToken: only(ZONE_READ),
        says: [/may not be able to make a token/, /User → API Tokens → Edit/],
    },
    {
        key: "rate-limited",
        title: "20 too many requests",
        fault: { kind: "rate-limit", path: "purge_cache", times: "always", retryAfter: 900 },
        says: [/Cloudflare answered 429/, /one run at a time/],
    },
    {
        key: "blocked",
        title: "Cloudflare's own block page",
        fault: { kind: "block", path: "purge_cache", times: "always" },
        says: [
            /blocks requests from this machine's address .*\(Ray ID [0-9a-f]{16}-AMS\)/,
            /from another address, or later/,
        ],
    },
    {
        key: "not-the-api",
        title: "an empty answer",
        fault: { kind: "empty", path: "purge_cache", times: "always" },
        says: [/answered with an empty body/, /Check the base URL/],
    },
    {
        key: "not-the-api",
        title: "24 a proxy's HTML",
        fault: { kind: "html", status: 200, path: "purge_cache", times: "always" },
        says: [/answered text\/html that is not Cloudflare's API/, /a proxy or a login page/],
    },
];

/** Impossible or harmless with the component; what is left to say is a warning. */
const PASSING: readonly Omit<Mistake, "ends">[] = [
    {
        key: null,
        title: "4 and 6 the global key and an e-mail address in the environment beside the token: the token is used",
        env: { CLOUDFLARE_API_KEY: "c2547eb745079dac9320b638f5e225cf483cc", CLOUDFLARE_EMAIL: "me@example.com" },
        says: [/cache-purge: purge /],
    },
    {
        key: null,
        title: "11, 17 and 19 more than 100 prefixes, on the free plan, with an account's token",
        token: { ...on(ZONES.main, CACHE_PURGE), owner: { kind: "account", accountId: ACCOUNT } },
        options: targets({ prefixes }),
        says: [/purge .*101 prefixes.* in 3 requests/],
    },
    {
        key: "purged-but-stale",
        title: "21 the edge keeps old bytes",
        propagation: 1e9,
        says: [/the edge still serves old bytes after the purge/, /explain stale/],
    },
    {
        key: "not-proxied",
        title: "22 a host that is not proxied",
        config: () => ({ baseUrls: '["https://grey.example.com"]' }),
        says: [/grey\.example\.com does not go through Cloudflare/, /Turn the cloud of its DNS record orange/],
    },
    {
        key: "not-proxied",
        title: "a paused zone",
        options: { zone: "paused.example" },
        token: on(`${"e".repeat(31)}1`, CACHE_PURGE),
        config: () => ({ baseUrls: '["https://www.paused.example"]' }),
        says: [/The zone paused\.example is paused: .*it has no cache to purge/, /Enable Cloudflare on Site/],
    },
];

/** Every row, in the order in which one stack can make them. */
export const MISTAKES: readonly Mistake[] = [
    ...EARLY.map((one) => ({ ...one, ends: "early" as const })),
    ...LATE.map((one) => ({ ...one, ends: "late" as const })),
    ...PASSING.map((one) => ({ ...one, ends: "passes" as const })),
];
