import { deepStrictEqual, match, rejects, strictEqual } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import type { CachePurgeArgs } from "../../components";
import { assetsFrom, CachePurge, siteAssets } from "../../components";
import { mockEngine, resolved, ZONE } from "./mocks";

const TOKEN = "cfut_0123456789012345678901234567890123456789";

describe("components/CachePurge", () => {
    let dir: string;
    before(() => {
        dir = mkdtempSync(path.join(tmpdir(), "assets-"));
        writeFileSync(path.join(dir, "app.js"), "1");
    });
    after(() => rmSync(dir, { recursive: true }));

    const assets = () => siteAssets(dir, { baseUrls: ["https://www.example.com"] });
    const make = (args: Partial<CachePurgeArgs>) => new CachePurge("site", { assets: assets(), ...args });

    it("looks the zone up by name, makes a token for it, and hands both to the purge", async () => {
        const engine = await mockEngine();
        const purge = make({ zone: "example.com" });
        deepStrictEqual(await resolved(purge.receipt), { urls: 3 });
        strictEqual(await resolved(purge.zoneId), ZONE.id);
        strictEqual(await resolved(purge.token), "cfut_site-token");
        deepStrictEqual(
            engine.calls.filter((one) => /getZones?$/.test(one.token)).map((one) => [one.token, one.inputs]),
            [["cloudflare:index/getZones:getZones", { name: "example.com" }]],
            "one look-up, which fails for no zone: a failed one is an error diagnostic of the provider's own",
        );
        const token = engine.only(":ApiToken").inputs;
        deepStrictEqual(token.policies, [
            {
                effect: "allow",
                permissionGroups: [{ id: "e17beae8b8cb423a99b1730f21238bed" }],
                resources: JSON.stringify({ [`com.cloudflare.api.account.zone.${ZONE.id}`]: "*" }),
            },
        ]);
        strictEqual(token.name, "cache-purge example.com (site/dev)");
        const { inputs } = engine.only(":Purge");
        strictEqual(inputs.journal, "the record");
        strictEqual(inputs.zonePlan, "pro");
        strictEqual(inputs.accountId, ZONE.account.id);
        strictEqual(inputs.apiBaseUrl, "https://api.cloudflare.com/client/v4");
    });

    it("several in one zone look it up once, with each provider", async () => {
        const engine = await mockEngine();
        const other = new cloudflare.Provider("other", { apiToken: TOKEN });
        const inZone = { zone: "example.com", assets: assets() };
        const all = [
            new CachePurge("site", inZone),
            new CachePurge("docs", inZone),
            new CachePurge("shop", inZone, { provider: other }),
            new CachePurge("blog", inZone, { provider: other }),
        ];
        await Promise.all(all.map(({ receipt }) => resolved(receipt)));
        strictEqual(engine.calls.filter(({ token }) => token.endsWith("getZones")).length, 2);
        const next = await mockEngine([{ ...ZONE, id: "b".repeat(32) }]);
        strictEqual(await resolved(new CachePurge("site", inZone).zoneId), "b".repeat(32));
        strictEqual(next.calls.filter(({ token }) => token.endsWith("getZones")).length, 1);
    });

    it("has the children that its users know by name", async () => {
        const engine = await mockEngine();
        await resolved(make({ zone: "example.com" }).receipt);
        deepStrictEqual(
            engine.registered.map(({ type, name }) => `${type} ${name}`).sort(),
            [
                "cloudflare-cache-purge:index:CachePurge site",
                "cloudflare-cache-purge:index:Journal site-record",
                "cloudflare-cache-purge:index:PurgeToken site-token",
                "cloudflare:index/apiToken:ApiToken site-token",
                "pulumi-nodejs:dynamic/cloudflareCachePurge:Journal site-journal",
                "pulumi-nodejs:dynamic/cloudflareCachePurge:Purge site-purge",
                "pulumi-nodejs:dynamic/cloudflareCachePurge:Sweep site-sweep",
            ].sort(),
        );
    });

    it("the token's value is a secret wherever it goes", async () => {
        await mockEngine();
        strictEqual(await pulumi.isSecret(make({ zone: "example.com" }).token), true);
        strictEqual(await pulumi.isSecret(make({ zone: "example.com", token: TOKEN }).token), true);
    });

    it("uses the zone of the base URLs' hosts when none is given", async () => {
        const engine = await mockEngine();
        strictEqual(await resolved(make({}).zoneName), "example.com");
        deepStrictEqual(
            engine.calls.slice(0, 2).map(({ inputs }) => inputs.name),
            ["www.example.com", "example.com"],
        );
    });

    it("takes a zone's name as people write it, and says what it made of it", async () => {
        const { info } = pulumi.log;
        const said: string[] = [];
        Object.assign(pulumi.log, { info: (line: string) => said.push(line) });
        try {
            for (const zone of ["https://example.com/", "Example.COM.", " example.com", "example.com"]) {
                const engine = await mockEngine();
                strictEqual(await resolved(make({ zone }).zoneName), "example.com");
                deepStrictEqual(engine.calls.find(({ token }) => token.endsWith("getZones"))?.inputs, {
                    name: "example.com",
                });
            }
        } finally {
            Object.assign(pulumi.log, { info });
        }
        deepStrictEqual(
            said,
            ["https://example.com/", "Example.COM.", " example.com"].map(
                (zone) => `zone "${zone}" is read as example.com`,
            ),
        );
    });

    it("finds an international zone by either form of its name, and by its hosts", async () => {
        const idn = { ...ZONE, name: "bücher.example" };
        const zones = [
            "bücher.example",
            "xn--bcher-kva.example",
            { name: "BÜCHER.example" },
            { id: ZONE.id },
            undefined,
        ];
        for (const zone of zones) {
            await mockEngine([idn]);
            for (const base of ["https://www.bücher.example", "https://www.xn--bcher-kva.example"]) {
                const given = {
                    ...(zone === undefined ? {} : { zone }),
                    assets: siteAssets(dir, { baseUrls: [base] }),
                };
                const purge = make({ ...given, targets: { hosts: ["bücher.example"] }, triggers: [1] });
                strictEqual(await resolved(purge.zoneName), "xn--bcher-kva.example");
                await resolved(purge.receipt);
            }
        }
    });

    it("lets custom hostnames be outside the zone where the program says so", async () => {
        const engine = await mockEngine();
        const purge = make({
            zone: "example.com",
            customHostnames: true,
            assets: siteAssets(dir, { baseUrls: ["https://shop.customer.test"] }),
            always: ["https://other.customer.test/feed.xml"],
        });
        await resolved(purge.receipt);
        strictEqual(engine.only(":Purge").inputs.customHostnames, true);
    });

    it("hands the environment to the purge", async () => {
        const engine = await mockEngine();
        await resolved(make({ zone: "example.com", environment: pulumi.output("e".repeat(32)) }).receipt);
        strictEqual(engine.only(":Purge").inputs.environment, "e".repeat(32));
    });

    it("takes the account into the look-up", async () => {
        const other = { ...ZONE, id: "f".repeat(32), account: { id: "b".repeat(32) } };
        await mockEngine([ZONE, other]);
        const { account } = other;
        const purge = make({ zone: { name: "example.com", accountId: account.id } });
        strictEqual(await resolved(purge.zoneId), other.id);
    });

    it("a given token makes none", async () => {
        const engine = await mockEngine();
        const purge = make({ zone: "example.com", token: pulumi.output(TOKEN) });
        await resolved(purge.receipt);
        strictEqual(engine.registered.filter(({ type }) => type.endsWith("Token")).length, 0);
        strictEqual(await resolved(purge.tokenId), "");
    });

    it("an account's token is made at the zone's account", async () => {
        const engine = await mockEngine();
        await resolved(
            make({
                zone: "example.com",
                token: { owner: "account", expiresOn: "2030-01-01T00:00:00Z", allowedIps: ["192.0.2.0/24"] },
            }).receipt,
        );
        const { inputs } = engine.only(":AccountToken");
        strictEqual(inputs.accountId, ZONE.account.id);
        strictEqual(inputs.expiresOn, "2030-01-01T00:00:00Z");
        deepStrictEqual(inputs.condition, { requestIp: { ins: ["192.0.2.0/24"] } });
        strictEqual(engine.only(":Purge").inputs.tokenOwner, "account");
    });

    it("the permission group is looked up by name and scope when asked", async () => {
        const engine = await mockEngine();
        await resolved(make({ zone: "example.com", token: { permissionGroup: "lookup" } }).receipt);
        const policies = engine.only(":ApiToken").inputs.policies as { permissionGroups: { id: string }[] }[];
        strictEqual(policies[0]?.permissionGroups[0]?.id, "2".repeat(32));
    });

    it("the purge depends on what `after` returns, and `after` is given the journal", async () => {
        await mockEngine();
        let given: pulumi.Resource | undefined;
        const purge = make({
            zone: "example.com",
            after: (journal) => {
                given = journal;
                return new pulumi.ComponentResource("test:index:Upload", "upload", {}, { dependsOn: journal });
            },
        });
        await resolved(purge.receipt);
        strictEqual(given, purge.journal);
    });

    it("settings have their defaults, and partial checks are filled up", async () => {
        const engine = await mockEngine();
        await resolved(make({ zone: "example.com", verify: { sample: 3 }, rebound: false }).receipt);
        const settings = engine.only(":Purge").inputs.settings as Record<string, unknown>;
        deepStrictEqual(settings.verify, { sample: 3, timeout: 30, onStale: "warn" });
        deepStrictEqual(settings.originReady, { sample: 10, timeout: 30, onStale: "warn" });
        strictEqual(settings.rebound, false);
        strictEqual(settings.retries, 5);
        strictEqual(settings.deadline, 1800);
    });

    it("customTimeouts bound the purge", async () => {
        const engine = await mockEngine();
        const purge = new CachePurge(
            "site",
            { zone: "example.com", assets: assets() },
            { customTimeouts: { update: "1h30m" } },
        );
        await resolved(purge.receipt);
        strictEqual((engine.only(":Purge").inputs.settings as { deadline: number }).deadline, 5400);
    });

    it("triggers of a list are called after their place", async () => {
        const engine = await mockEngine();
        await resolved(
            make({ zone: "example.com", triggers: ["v1", pulumi.output(2)], targets: "everything" }).receipt,
        );
        deepStrictEqual(engine.only("cloudflareCachePurge:Journal").inputs.triggers, {
            "trigger[0]": "v1",
            "trigger[1]": 2,
        });
    });

    it("assetsFrom takes outputs", async () => {
        const engine = await mockEngine();
        const digests = pulumi.output({ "app.js": "etag-1" });
        await resolved(make({ assets: assetsFrom(digests, { baseUrls: ["https://www.example.com"] }) }).receipt);
        match(engine.only("cloudflareCachePurge:Journal").inputs.manifest as string, /\/app\.js/);
    });

    const lookUps: [string, Parameters<typeof mockEngine>[0], CachePurgeArgs["zone"], RegExp][] = [
        ["a name that nobody has", [], "example.com", /No zone "example\.com" can be read/],
        [
            "hosts that are in no zone",
            [],
            undefined,
            /No zone that the provider's token can read holds www\.example\.com/,
        ],
        [
            "a host for a zone",
            [ZONE],
            "www.example.com",
            /it is a host in the zone example\.com\. Write zone: "example\.com"/,
        ],
        [
            "a name in two accounts",
            [ZONE, { ...ZONE, id: "f".repeat(32), account: { id: "b".repeat(32) } }],
            "example.com",
            /2 zones are named "example\.com"[\s\S]*accountId: "bbbb/,
        ],
        [
            "a zone of another account",
            [ZONE],
            { name: "example.com", accountId: "c".repeat(32) },
            /is not in account c{32} but in account a{32}/,
        ],
        ["an ID for a name", [ZONE], ZONE.id, /looks like a zone ID\. Write zone: \{ id:/],
        ["an account's ID", [ZONE], { id: ZONE.account.id }, /is the ID of an account.*Give zone: "example\.com"/],
    ];
    for (const [title, zones, zone, message] of lookUps) {
        it(`tells what is wrong with ${title}`, async () => {
            await mockEngine(zones);
            const zoneId = async () => {
                const base = { baseUrls: ["https://www.example.com"] };
                const given = zone === undefined ? {} : { zone };
                return resolved(make({ ...given, assets: assetsFrom({ "a.js": "1" }, base), token: TOKEN }).zoneId);
            };
            await rejects(zoneId, (error) => {
                match((error as Error).message, message);
                return pulumi.RunError.isInstance(error) || pulumi.ResourceError.isInstance(error);
            });
        });
    }

    it("a zone ID that cannot be read is used as it is, and no look-up fails", async () => {
        const engine = await mockEngine([]);
        await resolved(make({ zone: { id: ZONE.id } }).receipt);
        strictEqual(engine.only(":Purge").inputs.zoneId, ZONE.id);
        strictEqual(engine.only(":Purge").inputs.zoneName, "");
        deepStrictEqual(
            engine.calls.filter(({ token }) => token.endsWith("getZone")),
            [],
        );
    });

    it("a zone ID is found among the zones of the hosts, else among all that can be read", async () => {
        for (const [hosts, asked] of [
            [["https://www.example.com"], [{ name: "www.example.com" }, { name: "example.com" }]],
            [[], [{}]],
        ] as const) {
            const engine = await mockEngine();
            const given = hosts.length === 0 ? { assets: undefined, triggers: ["a"], targets: { tags: ["a"] } } : {};
            const purge = make({ ...given, zone: { id: ZONE.id.toUpperCase() }, token: TOKEN });
            await resolved(purge.receipt);
            strictEqual(await resolved(purge.zoneName), "example.com");
            deepStrictEqual(
                engine.calls.map(({ inputs }) => inputs),
                asked,
            );
        }
    });

    it("a readable zone by ID that does not hold the hosts is refused as what it is", async () => {
        await mockEngine([ZONE, { ...ZONE, id: "f".repeat(32), name: "example.net" }]);
        await rejects(
            resolved(make({ zone: { id: "f".repeat(32) }, token: TOKEN }).zoneId),
            /not in the zone example\.net/,
        );
    });
});
