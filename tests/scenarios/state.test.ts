import { deepStrictEqual, match, strictEqual } from "node:assert";
import { counts, Site } from "./site";

const REFUSED = { kind: "status", status: 500, path: "purge_cache", times: "always" } as const;

/** One stack and what people do to its state: each story begins with a warm site whose app.js is about to change. */
describe("scenarios: state", () => {
    let site: Site;
    let version = 0;
    before(async () => {
        site = await Site.start({
            files: { "app.js": "a", "style.css": "a" },
            config: { name: "site" },
            cloudflare: {
                zones: [
                    { name: "example.com", cacheEverything: true },
                    { name: "example.net", cacheEverything: true },
                ],
            },
        });
        await site.up();
    });
    after(() => site.close());
    beforeEach(async () => {
        await site.warm(["/app.js", "/style.css"]);
        site.purges();
        version += 1;
        site.edit({ "app.js": `version ${version}` });
    });

    /** An `up` whose purge is refused for good; from then on Cloudflare answers well again. */
    async function owing(): Promise<void> {
        const mend = site.cloudflare.faults.add(REFUSED);
        await site.failing();
        mend();
        site.purges();
    }

    /** A full `up` that pays for app.js, and one more that has nothing to do. */
    async function paid(): Promise<void> {
        await site.up();
        strictEqual(site.purgedUrls().includes("/app.js"), true);
        await site.expectFresh(["/app.js", "/style.css"]);
    }

    it("refresh after a failed purge: the debt is still paid", async () => {
        await owing();
        strictEqual((await site.stack.refresh()).succeeded, true);
        await paid();
    });

    it("refresh of a good stack changes nothing, and the next `up` does nothing", async () => {
        await site.up();
        site.purges();
        const refreshed = await site.stack.refresh();
        strictEqual(refreshed.succeeded, true, refreshed.log);
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
        deepStrictEqual(site.purges(), []);
    });

    it("the journal made anew: everything is owed, as hosts", async () => {
        const { urn } = await site.resource("cloudflareCachePurge:Journal");
        await site.up({ replaces: [urn] });
        deepStrictEqual(site.purgedHosts(), ["www.example.com"]);
        await site.expectFresh(["/app.js", "/style.css"]);
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
    });

    it("--target of the journal: nothing is purged, and the next full `up` pays", async () => {
        await site.up({ targets: [(await site.resource("cloudflareCachePurge:Journal")).urn] });
        deepStrictEqual(site.purges(), []);
        await paid();
    });

    it("--target of the purge: nothing that was not recorded is purged, and the next full `up` pays", async () => {
        await site.up({ targets: [(await site.resource(":Purge")).urn] });
        deepStrictEqual(site.purges(), []);
        await paid();
    });

    it("--exclude of the upload: purged while the origin is old, so it stays owed, and the next full `up` pays", async () => {
        await site.up({ excludes: [(await site.resource(":Upload")).urn] });
        await site.warm(["/app.js"]);
        site.purges();
        await paid();
    });

    it("the upload fails, --target of the purge, then a full `up`: paid", async () => {
        await site.stack.setConfig("upload", JSON.stringify({ fail: "before" }));
        await site.failing();
        await site.up({ targets: [(await site.resource(":Purge")).urn] });
        await site.warm(["/app.js"]);
        await site.stack.setConfig("upload", "{}");
        site.purges();
        await paid();
    });

    it("the component renamed with an alias: nothing to do", async () => {
        await site.up();
        site.purges();
        await site.stack.setConfig("name", "web");
        await site.stack.setConfig("alias", "site");
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
        deepStrictEqual(site.purges(), []);
    });

    it("the component renamed without an alias: recreated, every URL is purged, and what nobody looks after is named", async () => {
        await site.stack.setConfig("name", "other");
        await site.stack.setConfig("alias", "nobody");
        site.edit({ "style.css": null });
        const { log } = await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js"]);
        await site.expectFresh(["/app.js"]);
        match(log, /no journal records these URLs any more, .*: https:\/\/www\.example\.com\/style\.css\. .*`aliases`/);
        site.edit({ "style.css": "a" });
        await site.up();
    });

    it("another zone after a failed purge: its hosts are purged, and what the old one is owed is named", async () => {
        await owing();
        await site.stack.setConfig("zone", "example.net");
        await site.stack.setConfig("baseUrls", '["https://www.example.net"]');
        const result = await site.up();
        match(
            result.log,
            /the zone changed from example\.com to example\.net.*still owed to the old zone \(1 selectors\)/,
        );
        const calls = site.purges();
        deepStrictEqual([...new Set(calls.map(({ zoneId }) => zoneId))], [site.cloudflare.zones[1]?.id]);
        deepStrictEqual([...new Set(calls.map(({ body }) => JSON.stringify(body)))], ['{"hosts":["www.example.net"]}']);
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
    });

    it("destroy after a failed purge: nothing breaks, nothing is purged, and what is owed is said with the command", async () => {
        await owing();
        const result = await site.stack.destroy();
        strictEqual(result.succeeded, true, result.log);
        match(
            result.log,
            /still owed in zone example\.net, .*\/app\.js\. To purge by hand: npx pulumi-cloudflare-cache-purge purge --zone example\.net /,
        );
        deepStrictEqual(site.purges(), []);
    });
});
