import { deepStrictEqual, doesNotMatch, match, strictEqual } from "node:assert";
import { cpSync } from "node:fs";
import path from "node:path";
import type { Files } from "./site";
import { counts, Site } from "./site";

const A: Files = { "a.js": "a", "b.js": "a", "c.js": "a", "d.js": "a", "kept.js": "a" };
const B: Files = { ...A, "a.js": "b", "b.js": "b", "c.js": "b", "d.js": "b" };
const CHANGED = ["/a.js", "/b.js", "/c.js", "/d.js"];

/** Waits that end, and what they leave for the next `up`. */
describe("scenarios: slow ends", () => {
    let site: Site;
    beforeEach(async () => {
        site = await Site.start({ files: A });
        await site.up();
        await site.warm([...CHANGED, "/kept.js"]);
        site.purges();
        site.edit(B);
    });
    afterEach(() => site.close());

    it("a wait of an hour that Cloudflare asks for ends the `up`: what was accepted is kept, the rest is owed and said", async () => {
        await site.setOptions({ batchSize: 2, retries: 5 });
        const mend = site.cloudflare.faults.add({
            kind: "rate-limit",
            retryAfter: 3600,
            path: "purge_cache",
            skip: 1,
            times: "always",
        });
        const { log } = await site.failing();
        match(log, /Cloudflare answered 429 [\s\S]*Wait 60 min, as Cloudflare asks, then run it again/);
        strictEqual(site.purges().filter((one) => one.accepted).length, 1);
        const accepted = site.cloudflare.purgeLog.filter((one) => one.accepted).at(-1)?.body as { files: string[] };
        strictEqual((await site.purge()).receipt.owed, 4, "the rebound of the accepted two is owed as well");

        mend();
        const preview = await site.stack.preview();
        match(preview.log, /still owed: 4 URLs since \d{4}-\d\d-\d\d \d\d:\d\dZ \(its purge was not accepted\)/);
        const { log: paid } = await site.up();
        match(paid, /still owed: 4 URLs since/);
        deepStrictEqual(site.purgedUrls(), CHANGED);
        strictEqual(accepted.files.length, 2);
        await site.expectFresh(CHANGED);
        await site.expectHits(["/kept.js"]);
        deepStrictEqual(Object.keys(counts(await site.up())), ["unchanged"]);
    });

    it("a body that drips keeps no purge from being sent", async () => {
        site.cloudflare.faults.add({ target: "edge", kind: "drip", path: "/a.js", times: "always" });
        site.edit({ ...B, "a.js": "b".repeat(1000) });
        const started = process.hrtime.bigint();
        await site.up();
        const seconds = Number(process.hrtime.bigint() - started) / 1e9;
        deepStrictEqual(site.purgedUrls(), CHANGED);
        strictEqual(seconds < 60, true, `${seconds} s`);
        site.cloudflare.faults.clear();
        await site.expectFresh(CHANGED);
    });

    it("an upload that returns before its files are there: owed, said, and purged by the next `up`", async () => {
        const old = path.join(site.place, "old");
        cpSync(path.join(site.place, "origin"), old, { recursive: true });
        const mend = site.cloudflare.faults.add({ target: "origin", kind: "old", dir: old, times: "always" });
        const { log } = await site.up();
        match(log, /warning: the origin still answers old bytes/);
        await site.warm(CHANGED);
        mend();
        site.purges();
        const { log: next } = await site.up();
        match(next, /still owed: 4 URLs since .*Z \(the origin still had old bytes\)/);
        doesNotMatch(next, /warning/);
        deepStrictEqual(site.purgedUrls(), CHANGED);
        await site.expectFresh(CHANGED);
        await site.expectHits(["/kept.js"]);
        deepStrictEqual(Object.keys(counts(await site.up())), ["unchanged"]);
    });
});
