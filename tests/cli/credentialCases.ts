import type { Case } from "./failureCase";
import { ACCOUNTS, both, curl, FULL, KEY, ONLY_READ, PAGE, PURGE, value, ZONE, ZONES } from "./failureCase";

/** Mistakes in the credential, in the zone's ID and in what is to be purged. */
export const CREDENTIAL_CASES: readonly Case[] = [
    {
        title: "1 the account's ID as zone ID",
        command: "doctor",
        args: ["--zone", ACCOUNTS.ours, "--url", PAGE],
        key: "wrong-zone-id",
        code: 1,
        says: [/is the ID of an account, not of a zone/, new RegExp(`Use ${ZONES.main}, the ID of example\\.com`)],
    },
    {
        title: "1 the account's ID as zone ID",
        command: "purge",
        args: ["--zone", ACCOUNTS.ours, "--url", PAGE],
        key: "wrong-zone-id",
        code: 1,
        says: [/is the ID of an account, not of a zone/, new RegExp(`Use ${ZONES.main}, the ID of example\\.com`)],
    },
    ...both("wrong-zone-id", "1 something else as zone", { args: ["--zone", "0123456789", "--url", PAGE] }, [
        /neither a zone's name nor a zone ID/,
        /--zone example\.com/,
    ]),
    {
        title: "2 no Bearer before the token",
        command: "doctor",
        args: ["--curl", "-"],
        stdin: (local) => curl(ZONES.main, `Authorization: ${value(local)}`, `{"files":["${PAGE}"]}`),
        key: "missing-bearer",
        code: 1,
        says: [/without the word Bearer/, /Authorization: Bearer <token>/],
    },
    ...both("token-id-as-token", "3 the token's ID as the token", { token: (local) => local.createToken(FULL).id }, [
        /form of an ID/,
        /shown once/,
    ]),
    ...both(
        "token-as-auth-key",
        "4 a token as X-Auth-Key",
        {
            token: () => undefined,
            env: (local) => ({ CLOUDFLARE_API_KEY: value(local), CLOUDFLARE_EMAIL: "me@example.com" }),
        },
        [/does not have the form of a global API key/, /CLOUDFLARE_API_TOKEN/],
    ),
    ...both("global-key-as-token", "5 the global key as the token", { token: () => KEY }, [
        /has the form of the global API key/,
        /Make a token/,
    ]),
    {
        title: "6 several credentials in the environment",
        command: "doctor",
        args: ZONE,
        env: () => ({ CLOUDFLARE_API_KEY: KEY, CLOUDFLARE_EMAIL: "me@example.com" }),
        key: "several-credentials",
        code: 0,
        says: [
            /CLOUDFLARE_API_TOKEN is used, CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL are not/,
            /unset CLOUDFLARE_API_KEY/,
        ],
    },
    {
        title: "6 several credentials in the environment",
        command: "purge",
        args: PURGE,
        env: () => ({ CLOUDFLARE_API_KEY: KEY, CLOUDFLARE_EMAIL: "me@example.com" }),
        key: null,
        code: 0,
        says: [/CLOUDFLARE_API_TOKEN is used, CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL are not/],
    },
    {
        title: "6 both headers in one request",
        command: "doctor",
        args: ["--curl", "-"],
        stdin: (local) =>
            curl(ZONES.main, `Authorization: Bearer ${value(local)}" -H "X-Auth-Email: me@example.com`, "{}"),
        key: "several-credentials",
        code: 1,
        says: [/together/, /take the X-Auth headers out/],
    },
    ...both("origin-ca-key", "7 an Origin CA key", { token: () => "v1.0-144cac2c8b2e4f8f1a60a1b2c" }, [
        /Origin CA key/,
        /Make a token/,
    ]),
    {
        title: "8 files is a string",
        command: "doctor",
        args: ["--curl", "-"],
        stdin: (local) => curl(ZONES.main, `Authorization: Bearer ${value(local)}`, `{"files":"${PAGE}"}`),
        key: "files-not-array",
        code: 1,
        says: [/not an array/, /\{"files":\["https:\/\/www\.example\.com\/a\.js"\]\}/],
    },
    {
        title: "9 a path, not a URL",
        command: "doctor",
        args: [...ZONE, "--url", "/testing/test"],
        key: "path-not-url",
        code: 1,
        says: [/not an absolute URL/, /https:\/\/www\.example\.com\/testing\/test/],
    },
    {
        title: "9 a path, not a URL",
        command: "purge",
        args: [...ZONE, "--url", "/testing/test"],
        key: "path-not-url",
        code: 2,
        says: [/a path, not a URL/, /https:\/\/www\.example\.com\/testing\/test/],
    },
    ...both("url-outside-zone", "10 a URL of another zone", { args: [...ZONE, "--url", "https://example.org/a.js"] }, [
        /not in the zone example\.com/,
        /Purge it in the zone of example\.org/,
    ]),
    {
        title: "11 a prefix, on the free plan",
        command: "purge",
        args: [...ZONE, "--prefix", "www.example.com/blog/"],
        key: null,
        code: 0,
        says: [/purged 1 prefix in example\.com/],
    },
    ...both("missing-permission", "12 a token that may read and not purge", { token: ONLY_READ }, [
        /does not hold Cache Purge for the zone example\.com/,
        /Zone → Cache Purge → Purge/,
    ]),
];
