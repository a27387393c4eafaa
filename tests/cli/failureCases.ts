import type { TestToken } from "../../local/cloudflare";
import { CACHE_PURGE, ZONE_READ } from "../../local/cloudflare";
import { MovingClock } from "../../local/cloudflare/clock";
import { CREDENTIAL_CASES } from "./credentialCases";
import type { Case } from "./failureCase";
import {
    ACCOUNTS,
    API,
    both,
    curl,
    ENVIRONMENTS,
    FULL,
    OF_ACCOUNT,
    ONLY_PURGE,
    PURGE,
    value,
    ZONE,
    ZONES,
} from "./failureCase";

/** Tokens that work and may not do this, and refusals of the API. */
const TOKEN_CASES: readonly Case[] = [
    ...both("cannot-read-zone", "13 a token that may purge and not read, and a name", { token: ONLY_PURGE }, [
        /No zone "example\.com" can be read with this token/,
        /Give the zone's ID instead/,
    ]),
    ...both(
        "ambiguous-zone",
        "14 two zones of one name",
        {
            args: ["--zone", "twice.example", "--url", "https://twice.example/"],
            token: {
                policies: [
                    { groups: [CACHE_PURGE, ZONE_READ], resources: { "com.cloudflare.api.account.zone.*": "*" } },
                ],
            },
        },
        [/2 zones are named "twice\.example"/, new RegExp(`--account ${ACCOUNTS.ours}`)],
    ),
    ...both("token-not-active", "15 an expired token", { token: { ...FULL, expiresOn: "2026-01-01T00:00:00Z" } }, [
        /expired.*2026-01-01T00:00:00Z/,
        /Make a new token/,
    ]),
    ...both(
        "token-not-active",
        "15 a token that is not valid yet",
        { token: { ...FULL, notBefore: "2099-01-01T00:00:00Z" } },
        [/not valid before 2099-01-01T00:00:00Z/, /Wait until then/],
    ),
    ...both("token-not-active", "15 a token that was deleted", { token: () => `cfut_${"aB3".repeat(16)}` }, [
        /does not recognise this token/,
        /make a new token/,
    ]),
    ...both(
        "address-not-allowed",
        "16 an address that the token does not allow",
        { token: { ...FULL, condition: { request_ip: { in: ["203.0.113.0/24"] } } } },
        [/may not be used from the address 127\.0\.0\.1/, /client IP filter/],
    ),
    {
        title: "17 an account's token, looked for at the user",
        command: "doctor",
        args: ["--curl", "-"],
        stdin: (local) => `curl ${API}/user/tokens/verify -H "Authorization: Bearer ${value(local, OF_ACCOUNT)}"`,
        key: "account-token-wrong-verify",
        code: 1,
        says: [/belongs to an account/, /GET \/accounts\/<account ID>\/tokens\/verify/],
    },
    {
        title: "17 an account's token: verified where it belongs",
        command: "doctor",
        args: ZONE,
        token: OF_ACCOUNT,
        key: null,
        code: 0,
        says: [/active, of the account/],
    },
    {
        title: "18 a deploy credential that cannot make tokens",
        command: "doctor",
        args: [...ZONE, "--deploy"],
        key: "cannot-create-tokens",
        code: 1,
        says: [/may not make tokens/, /User → API Tokens → Edit/],
    },
    {
        title: "18 a deploy credential that can make tokens",
        command: "doctor",
        args: [...ZONE, "--deploy"],
        token: (local) => local.token,
        key: null,
        code: 0,
        says: [/may list the permission groups of the user's tokens/],
    },
    {
        title: "19 too many items in a request",
        command: "doctor",
        args: ["--curl", "-"],
        stdin: (local) => {
            const prefixes = Array.from({ length: 101 }, (_, i) => `www.example.com/${i}/`);
            return curl(ZONES.main, `Authorization: Bearer ${value(local)}`, JSON.stringify({ prefixes }));
        },
        key: "too-many-items",
        code: 1,
        says: [/101 items/, /at most 100/],
    },
    ...both(
        "rate-limited",
        "20 too many requests",
        { fault: { kind: "rate-limit", path: "purge_cache", times: "always", retryAfter: 900 } },
        [/Cloudflare answered 429/, /one run at a time/],
    ),
    ...both(
        "not-proxied",
        "22 a host that is not proxied",
        { args: [...ZONE, "--url", "https://grey.example.com/a.js"] },
        [/grey\.example\.com does not go through Cloudflare/, /Turn the cloud of its DNS record orange/],
    ).map((one) => (one.command === "purge" ? { ...one, key: null, code: 0 as const } : one)),
    ...both("malformed-token", "23 a token in quotes", { token: (local) => `"${value(local)}"` }, [
        /has a quotation mark \("\) at its start/,
        /paste the bare value/,
    ]),
    ...both("malformed-token", "23 a token with a line end", { token: (local) => `${value(local)}\n` }, [
        /has a newline at its end/,
    ]),
    ...both("malformed-token", "23 a placeholder", { token: () => "<your-api-token>" }, [
        /placeholder/,
        /Make a token/,
    ]),
    ...both(
        "not-the-api",
        "24 a base URL without /client/v4",
        {
            env: (local) => ({ CLOUDFLARE_BASE_URL: local.apiBaseUrl.replace("/client/v4", "") }),
        },
        [/answered text\/html that is not Cloudflare's API/, /ends in \/client\/v4/],
    ),
    ...both("not-the-api", "24 a proxy's HTML", { fault: { kind: "html", status: 200, times: "always" } }, [
        /answered text\/html/,
        /a proxy or a login page/,
    ]),
];

const ALL_ZONES: TestToken = {
    policies: [{ groups: [CACHE_PURGE, ZONE_READ], resources: { "com.cloudflare.api.account.zone.*": "*" } }],
};

/** What Cloudflare answers before its API, zones that have no cache, and names that are nearly right. */
const AROUND: readonly Case[] = [
    ...both("blocked", "Cloudflare's own block page", { fault: { kind: "block", times: "always" } }, [
        /blocks requests from this machine's address .*\(Ray ID [0-9a-f]{16}-AMS\)/,
        /from another address, or later/,
    ]),
    ...both("blocked", "Cloudflare's challenge", { fault: { kind: "block", status: 503, times: "always" } }, [
        /blocks requests from this machine's address .*\(Ray ID [0-9a-f]{16}-AMS\)/,
        /from another address, or later/,
    ]),
    ...both("not-the-api", "an empty answer", { fault: { kind: "empty", times: "always" } }, [
        /answered with an empty body/,
        /a proxy or a login page/,
    ]),
    {
        title: "an empty answer that passes: tried again",
        command: "purge",
        args: PURGE,
        fault: { kind: "empty", times: 1 },
        key: null,
        code: 0,
        says: [/purged 1 URL in example\.com/],
    },
    ...both(
        "malformed-token",
        "a line of a file of variables",
        { token: (local) => `CLOUDFLARE_API_TOKEN=${value(local)}` },
        [/begins with a variable's name and an equals sign/, /what stands after the sign/],
    ),
    {
        title: "a zone's name that is one letter off",
        command: "doctor",
        args: ["--zone", "exmaple.com"],
        key: "cannot-read-zone",
        code: 1,
        says: [/No zone "exmaple\.com" can be read .*, but the zone example\.com can/, /--zone example\.com/],
    },
    {
        title: "a zone's name that is one letter off",
        command: "purge",
        args: ["--zone", "exmaple.com", "--host", "www.exmaple.com"],
        key: "cannot-read-zone",
        code: 1,
        says: [/No zone "exmaple\.com" can be read .*, but the zone example\.com can/, /--zone example\.com/],
    },
    {
        title: "a paused zone",
        command: "doctor",
        args: ["--zone", "paused.example"],
        token: ALL_ZONES,
        key: "not-proxied",
        code: 1,
        says: [/The zone paused\.example is paused: .*it has no cache to purge/, /Enable Cloudflare on Site/],
    },
    {
        title: "a paused zone",
        command: "purge",
        args: ["--zone", "paused.example", "--url", "https://www.paused.example/", "--no-verify"],
        token: ALL_ZONES,
        key: null,
        code: 0,
        says: [/warning: The zone paused\.example is paused: .*it has no cache to purge/, /Enable Cloudflare on Site/],
    },
    {
        title: "a token that may read no zone, and none is named",
        command: "doctor",
        args: [],
        token: ONLY_PURGE,
        key: "cannot-read-zone",
        code: 1,
        says: [/not examined \(cannot-read-zone\)/, /--zone ID/],
    },
    {
        title: "a token that may read several zones, and none is named",
        command: "doctor",
        args: [],
        token: ALL_ZONES,
        key: "zone-not-given",
        code: 1,
        says: [/not examined \(zone-not-given\)/, /Name one, such as --zone/],
    },
    {
        title: "an API that is asked without encryption",
        command: "purge",
        args: PURGE,
        env: () => ({ CLOUDFLARE_BASE_URL: "http://192.0.2.1/client/v4" }),
        key: "usage",
        code: 2,
        says: [/would send the credential unencrypted/, /such as https:/],
    },
];

/** Environments of Version Management. */
const ENVIRONMENT_CASES: readonly Case[] = [
    {
        title: "a purge by URL in an environment that is selected by address",
        command: "purge",
        args: [...PURGE, "--environment", ENVIRONMENTS.byVisitor],
        key: "environment",
        code: 1,
        says: [/1136/, /selected by address, country, ASN or threat score/, /Purge by prefix, host or tag there/],
    },
    {
        title: "an environment that the zone does not have",
        command: "purge",
        args: [...PURGE, "--environment", "f".repeat(32)],
        key: "environment",
        code: 1,
        says: [/f{32} is not the ID of an environment of the zone example\.com/, /List them/],
    },
    {
        title: "an environment of the zone",
        command: "purge",
        args: [...PURGE, "--environment", ENVIRONMENTS.staging],
        key: null,
        code: 0,
        says: [/purged 1 URL in example\.com/],
    },
];

/** Beside the table: what the machine or the network does. */
const MACHINE: readonly Case[] = [
    ...both("no-credential", "no credential at all", { token: () => undefined }, [
        /CLOUDFLARE_API_TOKEN is not set/,
        /Make a token/,
    ]),
    ...both("no-credential", "an empty secret", { token: () => "" }, [/set but empty/, /passed to this job/]),
    ...both(
        "dns",
        "a name that DNS does not know",
        { varies: true, env: () => ({ CLOUDFLARE_BASE_URL: "https://api.cloudflare.invalid/client/v4" }) },
        [/The (name|DNS server)\b.*api\.cloudflare\.invalid/, /DNS server/],
    ),
    ...both("network", "nobody listens", { env: () => ({ CLOUDFLARE_BASE_URL: "http://127.0.0.1:1/client/v4" }) }, [
        /Nothing accepts connections/,
        /firewall/,
    ]),
    ...both(
        "tls",
        "no TLS where TLS is asked for",
        {
            env: (local) => ({ CLOUDFLARE_BASE_URL: local.apiBaseUrl.replace("http:", "https:") }),
        },
        [/TLS connection to 127\.0\.0\.1:\d+ failed/, /NODE_EXTRA_CA_CERTS/],
    ),
    {
        title: "a clock that is a day ahead",
        command: "doctor",
        args: ZONE,
        clock: () => new MovingClock(Date.now() + 86_400_000, { auto: true }),
        key: "clock",
        code: 0,
        says: [/24\.0 h ahead of Cloudflare's/, /date -u/],
    },
];

/** Every mistake, in the order of the table. */
export const CASES: readonly Case[] = [
    ...CREDENTIAL_CASES,
    ...TOKEN_CASES,
    ...AROUND,
    ...ENVIRONMENT_CASES,
    ...MACHINE,
];
