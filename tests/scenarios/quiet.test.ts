import { deepStrictEqual, strictEqual } from "node:assert";
import { mkdirSync, renameSync, utimesSync } from "node:fs";
import path from "node:path";
import { openStack } from "../../local/engine/stack";
import { QUICK_START } from "../quickStart";
import { programCopy } from "./programs";
import type { Files } from "./site";
import { counts, Site } from "./site";

const A: Files = { "index.html": "<h1>A</h1>", "app.js": "a" };

describe("scenarios: no needless purge", () => {
    let site: Site;
    before(async () => {
        site = await Site.start({ files: A });
        await site.up();
    });
    after(() => site.close());
    beforeEach(() => {
        site.purges();
    });

    it("a rotated token", async () => {
        const before = (await site.resource(":ApiToken")).id;
        const { urn } = await site.resource("apiToken:ApiToken");
        const result = await site.up({ replaces: [urn] });
        strictEqual(result.summary.replaced, 1);
        strictEqual((await site.resource(":ApiToken")).id === before, false);
        deepStrictEqual(site.purges(), []);
        site.write({ ...A, "app.js": "b" });
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js"], "and the new token works");
    });

    it("changed tuning", async () => {
        await site.setOptions({ batchSize: 7, timeout: 3, retries: 1, verify: false, warm: true, widenAbove: 9 });
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
        deepStrictEqual(site.purges(), []);
    });

    it("the library's own code changed, in the program and in what the state holds of it", async () => {
        const programDir = programCopy(path.join(site.place, "upgraded"), {
            file: "resources/dynamic.js",
            text: (old) =>
                old.replace(
                    'require("pulumi-cloudflare-cache-purge/provider")',
                    'require("pulumi-cloudflare-cache-purge/provider"+"")',
                ),
        });
        const before = (await site.resource("cloudflareCachePurge:Journal")).inputs?.__provider;
        const result = await moved(site, programDir).then((stack) => stack.up());
        strictEqual(result.succeeded, true, result.log);
        deepStrictEqual(counts(result), { unchanged: 9 });
        strictEqual(
            (await site.resource("cloudflareCachePurge:Journal")).inputs?.__provider === before,
            false,
            "the serialised code differs",
        );
        deepStrictEqual(site.purges(), []);
    });

    it("another machine: another path, other mtimes", async () => {
        const programDir = programCopy(path.join(site.place, "elsewhere", "deep"));
        const dir = path.join(site.place, "elsewhere", "checkout");
        mkdirSync(path.dirname(dir), { recursive: true });
        renameSync(site.dir, dir);
        for (const name of Object.keys(A)) {
            utimesSync(path.join(dir, name), 0, 0);
        }
        const stack = await moved(site, programDir);
        await stack.setConfig("dir", dir);
        const result = await stack.up();
        strictEqual(result.succeeded, true, result.log);
        deepStrictEqual(counts(result), { unchanged: 9 });
        deepStrictEqual(site.purges(), []);
    });

    /** The same stack, its program in another place. */
    async function moved(from: Site, programDir: string) {
        return openStack({
            programDir,
            stack: "dev",
            stateDir: path.join(from.place, "state"),
            providers: { cloudflare: from.provider.port },
            passphrase: "scenario",
            env: QUICK_START,
        });
    }
});
