import { deepStrictEqual, doesNotMatch, match, rejects } from "node:assert";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LocalCloudflare, TestToken } from "../../local/cloudflare";
import { CACHE_PURGE, memorySite, startLocalCloudflare, ZONE_READ } from "../../local/cloudflare";
import type { Bag } from "../../local/engine/values";
import { secret } from "../../local/engine/values";
import { MISTAKES } from "../scenarios/mistakeCases";
import type { Plugin } from "./process";
import { startPlugin } from "./process";

const SITE = "cloudflare-cache-purge:index:Site";
const TOKEN = "cloudflare-cache-purge:index:PurgeToken";
const PURGE_URN = "urn:pulumi:s::p::cloudflare-cache-purge:index:Purge::purge";
const JOURNAL_URN = "urn:pulumi:s::p::cloudflare-cache-purge:parts:Journal::journal";

/** What only a program in TypeScript can write. */
const TYPESCRIPT =
    /new CachePurge|siteAssets|assetsFrom|requireSecret|unsecret|transform|`(after|urls)`|\btoken\.\w|\{ (id|name)\b|\b(verify|originReady|rebound): (false|\d)/;

const GLOBAL_KEY = "c2547eb745079dac9320b638f5e225cf483cc";
const GOOD = `cfut_${"aB3".repeat(16)}`;
const TARGETS = { triggers: { a: "1" }, targets: { hosts: ["www.example.com"] } };
const targets = (value: unknown): Bag => ({ ...TARGETS, targets: value });
const zone = (name: string): Bag => ({ zone: name, baseUrls: [`https://www.${name}`] });
const byId = (zoneId: string): Bag => ({ zone: null, zoneId });
const digests = (value: unknown): Bag => ({ dir: null, digests: value });
/** Of a token that stands alone. */
const alone = (options: Bag): Bag => ({ dir: null, baseUrls: null, ...options });

/** Wrong inputs: the property that is refused, and the sentence. @param key of the mistake where a program in TypeScript makes it. */
type Row = readonly [title: string, property: string, says: RegExp, options: Bag, key?: string];

const SITES: readonly Row[] = [
    [
        "an account's ID",
        "zoneId",
        /is the ID of an account.*Give zone: "example\.com"/,
        byId("a".repeat(32)),
        "wrong-zone-id",
    ],
    ["something else as an ID", "zoneId", /"0123456789" is not a zone ID.*32 hexadecimal/, byId("0123456789")],
    ["an ID as a name", "zone", /looks like a zone ID\. Write zoneId: "1{32}"/, { zone: "1".repeat(32) }],
    [
        "a zone that cannot be read",
        "zone",
        /No zone "unrelated\.test".*or give zoneId/,
        zone("unrelated.test"),
        "cannot-read-zone",
    ],
    ["a name one letter off", "zone", /but the zone example\.com can.*Write zone: "example\.com"/, zone("exmaple.com")],
    ["two zones of one name", "zone", /2 zones.*accountId: "c{32}"/s, zone("twice.example"), "ambiguous-zone"],
    ["a zone in another account", "zone", /is not in account zz but in account a{32}/, { accountId: "zz" }],
    [
        "a look-up that is refused",
        "zone",
        /could not be looked up: .*10000/,
        zone("refused.example"),
        "token-not-active",
    ],
    [
        "what is not the API",
        "zone",
        /is not Cloudflare's API.*ends in \/client\/v4/,
        zone("html.example"),
        "not-the-api",
    ],
    ["two ways of naming the zone", "zoneId", /one is enough/, { zoneId: "1".repeat(32) }],
    ["an account without its zone", "accountId", /needs zone/, { zone: null, accountId: "a".repeat(32) }],
    [
        "hosts of two zones",
        "baseUrls",
        /one for each:\n.*: a Site with zone/,
        { zone: null, baseUrls: ["https://example.com", "https://example.org"] },
    ],
    [
        "another zone's base URL",
        "baseUrls",
        /not in the zone example\.com.*site-2: a Site with baseUrls/s,
        { baseUrls: ["https://www.example.org"] },
        "url-outside-zone",
    ],
    [
        "another zone's target",
        "targets",
        /example\.org is not in the zone.*component of its own zone/,
        targets({ urls: ["https://example.org/a"] }),
    ],
    ["another zone's URL", "always", /example\.org is not in the zone/, { always: ["https://example.org/a"] }],
    ["a path without its slash", "always", /always\[0\] "feed\.xml": not a URL/, { always: ["feed.xml"] }],
    [
        "a text where URLs belong",
        "targets.urls",
        /is "https:\/\/www.*must be a list of absolute URLs/,
        targets({ urls: "https://www.example.com/a" }),
        "files-not-array",
    ],
    [
        "a path, not a URL",
        "targets",
        /targets\.urls\[0\] "\/a": a path, not a URL/,
        targets({ urls: ["/a"] }),
        "path-not-url",
    ],
    ["everything as a word", "targets", /is "everything"; it must be \{ urls, .* everything \}/, targets("everything")],
    [
        "everything as a text",
        "targets.everything",
        /is "yes"; it must be true or false/,
        targets({ everything: "yes" }),
    ],
    ["triggers alone", "targets", /triggers without targets/, { triggers: { a: "1" } }],
    ["targets alone", "targets", /targets without triggers.*say in triggers when/, { targets: TARGETS.targets }],
    ["targets that name nothing", "targets", /"{}": it names nothing.*such as prefixes: \[/, targets({})],
    [
        "targets that are switched off",
        "targets",
        /"{ hosts: \[\] }": it names nothing/,
        targets({ everything: false, hosts: [] }),
    ],
    [
        "no trigger and no folder",
        "triggers",
        /triggers is empty.*nothing would ever/,
        { ...TARGETS, dir: null, triggers: {} },
    ],
    ["triggers as a list", "triggers", /must be values by name, such as/, { ...TARGETS, triggers: ["a"] }],
    [
        "a token with its Bearer",
        "token",
        /begins with the word "Bearer"/,
        { token: `Bearer ${GOOD}` },
        "missing-bearer",
    ],
    ["a token's ID", "token", /has the form of an ID/, { token: "a1".repeat(16) }, "token-id-as-token"],
    [
        "the global key",
        "token",
        /form of the global API key.*Make a token/,
        { token: GLOBAL_KEY },
        "global-key-as-token",
    ],
    ["an Origin CA key", "token", /Origin CA key/, { token: "v1.0-144cac2c8b2e4f8f1a60a1b2c" }, "origin-ca-key"],
    ["a token in quotes", "token", /quotation mark/, { token: `"${GOOD}"` }, "malformed-token"],
    ["a line of variables", "token", /begins with a variable's name/, { token: `CLOUDFLARE_API_TOKEN=${GOOD}` }],
    ["a placeholder for a token", "token", /is a placeholder/, { token: secret("t".repeat(40)) }],
    [
        "a token, and how to make one",
        "tokenOptions",
        /besides token/,
        { token: GOOD, tokenOptions: { owner: "account" } },
    ],
    ["header sets that are none", "headers", /a list of header sets.*CF-Device-Type/, { headers: [{ a: 1 }] }, "usage"],
    [
        "an origin with a path",
        "crossOrigins",
        /crossOrigins\[0\].*an origin has no path/,
        { crossOrigins: ["https://a.example/b"] },
    ],
    ["an unencrypted API", "apiBaseUrl", /unencrypted.*such as https:/, { apiBaseUrl: "http://192.0.2.1/client/v4" }],
    ["an API that is none", "apiBaseUrl", /the API speaks https/, { apiBaseUrl: "ftp://x" }],
    ["a number out of its range", "retries", /retries is 50; it must be a whole number from 0 to 20/, { retries: 50 }],
    ["a field out of its range", "rebound.seconds", /is 700; it must be a number/, { rebound: { seconds: 700 } }],
    ["a number as a text", "timeout", /is "30"; it must be a number/, { timeout: "30" }],
    ["a check that is false", "verify", /is false; it must be \{ enabled, /, { verify: false }],
    ["a misspelt option", "retires", /did you mean "retries"\?/, { retires: 5 }],
    [
        "a misspelt field",
        "tokenOptions.expireOn",
        /did you mean "tokenOptions\.expiresOn"\?/,
        { tokenOptions: { expireOn: "x" } },
    ],
    ["a word that does not exist", "mode", /is "soft"; it must be "purge" or "invalidate"/, { mode: "soft" }],
    ["a date that is none", "tokenOptions.expiresOn", /must be a date/, { tokenOptions: { expiresOn: "soon" } }],
    [
        "a token that has expired",
        "tokenOptions",
        /tokenOptions\.expiresOn is .* in the past/,
        { tokenOptions: { expiresOn: "2020-01-01T00:00:00Z" } },
    ],
    ["a secret that would stand in clear", "always", /is a secret.*plain value/, { always: secret(["/a"]) }],
    ["a secret inside another input", "digests", /is a secret/, digests({ "a.html": secret("x") })],
    ["no folder", "dir", /dir is missing/, { dir: null }],
    ["a folder that is not there", "dir", /dir "\/not\/there": no such folder/, { dir: "/not/there" }],
    ["a file for a folder", "dir", /it is a file/, { dir: "DIR/index.html" }],
    ["an empty folder", "dir", /is empty.*allowEmpty: true/, { dir: "DIR/empty" }],
    ["a link that leads out", "dir", /leaves the folder.*followLinks: true/, { dir: "DIR/links" }],
    ["patterns that leave no file", "dir", /leave no file/, { include: ["*.nothing"] }],
    ["two ways of naming the files", "digests", /besides dir/, { digests: { a: "b" } }],
    ["digests that are a list", "digests", /must be digests by file path/, digests(["x"])],
    ["a digest that is empty", "digests", /its digest is empty/, digests({ a: "" })],
    ["a file outside the folder", "digests", /is not a file's path/, digests({ "../a": "x" })],
    ["no base URL", "baseUrls", /is missing/, { baseUrls: null }],
    ["a base URL that is none", "baseUrls", /does not begin with https:/, { baseUrls: ["www.example.com"] }],
    [
        "a base URL with a query",
        "baseUrls",
        /`always` takes URLs with a query/,
        { baseUrls: ["https://www.example.com?x"] },
    ],
    ["a fallback without its page", "fallback", /names no page/, { fallback: { under: "/app/" } }],
    ["a fallback that is not there", "fallback", /there is no such file in/, { fallback: { page: "no.html" } }],
    ["a page that is not there", "notFound", /"no\.html": there is no such file in/, { notFound: { page: "no.html" } }],
    ["no page to purge", "notFound.purge", /there is no 404\.html in/, { notFound: { purge: true } }],
    ["a name that no folder holds", "indexFiles", /"index\.htm": .*Write "index\.html"/, { indexFiles: ["index.htm"] }],
    ["a file that is not there", "include", /"a\.html": there is no such file/, { include: ["*", "a.html"] }],
    ["custom hostnames of no zone", "customHostnames", /needs zone/, { zone: null, customHostnames: true }],
];

const TOKENS: readonly Row[] = [
    ["a token without a zone", "zone", /zone is missing/, alone({ zone: null })],
    ["a token that has expired", "expiresOn", /in the past/, alone({ expiresOn: "2020-01-01T00:00:00Z" })],
    [
        "no token for an account that is not known",
        "zone",
        /Give accountId/,
        alone({ zone: "lone.example", owner: "account" }),
    ],
];

describe("plugin: bad input is a failed check of the property, in the words of the schema", () => {
    let plugin: Plugin;
    let dir: string;
    before(async () => {
        plugin = await startPlugin([
            { name: "example.com" },
            { name: "example.org", id: "2".repeat(32) },
            { name: "twice.example", id: "3".repeat(32), accountId: "c".repeat(32) },
            { name: "twice.example", id: "4".repeat(32) },
            { name: "lone.example", id: "5".repeat(32), accountId: "" },
        ]);
        dir = mkdtempSync(path.join(tmpdir(), "cache-purge-plugin-"));
        writeFileSync(path.join(dir, "index.html"), "a");
        mkdirSync(path.join(dir, "empty"));
        mkdirSync(path.join(dir, "links"));
        symlinkSync("../index.html", path.join(dir, "links", "out"));
    });
    after(async () => {
        await plugin.close();
        rmSync(dir, { recursive: true });
    });

    for (const [type, rows] of [
        [SITE, SITES],
        [TOKEN, TOKENS],
    ] as const) {
        for (const [title, property, says, options] of rows) {
            it(`${title}: ${property}`, async () => {
                const [registered, lines] = [plugin.registered.length, plugin.log.length];
                const base = { zone: "example.com", dir, baseUrls: ["https://www.example.com"] };
                const given = typeof options.dir === "string" ? { dir: options.dir.replace("DIR", dir) } : {};
                await rejects(plugin.construct(type, "wrong", { ...base, ...options, ...given }), ({ message }) => {
                    const told = message.replace(/^.*?has a problem:\n- /s, "");
                    match(told, new RegExp(`^property ${property} has a problem: `));
                    match(told, new RegExp(says.source, "s"));
                    doesNotMatch(told, TYPESCRIPT);
                    return true;
                });
                deepStrictEqual(plugin.registered.slice(registered), []);
                doesNotMatch(plugin.log.slice(lines).join("\n"), /ttttt|aB3|\n\s+at /);
            });
        }
    }

    it("every mistake that a program in TypeScript ends for has a row", () => {
        const keys = new Set(SITES.map(([, , , , key]) => key));
        const early = MISTAKES.filter(({ ends }) => ends === "early").map(({ key }) => key as string);
        deepStrictEqual(
            [...new Set(early)].filter((key) => !keys.has(key)),
            [],
        );
    });
});

describe("plugin: a purge that fails says what to write in any language", () => {
    let plugin: Plugin;
    let cloudflare: LocalCloudflare;
    before(async () => {
        plugin = await startPlugin([]);
        cloudflare = await startLocalCloudflare({ origin: { site: memorySite(new Map([["/a.css", "old"]])) } });
    });
    after(async () => {
        await plugin.close();
        await cloudflare.close();
    });
    const on = (...groups: (typeof CACHE_PURGE)[]): Pick<TestToken, "policies"> => ({
        policies: [{ groups, resources: { [`com.cloudflare.api.account.zone.${cloudflare.zone.id}`]: "*" } }],
    });

    const rows: [title: string, token: () => TestToken, settings: object, says: RegExp][] = [
        [
            "an expired token",
            () => ({ ...on(CACHE_PURGE), expiresOn: "2026-01-01T00:00:00Z" }),
            {},
            /tokenOptions\.expiresOn/,
        ],
        [
            "another address",
            () => ({ ...on(CACHE_PURGE), condition: { request_ip: { in: ["203.0.113.0/24"] } } }),
            {},
            /tokenOptions\.allowedIps/,
        ],
        ["no permission", () => on(ZONE_READ), {}, /tokenOptions\.permissionGroup/],
        [
            "an upload that is not done",
            () => on(CACHE_PURGE),
            { originReady: { timeout: 0, onStale: "fail" } },
            /Upload first, with `dependsOn`/,
        ],
    ];
    for (const [title, token, settings, says] of rows) {
        it(title, async () => {
            const manifest = (text: string): Bag => {
                const digest = createHash("sha256").update(text).digest("hex").slice(0, 32);
                return { manifest: `cache-purge manifest 1\nbase https://www.example.com\n${digest}  /a.css\n` };
            };
            const request = { urn: JOURNAL_URN, timeout: 0, preview: false, ignoreChanges: [] };
            const first = await plugin.provider.create({ ...request, inputs: manifest("old") });
            const olds = { id: first.id, oldInputs: manifest("old"), oldOutputs: first.outputs };
            const made = await plugin.provider.update({ ...request, ...olds, newInputs: manifest("new") });
            const inputs = {
                ...{ journal: made.outputs.record, zoneId: cloudflare.zone.id, zoneName: "example.com", accountId: "" },
                ...{ zonePlan: "free", zoneStatus: "active", tokenOwner: "user" },
                token: secret(cloudflare.createToken(token()).value),
                apiBaseUrl: cloudflare.apiBaseUrl,
                settings: {
                    ...{ originReady: false, verify: false, rebound: false, retries: 0 },
                    connectTo: { "*": cloudflare.edgeBaseUrl },
                    ...settings,
                },
            };
            const { reasons = [] } = await plugin.provider.create({ ...request, urn: PURGE_URN, inputs });
            match(reasons.join("\n"), says);
            doesNotMatch([...reasons, ...plugin.log].join("\n"), TYPESCRIPT);
        });
    }
});
