import { deepStrictEqual, match, strictEqual } from "node:assert";
import type { Files } from "./site";
import { counts, Site } from "./site";

const A: Files = {
    "index.html": "<h1>A</h1>",
    "app.js": "a",
    "style.css": "a",
    "rest.css": "a",
    "old.js": "a",
    "docs/index.html": "docs a",
    "a b.js": "1",
    "100%.js": "1",
    "c#.js": "1",
    "w?at.js": "1",
    "café.js": "1",
    "naïve/ü.css": "1",
    ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`p/${10 + i}.js`, "1"])),
};

/** One site through its life: each story begins where the one before ended. */
describe("scenarios: deploys", () => {
    let site: Site;
    before(async () => {
        site = await Site.start({ files: A });
    });
    after(() => site.close());
    beforeEach(() => {
        site.purges();
    });

    it("a preview of a stack that is not there yet: zone known, token unknown, no request", async () => {
        const result = await site.stack.preview();
        strictEqual(result.succeeded, true, result.log);
        deepStrictEqual(counts(result), { created: 9 });
        deepStrictEqual(site.purges(), []);
    });

    it("first deploy: zone, token, journal, upload, purge of every URL; no secret in plain", async () => {
        const result = await site.up();
        const made = "stack, component, token component, token, journal component, journal, sweep, upload, purge";
        strictEqual(result.summary.created, 9, made);
        const urls = await site.urls();
        deepStrictEqual(
            site.purgedUrls().map((p) => `https://www.example.com${p}`),
            urls.sort(),
        );
        await site.expectFresh(["/", "/index.html", "/index", "/app.js", "/docs/", "/docs", "/docs/index.html"]);
        const receipt = result.outputs.receipt as { urls: number; owed: number; verified: number };
        strictEqual(receipt.urls, urls.length);
        strictEqual(receipt.owed, 0);
        strictEqual(receipt.verified > 0, true);

        const [token] = site.cloudflare.directory.tokens.filter(({ name }) => name.startsWith("cache-purge"));
        deepStrictEqual(
            token?.policies.map(({ effect, permission_groups, resources }) => [
                effect,
                permission_groups.map(({ name }) => name),
                resources,
            ]),
            [["allow", ["Cache Purge"], { [`com.cloudflare.api.account.zone.${site.cloudflare.zone.id}`]: "*" }]],
        );
        strictEqual(site.stored().includes("ciphertext"), true);
        for (const text of [site.stored(), result.log]) {
            strictEqual(/cfut_/.test(text), false);
        }
        // Every run of every scenario is searched for the tokens' values, and these are the places.
        const places = ["a log", "a result", "the arguments of dynamic-provider", "the arguments of run", "the state"];
        deepStrictEqual([places, site.leaks.report()], [places.filter((place) => site.leaks.searched[place]), []]);
    });

    it("nothing changed: nothing to do, and no request to the purge endpoint", async () => {
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
        deepStrictEqual(site.purges(), []);
    });

    it("a preview of a change shows the changed lines only, and the plan in one line", async () => {
        site.edit({ "p/30.js": "2" });
        const result = await site.stack.preview();
        const step = result.steps.find(({ type }) => type.endsWith("cloudflareCachePurge:Journal"));
        match(step?.diffText ?? "", /\+.*\/p\/30\.js/);
        strictEqual(/\/p\/(10|49)\.js/.test(step?.diffText ?? ""), false);
        match(result.log, /cache-purge: purge 1 URL/);
        deepStrictEqual(site.purges(), []);
    });

    it("one byte changed: its URL, and the rest stays warm", async () => {
        await site.warm(["/app.js", "/style.css", "/", "/docs/"]);
        site.edit({ "app.js": "b", "p/30.js": "1" });
        const result = await site.up();
        deepStrictEqual(counts(result), { updated: 3, unchanged: 6 });
        deepStrictEqual(site.purgedUrls(), ["/app.js"]);
        await site.expectFresh(["/app.js"]);
        await site.expectHits(["/style.css", "/", "/docs/"]);
        match(result.log, /cache-purge: purge 1 URL \(1 changed\) in 1 request/);
        const lines = result.diagnostics.map(({ message }) => message.trim());
        const last =
            /^cache-purge: purged 1 URL in example\.com \(1 changed\): 1 request and 1 rebound, [\d.]+ s; 1 of 1 verified/;
        match(lines.at(-1) ?? "", last);
    });

    it("files added, removed and renamed, a folder's page, and names as browsers send them: these URLs, no other", async () => {
        const added = ["/new.js", "/about", "/about.html", "/about/", "/about/index", "/about/index.html"];
        const folder = ["/docs", "/docs/", "/docs/index", "/docs/index.html"];
        const names = ["a b.js", "100%.js", "c#.js", "w?at.js", "café.js", "naïve/ü.css"];
        const sent = ["/a%20b.js", "/100%25.js", "/c%23.js", "/w%3Fat.js", "/caf%C3%A9.js", "/na%C3%AFve/%C3%BC.css"];
        const touched = [...added, "/style.css", "/old.js", "/main.js", ...folder, ...sent];
        await site.warm([...touched, "/rest.css", "/"]);
        site.edit({
            "new.js": "n",
            "about.html": "about",
            "style.css": null,
            "old.js": null,
            "main.js": "a",
            "docs/index.html": "docs b",
            ...Object.fromEntries(names.map((name) => [name, "2"])),
        });
        await site.up();
        deepStrictEqual(site.purgedUrls(), touched.toSorted());
        await site.expectFresh(touched);
        await site.expectHits(["/rest.css", "/"]);
        const visit = (url: string) => site.cloudflare.visit(`https://www.example.com${url}`);
        deepStrictEqual([(await visit("/new.js")).status, (await visit("/style.css")).status], [200, 404]);
        strictEqual((await visit("/caf%C3%A9.js")).body.toString(), "2");
    });

    it('mode "invalidate" revalidates instead of evicting', async () => {
        await site.setOptions({ mode: "invalidate" });
        await site.warm(["/app.js"]);
        site.edit({ "app.js": "c" });
        await site.up();
        deepStrictEqual(
            site.purges().map(({ endpoint }) => endpoint),
            ["invalidate_cache", "invalidate_cache"],
        );
        await site.expectFresh(["/app.js"]);
        await site.setOptions({});
    });

    it("several base URLs: a new one is purged whole, and later the change at each of them", async () => {
        const bases = ["https://www.example.com", "https://example.com", "http://cdn.example.com"];
        await site.stack.setConfig("baseUrls", JSON.stringify(bases));
        await site.up();
        strictEqual(
            site.purgedUrls().every((url) => url.startsWith("https://example.com/") || url.startsWith("http://cdn.")),
            true,
        );
        const urls = bases.map((base) => `${base}/app.js`);
        await site.warm(urls);
        site.edit({ "app.js": "d" });
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js", "http://cdn.example.com/app.js", "https://example.com/app.js"]);
        await site.expectFresh(urls);
    });

    it("destroy: no purge, and the token is gone", async () => {
        const result = await site.stack.destroy();
        strictEqual(result.succeeded, true, result.log);
        deepStrictEqual(site.purges(), []);
        deepStrictEqual(
            site.cloudflare.directory.tokens.filter(({ name }) => name.startsWith("cache-purge")),
            [],
        );
    });

    it("a first up that only records purges nothing, and the next one what changed", async () => {
        await site.stack.setConfig("baseUrls", '["https://www.example.com"]');
        await site.setOptions({ onCreate: "record" });
        await site.up();
        deepStrictEqual(site.purges(), []);
        site.edit({ "app.js": "e" });
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js"]);
    });
});
