import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tree } from "./assetServer";
import { AssetServer } from "./assetServer";
import { CONFIGS, judge, randomPairs } from "./judge";
import { differencesOf } from "./localOrigin";

/** Two builds of a site with what a generator made of it: each file with a digest. */
const SITES = join(__dirname, "sites");
type Built = Record<"before" | "after", Record<string, string>>;

function treeOf(files: Record<string, string>): Tree {
    return new Map(Object.entries(files).map(([name, digest]) => [`/${name}`, digest]));
}

/** Another one each day, so that no run is wasted; it is in the test's name. */
const SEED = Math.floor(Date.now() / 86_400_000);

describe("Cloudflare's own asset server", () => {
    let server: AssetServer;
    before(async () => {
        server = await AssetServer.start({ remembers: true });
    });
    after(() => server.stop());

    it(`answers as the local origin does, seed ${SEED}`, async () => {
        assert.deepEqual(await differencesOf(server, randomPairs(15, SEED), CONFIGS), []);
    });

    for (const name of readdirSync(SITES)) {
        it(`changes the URLs that a plan names: two builds of ${name}`, async () => {
            const { before: old, after: now } = JSON.parse(readFileSync(join(SITES, name), "utf8")) as Built;
            for (const origin of ["any", "cloudflare-assets"] as const) {
                const { findings, planned } = await judge(
                    server,
                    [{ before: treeOf(old), after: treeOf(now) }],
                    CONFIGS,
                    origin,
                );
                assert.deepEqual(findings, []);
                assert.ok(planned > 0);
            }
        });
    }

    it(`changes just the URLs that a plan for it names, near forms only when files come or go, seed ${SEED}`, async () => {
        const { findings, planned } = await judge(server, randomPairs(15, SEED), CONFIGS, "cloudflare-assets");
        assert.deepEqual(findings.slice(0, 3), []);
        assert.ok(planned > 500, `${planned} planned`);
    });

    it(`changes the URLs that a plan names, and no others, seed ${SEED}`, async () => {
        const { findings, planned } = await judge(server, randomPairs(40, SEED));
        assert.deepEqual(findings.slice(0, 3), []);
        assert.ok(planned > 1000, `${planned} planned`);
    });
});
