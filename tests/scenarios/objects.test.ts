import { deepStrictEqual, doesNotMatch, match, strictEqual } from "node:assert";
import type { Files } from "./site";
import { BASE, counts, Site } from "./site";

const PAGES = Array.from({ length: 30 }, (_, i) => `page-${10 + i}`);
const URLS = PAGES.map((name) => `/${name}`);
const STAYING: Files = { "app.js": "a", "index.html": "a" };
const WITH_PAGES: Files = { ...STAYING, ...Object.fromEntries(PAGES.map((name) => [`${name}.html`, "a"])) };

/** A resource for each file: the engine deletes those of removed files last, after the purge. */
describe("scenarios: per-object uploads", () => {
    for (const [title, upload, options] of [
        ["as resources of the program, with a protected component", { objects: true }, { protect: "true" }],
        ["inside a component", { objects: true, component: true }, {}],
    ] as const) {
        describe(title, () => {
            let site: Site;
            before(async () => {
                const config = { upload: JSON.stringify(upload), visits: JSON.stringify(URLS), ...options };
                site = await Site.start({ files: WITH_PAGES, config });
                await site.up();
            });
            after(() => site.close());

            it("removed pages that visitors ask for between purge and delete are fresh at the end of the same `up`", async () => {
                await site.expectHits(URLS);
                site.purges();
                site.edit({ "app.js": "b", ...Object.fromEntries(PAGES.map((name) => [`${name}.html`, null])) });
                const { log } = await site.up();
                doesNotMatch(log, /warning/);
                for (const url of URLS) {
                    strictEqual((await site.cloudflare.visit(BASE + url)).status, 404, url);
                }
                await site.expectFresh([...URLS, "/app.js", "/"]);
                strictEqual((await site.purge()).receipt.owed, 0);
                site.purges();
                deepStrictEqual(Object.keys(counts(await site.up())), ["unchanged"]);
                deepStrictEqual(site.purges(), []);
            });
        });
    }

    describe("a sweep that is refused", () => {
        let site: Site;
        before(async () => {
            const config = { upload: '{"objects":true}', visits: '["/old.js"]' };
            site = await Site.start({ files: { "app.js": "a", "old.js": "a" }, config });
            await site.up();
        });
        after(() => site.close());

        it("fails the `up`, and the next one sweeps though nothing changed", async () => {
            site.edit({ "old.js": null });
            // Lets the purge's own two requests pass.
            const refused = { kind: "status", status: 500, path: "purge_cache", skip: 2, times: "always" } as const;
            const mend = site.cloudflare.faults.add(refused);
            const { log } = await site.failing();
            match(log, /purging what removed files have left: https:\/\/www\.example\.com\/old\.js/);
            match(log, /Cloudflare answered 500/);
            strictEqual((await site.cloudflare.visit(`${BASE}/old.js`)).status, 200, "stale until then");
            mend();
            site.purges();
            await site.up();
            deepStrictEqual(site.purgedUrls(), ["/old.js"]);
            strictEqual((await site.cloudflare.visit(`${BASE}/old.js`)).status, 404);
            site.purges();
            deepStrictEqual(Object.keys(counts(await site.up())), ["unchanged"]);
            deepStrictEqual(site.purges(), []);
        });
    });
});
