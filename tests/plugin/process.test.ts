import { deepStrictEqual, doesNotMatch, match, ok, rejects, strictEqual } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { decodeTicket } from "../../components/plugin/parts";
import { PROJECT } from "../../components/settings/project";
import type { LocalCloudflare } from "../../local/cloudflare";
import { startLocalCloudflare } from "../../local/cloudflare";
import type { Bag } from "../../local/engine/values";
import { hasSecret, hasUnknown, isSecret, secret, unknownValue, withoutSecrets } from "../../local/engine/values";
import type { Plugin } from "./process";
import { startPlugin } from "./process";

const { version: VERSION } = require("../../components/package.json") as { version: string };
const SITE = "cloudflare-cache-purge:index:Site";
const TOKEN = "cloudflare-cache-purge:index:PurgeToken";
const PURGE = "cloudflare-cache-purge:index:Purge";
const urn = (type: string, name: string) => `urn:pulumi:s::p::${type}::${name}`;
const PURGE_URN = urn(PURGE, "purge");

/** Longer than any reply takes, and shorter than anybody would wait for one that never comes. */
const SOON = 15_000;

function within<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error("no reply")), SOON);
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

describe("plugin: its process over gRPC", () => {
    let plugin: Plugin;
    let cloudflare: LocalCloudflare;
    let dir: string;
    let inputs: Bag;
    before(async () => {
        plugin = await startPlugin(["example.com", "slow.example"]);
        dir = mkdtempSync(path.join(tmpdir(), "cache-purge-plugin-"));
        writeFileSync(path.join(dir, "index.html"), "a");
        cloudflare = await startLocalCloudflare({ origin: { dir } });
        inputs = { zone: "example.com", dir, baseUrls: ["https://www.example.com"] };
    });
    after(async () => {
        await plugin.close();
        await cloudflare.close();
        rmSync(dir, { recursive: true });
    });
    const since = () => {
        const { length } = plugin.registered;
        const lines = plugin.log.length;
        return { registered: () => plugin.registered.slice(length), log: () => plugin.log.slice(lines) };
    };
    const zoneId = () => cloudflare.zone.id;
    /** A journal with one entry, as the plugin makes it. */
    async function journal(manifest: string): Promise<{ outputs: Bag; record: string }> {
        const request = { urn: urn("cloudflare-cache-purge:parts:Journal", "j"), inputs: { manifest }, timeout: 0 };
        const { outputs } = await within(plugin.provider.create({ ...request, preview: false }));
        return { outputs, record: outputs.record as string };
    }
    const MANIFEST = "cache-purge manifest 1\nbase https://www.example.com\n0263829989b6fd954f72baaf2fc64bc2  /a.css\n";
    async function ticket(changes: object = {}): Promise<unknown> {
        const { record } = await journal(MANIFEST);
        const parts = {
            journal: record,
            zoneId: zoneId(),
            zoneName: "example.com",
            accountId: "",
            zonePlan: "free",
            zoneStatus: "active",
            tokenOwner: "given",
            token: cloudflare.createToken().value,
            apiBaseUrl: cloudflare.apiBaseUrl,
            settings: { originReady: false, verify: false, rebound: false, retries: 0 },
            ...changes,
        };
        return secret(JSON.stringify(parts));
    }
    const check = (news: Bag, olds: Bag = {}) =>
        within(plugin.provider.check({ urn: PURGE_URN, olds, news, preview: true }));

    it("a Site registers the TypeScript component's children, with its version and the former types", async () => {
        const seen = since();
        const outputs = await within(plugin.construct(SITE, "site", inputs));
        const short = seen
            .registered()
            .map(({ type, name, parent }) => [type.replace(/^.*:/, ""), name, parent.split("::").at(-1)]);
        deepStrictEqual(short, [
            ["Site", "site", ""],
            ["PurgeToken", "site-token", "site"],
            ["Journal", "site-record", "site"],
            ["ApiToken", "site-token", "site-token"],
            ["Journal", "site-journal", "site-record"],
            ["Sweep", "site-sweep", "site-record"],
        ]);
        const parts = seen.registered().filter(({ type }) => type.startsWith("cloudflare-cache-purge:parts:"));
        for (const { version, download, aliasTypes, type } of parts) {
            deepStrictEqual([version, download], [VERSION, PROJECT.pluginDownload]);
            ok(
                aliasTypes.includes(`pulumi-nodejs:dynamic/cloudflareCachePurge:${type.split(":")[2]}`),
                aliasTypes.join(),
            );
        }
        deepStrictEqual(seen.registered()[0]?.aliasTypes, ["cloudflare-cache-purge:index:CachePurge"]);
        ok(isSecret(outputs.ticket) && isSecret(outputs.token));
        strictEqual(outputs.record, "the record");
        const parts_ = decodeTicket(withoutSecrets(outputs.ticket));
        strictEqual(parts_?.token, "t".repeat(40));
        deepStrictEqual(
            seen.log().filter((line) => !line.startsWith("debug")),
            [],
        );
    });

    it("dependsOn brings no warning: YAML sends every resource that an input mentions", async () => {
        const seen = since();
        const name = urn("command:local:Command", "build");
        await within(plugin.construct(SITE, "later", inputs, { dependsOn: [name] }));
        await within(plugin.construct(SITE, "later", inputs, { dependsOn: [] }));
        doesNotMatch(seen.log().join("\n"), /warning/);
    });

    it("a component that fails does not take its neighbour with it", async () => {
        const neighbour = plugin.construct(SITE, "neighbour", {
            ...inputs,
            zone: "slow.example",
            baseUrls: ["https://slow.example"],
        });
        await rejects(
            within(
                plugin.construct(SITE, "wrong", { ...inputs, zone: "example.net", baseUrls: ["https://example.net"] }),
            ),
            /No zone "example\.net"/,
        );
        ok(isSecret((await within(neighbour)).ticket));
    });

    const wrong: [title: string, type: string, options: Bag, message: RegExp][] = [
        [
            "a zone that cannot be read",
            SITE,
            { zone: "example.net", baseUrls: ["https://example.net"] },
            /zone .*No zone "example\.net"/,
        ],
        ["a number out of its range", SITE, { retries: 50 }, /retries .*retries is 50; it must be a whole number/],
        [
            "a field out of its range",
            SITE,
            { rebound: { seconds: 700 } },
            /rebound\.seconds .*is 700; it must be a number/,
        ],
        ["a misspelt option", SITE, { retires: 5 }, /retires .*did you mean "retries"\?/],
        ["a folder that is not there", SITE, { dir: "/not/there" }, /dir .*dir "\/not\/there": no such folder/],
        ["a base URL that is none", SITE, { baseUrls: ["www.example.com"] }, /baseUrls .*does not begin with https:/],
        [
            "another zone's host",
            SITE,
            { baseUrls: ["https://www.example.org"] },
            /baseUrls .*not in the zone example\.com/,
        ],
        ["triggers alone", SITE, { triggers: { a: "1" } }, /targets .*triggers without targets/],
        ["two ways of naming the zone", SITE, { zoneId: "1".repeat(32) }, /zoneId .*one is enough/],
        ["a secret where it would stand in clear", SITE, { always: secret(["/a"]) }, /always .*is a secret/],
        ["a placeholder for a token", SITE, { token: secret("t".repeat(40)) }, /token .*is a placeholder/],
        [
            "a target that is no URL",
            SITE,
            { triggers: { a: "1" }, targets: { urls: ["/a"] } },
            /targets .*a path, not a URL/,
        ],
        [
            "a date that is none",
            SITE,
            { tokenOptions: { expiresOn: "soon" } },
            /tokenOptions\.expiresOn .*must be a date/,
        ],
        [
            "a token that has expired, for a site",
            SITE,
            { tokenOptions: { expiresOn: "2020-01-01T00:00:00Z" } },
            /tokenOptions .*tokenOptions\.expiresOn is .* in the past/,
        ],
        ["no folder", SITE, { dir: null }, /dir .*dir is missing/],
        ["no base URL", SITE, { baseUrls: null }, /baseUrls .*is missing/],
        ["an API that is none", SITE, { apiBaseUrl: "ftp://x" }, /apiBaseUrl .*the API speaks https/],
        ["a token without a zone", TOKEN, { zone: null, dir: null, baseUrls: null }, /zone .*zone is missing/],
        [
            "a token that has expired",
            TOKEN,
            { dir: null, baseUrls: null, expiresOn: "2020-01-01T00:00:00Z" },
            /expiresOn .*in the past/,
        ],
    ];
    for (const [title, type, options, message] of wrong) {
        it(`${title} is a failed check of the property`, async () => {
            const seen = since();
            await rejects(within(plugin.construct(type, "wrong", { ...inputs, ...options })), (error: Error) => {
                match(error.message, /has a problem:\n- property /);
                match(error.message.replace(/^.*?- property /s, "").replace(" has a problem:", ""), message);
                return true;
            });
            deepStrictEqual(seen.registered(), []);
            doesNotMatch(seen.log().join("\n"), /ttttt|\n\s+at /);
        });
    }

    it("what a method throws is answered, and brings no stack trace", async () => {
        const seen = since();
        const nothing = { urn: urn("cloudflare-cache-purge:index:Nothing", "x"), olds: {}, news: {}, preview: true };
        await rejects(
            within(plugin.provider.check(nothing)),
            /unknown resource type cloudflare-cache-purge:index:Nothing/,
        );
        doesNotMatch(seen.log().join("\n"), /\bat .*:\d+:\d+/);
    });

    it("in a preview any input may be unknown, and what follows is", async () => {
        for (const name of [
            "dir",
            "baseUrls",
            "zone",
            "retries",
            "exclude",
            "rebound",
            "tokenOptions",
            "triggers",
            "token",
        ]) {
            const outputs = await within(
                plugin.construct(
                    SITE,
                    `un-${name}`,
                    { ...inputs, targets: { hosts: ["www.example.com"] }, [name]: unknownValue },
                    { preview: true },
                ),
            );
            ok(hasUnknown(outputs.ticket) || isSecret(outputs.ticket), name);
        }
    });

    it("the ticket is unpacked: only the token stays a secret", async () => {
        const { inputs: checked, failures } = await check({ ticket: await ticket() });
        deepStrictEqual(failures, []);
        deepStrictEqual(
            Object.entries(checked)
                .filter(([, value]) => hasSecret(value))
                .map(([key]) => key),
            ["token"],
        );
        strictEqual(checked.zoneId, zoneId());
        strictEqual("ticket" in checked, false);
        deepStrictEqual(checked.settings, { originReady: false, verify: false, rebound: false, retries: 0 });
    });

    it("a ticket that is not known leaves the old inputs as they are, but for the journal", async () => {
        const { inputs: olds } = await check({ ticket: await ticket() });
        const { inputs: checked } = await check({ ticket: secret(unknownValue) }, olds);
        deepStrictEqual(checked, { ...olds, journal: unknownValue });
        deepStrictEqual((await check({ ticket: unknownValue })).inputs, { journal: unknownValue });
    });

    it("what is not a ticket is a failed check", async () => {
        for (const text of ["", "{}", "null", "[]", "a record"]) {
            const { failures } = await check({ ticket: text });
            deepStrictEqual(failures, [
                { property: "ticket", reason: "ticket is not the ticket of a Site: give it site.ticket" },
            ]);
        }
        const { failures } = await check({ ticket: await ticket({ token: "too-short" }) });
        strictEqual(failures[0]?.property, "token");
        doesNotMatch(JSON.stringify(failures), /too-short/);
    });

    async function checkedPurge(changes: object = {}): Promise<Bag> {
        return (await check({ ticket: await ticket(changes) })).inputs;
    }
    const create = (news: Bag) =>
        within(plugin.provider.create({ urn: PURGE_URN, inputs: news, timeout: 0, preview: false }));
    const diff = (oldOutputs: Bag, newInputs: Bag) =>
        within(
            plugin.provider.diff({
                urn: PURGE_URN,
                id: zoneId(),
                oldInputs: {},
                oldOutputs,
                newInputs,
                preview: hasUnknown(newInputs),
                ignoreChanges: [],
            }),
        );

    it("creates, sees no difference, and deletes", async () => {
        const news = await checkedPurge();
        const { id, outputs, reasons } = await create(news);
        deepStrictEqual([id, reasons], [zoneId(), undefined]);
        strictEqual((outputs.receipt as { urls: number }).urls, 1);
        strictEqual("token" in outputs, false);
        strictEqual((await diff(outputs, news)).changes, "none");
        strictEqual((await diff(outputs, { ...news, journal: unknownValue })).changes, "some");
        deepStrictEqual((await diff(outputs, { ...news, zoneId: "2".repeat(32) })).replaceKeys, ["zoneId"]);
        await within(plugin.provider.delete({ urn: PURGE_URN, id, inputs: news, outputs, timeout: 0 }));
    });

    it("a purge that is refused is a partial failure: what is owed comes back, complete, and an update pays it", async () => {
        const mend = cloudflare.faults.add({
            kind: "status",
            status: 403,
            code: 10000,
            path: "purge_cache",
            times: "always",
        });
        const news = await checkedPurge();
        const { id, outputs, reasons = [] } = await create(news);
        mend();
        strictEqual(id, zoneId());
        match(reasons.join(), /403/);
        strictEqual((outputs.receipt as { owed: number }).owed, 1);
        deepStrictEqual(Object.keys(outputs).sort(), ["owed", "paid", "receipt", "zoneId", "zoneName"]);
        strictEqual((await diff(outputs, news)).changes, "some");
        const { outputs: paid } = await within(
            plugin.provider.update({
                urn: PURGE_URN,
                id,
                oldInputs: news,
                oldOutputs: outputs,
                newInputs: news,
                timeout: 0,
                preview: false,
                ignoreChanges: [],
            }),
        );
        strictEqual((paid.receipt as { owed: number }).owed, 0);
    });

    it("a secret trigger stays one in the outputs", async () => {
        const request = {
            urn: urn("cloudflare-cache-purge:parts:Journal", "j"),
            inputs: { manifest: MANIFEST, triggers: { key: secret("hidden") }, targets: "everything" },
            timeout: 0,
            preview: false,
        };
        const { outputs } = await within(plugin.provider.create(request));
        ok(isSecret(outputs.triggers));
        deepStrictEqual(withoutSecrets(outputs.triggers), { key: "hidden" });
    });
});

