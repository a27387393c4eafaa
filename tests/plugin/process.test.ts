import { deepStrictEqual, doesNotMatch, match, ok, rejects, strictEqual } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { decodeTicket } from "../../components/plugin/parts";
import { ANY_LANGUAGE } from "../../components/settings/pluginOptions";
import { PROJECT } from "../../components/settings/project";
import type { LocalCloudflare } from "../../local/cloudflare";
import { startLocalCloudflare } from "../../local/cloudflare";
import type { Bag } from "../../local/engine/values";
import { hasSecret, hasUnknown, isSecret, secret, unknownValue, withoutSecrets } from "../../local/engine/values";
import type { Plugin } from "./process";
import { startPlugin } from "./process";

const { version: VERSION } = require("../../components/package.json") as { version: string };
const SITE = "cloudflare-cache-purge:index:Site";
const TRIGGERS = { triggers: { a: "1" }, targets: { everything: true } };
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
        plugin = await startPlugin([{ name: "example.com" }, { name: "slow.example" }]);
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

    // The first one, so that nothing was constructed in this process.
    it("what a resource says goes to the engine, which shows nothing that a plugin prints", async () => {
        const seen = since();
        await create(await checkedPurge());
        const said = seen.log().filter((line) => !line.startsWith("debug"));
        match(said.join("\n"), /^info: cache-purge: purged 1 URL in example\.com [^\n]*$/);
    });

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

    it("what a method throws is answered, and brings no stack trace", async () => {
        const seen = since();
        const nothing = { urn: urn("cloudflare-cache-purge:index:Nothing", "x"), olds: {}, news: {}, preview: true };
        await rejects(
            within(plugin.provider.check(nothing)),
            /unknown resource type cloudflare-cache-purge:index:Nothing/,
        );
        doesNotMatch(seen.log().join("\n"), /\bat .*:\d+:\d+/);
    });

    it("a PurgeToken is made alone, and its value is a secret", async () => {
        const seen = since();
        const type = "cloudflare-cache-purge:index:PurgeToken";
        const outputs = await within(plugin.construct(type, "token", { zone: "example.com" }));
        ok(isSecret(outputs.value));
        deepStrictEqual([outputs.zoneName, outputs.zoneId], ["example.com", "1".repeat(32)]);
        deepStrictEqual(
            seen.registered().map(({ type: its, parent }) => [its.replace(/^.*:/, ""), parent.split("::").at(-1)]),
            [
                ["PurgeToken", ""],
                ["ApiToken", "token"],
            ],
        );
    });

    it("what may be a mistake in the folder is told", async () => {
        const seen = since();
        await within(plugin.construct(SITE, "site", { ...inputs, exclude: ["drafts"] }));
        match(seen.log().join("\n"), /^warning: exclude "drafts": it matches nothing in .*$/m);
    });

    it("a provider whose base URL cannot be read is told of, unless apiBaseUrl is given", async () => {
        const providers = { cloudflare: `${urn("pulumi:providers:cloudflare", "own")}::id` };
        for (const apiBaseUrl of [null, "https://api.example/client/v4"]) {
            const seen = since();
            await within(plugin.construct(SITE, "site", { ...inputs, apiBaseUrl }, { providers }));
            const told =
                /^info: the base URL of the cloudflare provider that site is given cannot be read here: .* to http/m;
            strictEqual(told.test(seen.log().join("\n")), apiBaseUrl === null);
        }
    });

    it("in a preview any input may be unknown, and what follows is", async () => {
        const alone = ["dir", "digests", "baseUrls", "zone", "zoneId", "token", "tokenOptions", "triggers", "targets"];
        const others = Object.keys(ANY_LANGUAGE).filter((name) => !alone.includes(name));
        for (const names of [...alone.map((name) => [name]), others]) {
            const unknowns = Object.fromEntries(names.map((name) => [name, unknownValue]));
            const given: Bag = { ...inputs, ...TRIGGERS, ...unknowns };
            for (const [name, instead] of [
                ["zoneId", "zone"],
                ["digests", "dir"],
            ] as const) {
                given[instead] = names.includes(name) ? null : given[instead];
            }
            const outputs = await within(plugin.construct(SITE, "unknown", given, { preview: true }));
            ok(hasUnknown(outputs.ticket) || isSecret(outputs.ticket), names.join());
        }
    });

    it("null is as if an option was not given, and an empty text is refused for it", async () => {
        const nulls = Object.fromEntries(Object.keys(ANY_LANGUAGE).map((name) => [name, null]));
        ok(isSecret((await within(plugin.construct(SITE, "site", { ...nulls, ...inputs }))).ticket));
        for (const name of Object.keys(ANY_LANGUAGE)) {
            await rejects(
                within(plugin.construct(SITE, "site", { ...inputs, ...TRIGGERS, [name]: "" })),
                new RegExp(`property ${name} has a problem: `),
            );
        }
    });

    it("what is given as a secret is one in all that the state keeps of it", async () => {
        const zone = { zone: "example.com", accountId: "a".repeat(32) };
        const others = {
            tokenOptions: { name: "hidden", allowedIps: ["203.0.113.7"] },
            environment: "hidden",
            apiBaseUrl: "https://hidden.example/client/v4",
            connectTo: { "*": "203.0.113.7:443" },
            retries: 7,
            triggers: { key: "hidden" },
        };
        for (const given of [zone, others]) {
            const seen = since();
            const secrets = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, secret(value)]));
            const site = { ...inputs, ...TRIGGERS, targets: { hosts: ["www.example.com"] }, ...secrets };
            const { ticket: made } = await within(plugin.construct(SITE, "site", site));
            const { inputs: checked } = await check({ ticket: made });
            strictEqual(isSecret(checked.zoneId) && isSecret(checked.accountId), given === zone);
            for (const kept of [...seen.registered().map((one) => one.inputs), checked]) {
                const open = JSON.stringify(kept, (_, part) => (isSecret(part) ? "secret" : part));
                doesNotMatch(open, /hidden|203\.0|"retries":7/);
            }
            // A preview that does not know the ticket leaves them secrets.
            const { inputs: previewed } = await check({ ticket: unknownValue }, checked);
            deepStrictEqual(previewed, { ...checked, journal: unknownValue });
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
                {
                    property: "ticket",
                    reason: "ticket is not the ticket of a Site: give it the output `ticket` of one",
                },
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
