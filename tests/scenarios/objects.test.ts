import { deepStrictEqual, match, strictEqual } from "node:assert";
import { counts, Site } from "./site";

/** A resource for each file: the engine deletes those of removed files last, after the purge. */
describe("scenarios: per-object uploads", () => {
    let site: Site;
    before(async () => {
        site = await Site.start({ files: { "app.js": "a", "old.js": "a" }, config: { upload: '{"objects":true}' } });
        await site.up();
    });
    after(() => site.close());

    it("a removed file is still at the origin when the purge runs: it stays owed, and the next `up` pays", async () => {
        await site.warm(["/app.js", "/old.js"]);
        site.purges();
        site.edit({ "app.js": "b", "old.js": null });
        const first = await site.up();
        match(first.log, /warning: the origin still answers old bytes: https:\/\/www\.example\.com\/old\.js/);
        strictEqual((await site.purge()).receipt.owed, 1);
        await site.expectFresh(["/app.js"]);
        site.purges();
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/old.js"]);
        await site.expectFresh(["/app.js", "/old.js"]);
        strictEqual((await site.cloudflare.visit("https://www.example.com/old.js")).status, 404);
        strictEqual(counts(await site.up()).updated, undefined);
    });
});
