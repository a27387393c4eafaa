import { deepStrictEqual, match, strictEqual } from "node:assert";
import { Site } from "./site";

const FILES = { "app.js": "a" };

describe("scenarios: refusals", () => {
    let site: Site;
    afterEach(() => site.close());

    it("a zone name that the token cannot read", async () => {
        site = await Site.start({
            files: FILES,
            config: { zone: "example.org" },
            baseUrls: ["https://www.example.org"],
        });
        const { log } = await site.failing();
        match(log, /no zone named "example\.org" can be read/);
        strictEqual(log.includes(site.cloudflare.token), false, "the deploy credential in the log");
        deepStrictEqual(site.purges(), []);
    });

    it("a zone name that two accounts have", async () => {
        site = await Site.start({ files: FILES });
        site.cloudflare.addZone({ name: "example.com", accountId: "b".repeat(32) });
        const { log } = await site.failing();
        match(log, /2 zones are named "example\.com"/);
        match(log, /accountId: "b{32}"/);
    });

    it("a credential that cannot make tokens", async () => {
        site = await Site.start({
            files: FILES,
            token: (cloudflare) => {
                const ZONE_READ = "c8fed203ed3043cba015a93ad1616f1f";
                const resources = { "com.cloudflare.api.account.zone.*": "*" };
                return cloudflare.createToken({
                    policies: [{ groups: [{ id: ZONE_READ, name: "Zone Read", scopes: [] }], resources }],
                }).value;
            },
        });
        const { log } = await site.failing();
        match(log, /warning: the provider.s token may not be able to make a token\. Give it User → API Tokens → Edit/);
        deepStrictEqual(site.purges(), []);
    });

    it("an empty folder after a deploy: nothing is lost", async () => {
        site = await Site.start({ files: FILES });
        await site.up();
        const before = await site.purge();
        site.write({});
        match((await site.failing()).log, /the folder is empty/);
        deepStrictEqual(await site.purge(), before);
        strictEqual((await site.urls()).length, 1);
    });

    it("a base URL of another zone", async () => {
        site = await Site.start({ files: FILES, baseUrls: ["https://www.example.net"] });
        match((await site.failing()).log, /www\.example\.net is not in the zone example\.com/);
    });
});
