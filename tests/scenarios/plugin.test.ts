import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { killProcess } from "./killProcess";
import { pluginProgram } from "./programs";
import type { SiteOptions } from "./site";
import { BASE, counts, Site } from "./site";
import { storedState } from "./storedState";
import { waitForFile } from "./waitForFile";

const FILES = { "index.html": "<h1>one</h1>", "about.html": "<h1>about</h1>", "a.css": "a" };
const ABOUT = ["/about", "/about.html"];
const ALL = ["/", ...ABOUT, "/a.css"];
const REFUSED = { kind: "status", status: 403, code: 10000, path: "purge_cache", times: "always" } as const;

describe("scenarios: a program of another language", () => {
    let place: string;
    let site: Site;
    const start = async ({ config, at, main, ...options }: SiteOptions & { at?: string; main?: string } = {}) => {
        place = mkdtempSync(path.join(tmpdir(), "cache-purge-plugin-"));
        const files = { files: FILES, programDir: pluginProgram(place, main, at) };
        site = await Site.start({ ...files, ...options, config: { version: "0.1.0", ...config } });
    };
    afterEach(async () => {
        await site.close();
        rmSync(place, { recursive: true, force: true });
    });

    for (const [title, config] of [
        ["with the version of an SDK", {}],
        ["without one, so that Site and Purge are in two processes", { version: "" }],
    ] as const) {
        it(`${title}: deploys, purges the page that changed, then nothing; refresh and destroy pass`, async () => {
            await start({ config });
            const first = await site.up();
            doesNotMatch(first.log, /warning|undefined/);
            const all = (await site.urls()).map((url) => url.replace(BASE, "")).sort();
            deepStrictEqual(site.purgedUrls(), all);
            await site.warm(ALL);
            site.edit({ "about.html": "<h1>new</h1>" });
            const preview = await site.stack.preview();
            strictEqual(preview.succeeded, true, preview.log);
            match((await site.up()).log, /cache-purge: purged 2 URLs in example\.com/);
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
    }

    for (const [title, version] of [
        ["in one process", "0.1.0"],
        ["in two processes", ""],
    ] as const) {
        it(`an object for each file, ${title}: what removed files leave is purged after their objects are gone`, async () => {
            await start({ config: { upload: '{"objects":true}', version } });
            await site.up();
            await site.warm(ALL);
            site.purges();
            site.edit({ "a.css": null });
            await site.up();
            deepStrictEqual(site.purgedUrls(), ["/a.css"]);
            await site.expectFresh(ALL);
            strictEqual((await site.cloudflare.visit(`${BASE}/a.css`)).status, 404);
            // Nobody can tell here whether each object depends on the Sweep, so the next `up` asks once more.
            await site.up();
            strictEqual((await site.purge()).receipt.owed, 0);
            site.purges();
            deepStrictEqual(Object.keys(counts(await site.up())), ["unchanged"]);
            deepStrictEqual(site.purges(), []);
            await site.expectHits(["/", ...ABOUT]);
        });
    }

    it("inputs that are outputs: the first preview does not know them, and the `up` does", async () => {
        await start({ config: { built: "true" } });
        const preview = await site.stack.preview();
        strictEqual(preview.succeeded, true, preview.log);
        await site.up();
        strictEqual((await site.urls()).length, site.purgedUrls().length);
        deepStrictEqual(counts(await site.up()), { unchanged: 10 });
    });

    for (const [title, at, main] of [
        ["to that of Pulumi.yaml", "program", "anyLanguage.js"],
        ["to the file's that `main` names", ".", "program/anyLanguage.js"],
        ["to the one that `main` names, also in a program in TypeScript", ".", "program"],
    ] as const) {
        it(`a folder is relative ${title}`, async () => {
            await start({ at, main });
            await site.stack.setConfig("dir", path.relative(path.join(place, "program"), site.dir));
            await site.up();
            match((await site.urls()).join(" "), /\/a\.css/);
        });
    }

    it("a provider whose base URL cannot be read: it is said, and apiBaseUrl tells it", async () => {
        const nowhere = "http://127.0.0.1:1/client/v4";
        await start({ config: { "cloudflare:baseUrl": nowhere } });
        await site.stack.setConfig("provider", site.cloudflare.apiBaseUrl);
        await site.setOptions({ retries: 0 });
        const { log } = await site.failing();
        match(
            log,
            /the base URL of the cloudflare provider that site is given cannot be read here: purges go to http:\/\/127/,
        );
        await site.setOptions({ apiBaseUrl: site.cloudflare.apiBaseUrl });
        doesNotMatch((await site.up()).log, /cannot be read here/);
        strictEqual((await site.purge()).receipt.owed, 0);
    });

    it("CachePurge in one piece purges after what it depends on", async () => {
        await start({ config: { inOne: "true" } });
        await site.up();
        await site.warm(ALL);
        site.purges();
        site.edit({ "a.css": "b" });
        doesNotMatch((await site.up()).log, /warning/);
        deepStrictEqual(site.purgedUrls(), ["/a.css"]);
        await site.expectFresh(ALL);
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
    });

    it("bad input is a failed check of the property, in the component's words, and nothing is made", async () => {
        await start();
        await site.setOptions({ retries: 50 });
        const { log } = await site.failing();
        match(log, /property retries .*has a problem: retries is 50; it must be a whole number/);
        doesNotMatch(log, /\n\s+at /);
        deepStrictEqual(site.purges(), []);
        deepStrictEqual(
            (await site.stack.exportState()).deployment.resources?.filter(({ id }) => id !== undefined).length,
            1,
        );
    });
});

describe("scenarios: a program of another language, one site through many mishaps", () => {
    let place: string;
    let site: Site;
    before(async () => {
        place = mkdtempSync(path.join(tmpdir(), "cache-purge-plugin-"));
        site = await Site.start({ files: FILES, programDir: pluginProgram(place), config: { version: "0.1.0" } });
        await site.up();
    });
    after(async () => {
        await site.close();
        rmSync(place, { recursive: true, force: true });
    });
    beforeEach(async () => {
        await site.warm(ALL);
        site.purges();
    });

    it("a purge that is refused fails the `up`, and the next one pays", async () => {
        site.edit({ "a.css": "b" });
        const mend = site.cloudflare.faults.add(REFUSED);
        match((await site.failing()).log, /Cloudflare answered 403/);
        const { receipt, ...outputs } = await site.purge();
        strictEqual(receipt.owed, 1);
        deepStrictEqual(Object.keys(outputs).sort(), ["owed", "paid", "zoneId", "zoneName"]);
        mend();
        site.purges();
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/a.css"]);
        await site.expectFresh(ALL);
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
    });

    it("killed in the middle of the upload, then changed back: the next `up` pays", async () => {
        site.edit({ "a.css": "c", "index.html": "two" });
        const hold = path.join(site.place, "hold");
        writeFileSync(hold, "");
        await site.stack.setConfig("upload", JSON.stringify({ hold, holdAt: "middle" }));
        const run = site.start();
        await waitForFile(`${hold}.reached`);
        const orphans = run.providerPids();
        run.kill("SIGKILL");
        strictEqual((await run.done).succeeded, false);
        orphans.forEach(killProcess);
        await site.stack.cancel();
        await site.stack.setConfig("upload", "{}");
        await site.warm(ALL);
        site.write(FILES);
        site.purges();
        await site.up();
        ok(site.purgedUrls().includes("/a.css"));
        await site.expectFresh(ALL);
    });

    it("Ctrl-C in a long purge: it becomes owed within ten seconds, and the next `up` pays", async () => {
        site.edit({ "a.css": "d" });
        site.cloudflare.faults.add({ kind: "stall", path: "purge_cache", times: "always" });
        const reached = site.cloudflare.faults.next();
        const run = site.start();
        await reached;
        const interrupted = performance.now();
        run.kill("SIGINT");
        const { succeeded, log } = await run.done;
        strictEqual(succeeded, false);
        ok(performance.now() - interrupted < 10_000, log);
        strictEqual((await site.purge()).receipt.owed, 1, log);
        site.cloudflare.faults.clear();
        site.purges();
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/a.css"]);
        await site.expectFresh(ALL);
    });

    it("customTimeouts bound the purge; where none are given, the default does", async () => {
        const settings = async () => (await site.resource(":Purge")).inputs?.settings as { deadline?: number };
        strictEqual((await settings()).deadline, undefined);
        await site.stack.setConfig("opts", '{"customTimeouts":{"update":"2m"}}');
        site.edit({ "a.css": "e" });
        await site.up();
        strictEqual((await settings()).deadline, 120);
    });
});

describe("scenarios: a stack of the TypeScript component", () => {
    let place: string;
    let site: Site;
    beforeEach(() => {
        place = mkdtempSync(path.join(tmpdir(), "cache-purge-plugin-"));
    });
    afterEach(async () => {
        await site.close();
        rmSync(place, { recursive: true, force: true });
    });

    const PURGE_URN =
        "urn:pulumi:dev::demo::cloudflare-cache-purge:index:CachePurge$pulumi-nodejs:dynamic/cloudflareCachePurge:Purge::site-purge";
    const stored = { "index.html": "a", "app.js": "a", "old.js": "a" };

    for (const [title, main, changes] of [
        ["goes on with that component: nothing changes", "index.js", { unchanged: 7 }],
        // The upload has another digest in this program.
        ["is taken over: nothing of it changes", "anyLanguage.js", { unchanged: 6, updated: 1 }],
    ] as const) {
        it(`that a version has stored ${title}, and nothing is purged`, async () => {
            const dir = pluginProgram(place, main);
            const config = { tokenGiven: "true", aliases: JSON.stringify({ purge: [PURGE_URN] }) };
            site = await Site.start({ files: stored, programDir: dir, config });
            await site.stack.setConfig("token", site.cloudflare.createToken().value, true);
            for (const [name, text] of Object.entries(stored)) {
                site.atOrigin(name, text);
            }
            await site.stack.importState(storedState("three-resources.json", site));
            const paths = ["/", "/app.js", "/old.js"];
            await site.warm(paths);
            const result = await site.up();
            deepStrictEqual(counts(result), changes, result.log);
            deepStrictEqual(site.purges(), []);
            await site.expectHits(paths);
            site.edit({ "old.js": null, "app.js": "b" });
            await site.up();
            await site.expectFresh(paths);
            await site.expectHits(["/"]);
        });
    }

    it("is taken over: nothing is made anew, and nothing is purged; it goes on from there", async () => {
        // The TypeScript program first, the other one in the same folder later.
        const dir = pluginProgram(place);
        const project = path.join(dir, "Pulumi.yaml");
        const ofPlugin = readFileSync(project, "utf8");
        writeFileSync(project, ofPlugin.replace("anyLanguage.js", "index.js"));
        site = await Site.start({ files: FILES, programDir: dir });
        await site.up();
        await site.warm(ALL);
        const { urn } = await site.resource(":Purge");
        site.purges();
        writeFileSync(project, ofPlugin);
        await site.stack.setConfig("aliases", JSON.stringify({ purge: [urn] }));
        // The upload has another digest in this program.
        const { log, summary } = await site.up();
        deepStrictEqual(site.purges(), [], log);
        deepStrictEqual({ ...summary }, { created: 0, deleted: 0, replaced: 0, unchanged: 8, updated: 1 }, log);
        await site.expectHits(ALL);
        match((await site.resource(":Purge")).urn, /::cloudflare-cache-purge:index:Purge::purge$/);
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
        site.edit({ "a.css": null, "index.html": "two" });
        await site.up();
        await site.expectFresh(ALL);
        await site.expectHits(ABOUT);
    });
});
