import { deepStrictEqual, match, strictEqual } from "node:assert";
import type { OriginOptions } from "../../local/cloudflare";
import type { Files } from "./site";
import { counts, Site } from "./site";

const KEPT = ["/kept.js", "/docs/", "/about"];
const FILES: Files = {
    ".nojekyll": "",
    "200.html": "the app",
    "404.html": "not found",
    "about.html": "about",
    "app-1.js": "app 1",
    "app-1.js.map": "map 1",
    "docs/404.html": "not found in docs",
    "docs/index.html": "docs",
    "gone.html": "gone",
    "index.html": "app-1.js",
    "kept.js": "kept",
};
/** The same app with another hash, and one page less. */
const EDIT = {
    "app-1.js": null,
    "app-1.js.map": null,
    "app-2.js": "app 2",
    "app-2.js.map": "map 2",
    "gone.html": null,
    "index.html": "app-2.js",
};
const CHANGED = ["/", "/app-2.js", "/gone", "/gone.html"];

interface Way {
    readonly title: string;
    readonly origin?: OriginOptions;
    readonly upload?: object;
    readonly assets?: object;
    /** Whether the deploy machine gets a challenge, and visitors do not. */
    readonly challenge?: boolean;
    /** What the two deploys after the edit say. */
    readonly says?: readonly [first?: RegExp, second?: RegExp];
}

/** Ways of uploading and serving that `up` has words for; tests/stateful/ways.test.ts has all of them, without an engine. */
describe("scenarios: ways of uploading and serving", () => {
    const ways: readonly Way[] = [
        {
            title: "files that are never uploaded, an internal 404 page",
            origin: { fallback: "404.html", internal: ["404.html", "docs/404.html"] },
            upload: { leavesOut: [".map", ".nojekyll"] },
            says: [/does not have .*app-2\.js\.map \(404\)/, /does not have .*app-2\.js\.map, so nothing is purged/],
        },
        {
            title: "old files are kept at the origin",
            upload: { keepsOld: true },
            says: [/still serves .*app-1\.js.*, so nothing was purged there\. When you delete them later: npx/],
        },
        {
            title: "declared 404 pages, and a challenge before everything that the deploy machine asks for",
            origin: { fallback: "404.html" },
            assets: { fallback: "404.html" },
            challenge: true,
            says: [/nothing could be verified.*challenge[\s\S]*checkHeaders/],
        },
    ];
    for (const { title, origin = {}, upload = {}, assets = {}, says = [], challenge = false } of ways) {
        it(title, async () => {
            const config = { upload: JSON.stringify(upload), assets: JSON.stringify(assets) };
            const challenged = { name: "example.com", cacheEverything: true, challengedAgent: "cache-purge" };
            const cloudflare = { origin, ...(challenge ? { zones: [challenged] } : {}) };
            const site = await Site.start({ files: FILES, cloudflare, config });
            try {
                await site.up();
                await site.up();
                await site.warm([...KEPT, ...CHANGED]);
                site.purges();

                site.edit(EDIT);
                const first = await site.up();
                match(first.log, says[0] ?? /./);
                deepStrictEqual(
                    site.purgedUrls().filter((url) => KEPT.includes(url)),
                    [],
                    "what did not change stays",
                );
                await site.expectFresh(CHANGED);
                const second = await site.up();
                match(second.log, says[1] ?? /./);
                deepStrictEqual(site.purges(), [], "nothing came that would need a purge");
                strictEqual((await site.purge()).receipt.owed, 0);
                deepStrictEqual(Object.keys(counts(await site.up())), ["unchanged"]);
                deepStrictEqual(site.purges(), []);
                await site.expectHits(KEPT);
            } finally {
                await site.close();
            }
        });
    }
});
