import { deepStrictEqual, strictEqual } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pluginProgram } from "../scenarios/programs";
import type { SiteOptions } from "../scenarios/site";
import { BASE, counts, Site } from "../scenarios/site";

const FILES = { "index.html": "<h1>one</h1>", "about.html": "<h1>about</h1>", "a.css": "a" };
const ABOUT = ["/about", "/about.html"];
const ALL = ["/", ...ABOUT, "/a.css"];

describe("Site and Purge from a program of another language", () => {
    let place: string;
    let site: Site;
    const start = async (options: SiteOptions = {}) => {
        site = await Site.start({ files: FILES, programDir: pluginProgram(place), ...options });
    };
    beforeEach(() => {
        place = mkdtempSync(path.join(tmpdir(), "cache-purge-plugin-"));
    });
    afterEach(async () => {
        await site.close();
        rmSync(place, { recursive: true, force: true });
    });

    it("deploys, purges the one page that changed, and nothing when nothing did; refresh and destroy pass", async () => {
        await start();
        await site.up();
        const all = (await site.urls()).map((url) => url.replace(BASE, "")).sort();
        deepStrictEqual(site.purgedUrls(), all);
        await site.warm(ALL);
        site.edit({ "about.html": "<h1>new</h1>" });
        const preview = await site.stack.preview();
        strictEqual(preview.succeeded, true, preview.log);
        await site.up();
        deepStrictEqual(site.purgedUrls(), ABOUT);
        await site.expectFresh(ALL);
        await site.expectHits(["/", "/a.css"]);
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
        deepStrictEqual(site.purges(), []);
        strictEqual((await site.stack.refresh()).succeeded, true);
        const destroyed = await site.stack.destroy();
        strictEqual(destroyed.succeeded, true, destroyed.log);
        deepStrictEqual(site.purges(), []);
    });
});
