import { deepStrictEqual, match, strictEqual } from "node:assert";
import { copyFileSync, mkdtempSync } from "node:fs";
import path from "node:path";
import { invoke } from "../cli/invoke";
import type { Files } from "./site";
import { counts, Site } from "./site";

/** Every purge is refused, for as long as it stands. */
const REFUSED = { kind: "status", status: 500, path: "purge_cache", times: "always" } as const;

const A: Files = { "app.js": "a", "style.css": "a" };

/** One site through many mishaps: each begins where the one before ended well. */
describe("scenarios: failures", () => {
    let site: Site;
    let version = 0;
    before(async () => {
        site = await Site.start({ files: A, cloudflare: { tokenDelay: 700 } });
        await site.up(); // waits for its token, which is not known everywhere at once
    });
    after(() => site.close());

    /** The site is warm, and app.js about to change. */
    beforeEach(async () => {
        site.cloudflare.faults.clear();
        await site.warm(["/app.js", "/style.css"]);
        site.purges();
        version += 1;
        site.edit({ "app.js": `version ${version}` });
    });

    /** The files as they were before the change. */
    const revert = () => site.edit({ "app.js": version === 1 ? "a" : `version ${version - 1}` });

    // Every other fault, at every batch: tests/purge/faults.test.ts.
    it("a 429 with Retry-After, once: tried again, and purged", async () => {
        site.cloudflare.faults.add({ kind: "rate-limit", retryAfter: 1, path: "purge_cache" });
        const result = await site.up();
        match(result.log, /retry 1 in/);
        deepStrictEqual(site.purgedUrls(), ["/app.js"]);
        await site.expectFresh(["/app.js", "/style.css"]);
    });

    it("refused for good: `up` fails, and the next one purges the same URLs though nothing changed", async () => {
        const mend = site.cloudflare.faults.add(REFUSED);
        const failed = await site.failing();
        match(failed.log, /example\.com/);
        strictEqual((await site.purge()).owed === "", false);
        strictEqual((await site.purge()).receipt.owed, 1);
        const { out, err } = await invoke(["report", "-"], { stdin: JSON.stringify(await site.stack.exportState()) });
        strictEqual(err, "");
        match(out, /\| owed \| 1 URL: `https:\/\/www\.example\.com\/app\.js` \|\n\| to purge it \| `pulumi up` \|/);
        mend();
        site.purges();
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js"]);
        await site.expectFresh(["/app.js", "/style.css"]);
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
    });

    it("refused for good, then changed back: paid all the same", async () => {
        const mend = site.cloudflare.faults.add(REFUSED);
        await site.failing();
        await site.warm(["/app.js"]);
        mend();
        revert();
        site.purges();
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js"]);
        await site.expectFresh(["/app.js", "/style.css"]);
    });

    it("refused in the middle of many: the next `up` sends only the rest", async () => {
        const many = (text: string) =>
            Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`f${10 + i}.js`, text]));
        const paths = ["/app.js", ...Object.keys(many("")).map((name) => `/${name}`)];
        await site.setOptions({ batchSize: 2 });
        site.edit(many("b"));
        await site.warm(paths);
        const mend = site.cloudflare.faults.add({ ...REFUSED, body: "f14.js" });
        await site.failing();
        const { owed } = (await site.purge()).receipt;
        strictEqual(owed > 0 && owed < 13, true, `${owed} owed`);
        const accepted = site.purgedUrls();
        mend();
        await site.up();
        const rest = site.purgedUrls();
        strictEqual(rest.length, owed);
        deepStrictEqual([...new Set([...accepted, ...rest])].sort(), paths);
        await site.expectFresh(paths);
        await site.setOptions({});
    });

    it('onFailure "warn": the deploy passes with a warning, the purge is owed, and the next `up` pays it', async () => {
        await site.setOptions({ onFailure: "warn" });
        const mend = site.cloudflare.faults.add(REFUSED);
        const result = await site.up();
        match(result.log, /warning: [\s\S]*stays owed/);
        strictEqual((result.outputs.receipt as { owed: number }).owed, 1);
        mend();
        site.purges();
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js"]);
        await site.expectFresh(["/app.js"]);
        await site.setOptions({});
    });

    it("the upload fails after the journal was written, then works: purged", async () => {
        await site.stack.setConfig("upload", JSON.stringify({ fail: "middle" }));
        await site.failing();
        deepStrictEqual(site.purges(), []);
        await site.stack.setConfig("upload", "{}");
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js"]);
        await site.expectFresh(["/app.js", "/style.css"]);
    });

    it("the upload fails in its middle, then the files are changed back: purged all the same", async () => {
        await site.stack.setConfig("upload", JSON.stringify({ fail: "middle" }));
        await site.failing();
        await site.warm(["/app.js", "/style.css"]);
        await site.stack.setConfig("upload", "{}");
        revert();
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js"]);
        await site.expectFresh(["/app.js", "/style.css"]);
    });

    it("an origin that still has old bytes: purged, warned, owed until it has the new ones", async () => {
        const old = mkdtempSync(path.join(site.place, "old-"));
        copyFileSync(path.join(site.place, "origin", "app.js"), path.join(old, "app.js"));
        const mend = site.cloudflare.faults.add({
            target: "origin",
            kind: "old",
            dir: old,
            path: "/app.js",
            times: "always",
        });
        const result = await site.up();
        match(result.log, /warning: the origin still answers old bytes: https:\/\/www\.example\.com\/app\.js/);
        strictEqual((await site.purge()).receipt.owed, 1);
        mend();
        site.purges();
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js"]);
        await site.expectFresh(["/app.js"]);
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
    });
});