describe("plugin: cancel", () => {
    it("makes a purge under way owed within ten seconds, and hurts nothing where none is", async () => {
        const plugin = await startPlugin([]);
        const cloudflare = await startLocalCloudflare({});
        try {
            const journal = urn("cloudflare-cache-purge:parts:Journal", "j");
            const manifest =
                "cache-purge manifest 1\nbase https://www.example.com\n0263829989b6fd954f72baaf2fc64bc2  /a.css\n";
            const made = await plugin.provider.create({
                urn: journal,
                inputs: { manifest },
                timeout: 0,
                preview: false,
            });
            const news = {
                journal: made.outputs.record,
                zoneId: cloudflare.zone.id,
                zoneName: "example.com",
                accountId: "",
                zonePlan: "free",
                zoneStatus: "active",
                tokenOwner: "given",
                token: secret(cloudflare.createToken().value),
                apiBaseUrl: cloudflare.apiBaseUrl,
                settings: { originReady: false, verify: false },
            };
            cloudflare.faults.add({ kind: "stall", path: "purge_cache", times: "always" });
            const reached = cloudflare.faults.next();
            const created = plugin.provider.create({ urn: PURGE_URN, inputs: news, timeout: 0, preview: false });
            await reached;
            const cancelled = performance.now();
            await plugin.provider.cancel();
            const { outputs, reasons = [] } = await within(created);
            ok(performance.now() - cancelled < 10_000);
            match(reasons.join(), /stopped/);
            strictEqual((outputs.receipt as { owed: number }).owed, 1);
            await plugin.provider.cancel();
        } finally {
            await plugin.close();
            await cloudflare.close();
        }
    });
});
