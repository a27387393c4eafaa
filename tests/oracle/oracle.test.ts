import * as assert from "node:assert/strict";
import { AssetServer } from "./assetServer";
import { CONFIGS, judge, randomPairs } from "./judge";
import { differencesOf } from "./localOrigin";

/** Another one each day, so that no run is wasted; it is in the test's name. */
const SEED = Math.floor(Date.now() / 86_400_000);

describe("Cloudflare's own asset server", () => {
    let server: AssetServer;
    before(async () => {
        server = await AssetServer.start();
    });
    after(() => server.stop());

    it(`answers as the local origin does, seed ${SEED}`, async () => {
        assert.deepEqual(await differencesOf(server, randomPairs(30, SEED), CONFIGS), []);
    });

    it(`changes just the URLs that a plan for it names, near forms only when files come or go, seed ${SEED}`, async () => {
        const { findings, planned } = await judge(server, randomPairs(30, SEED), CONFIGS, "cloudflare-assets");
        assert.deepEqual(findings.slice(0, 3), []);
        assert.ok(planned > 500, `${planned} planned`);
    });

    it(`changes the URLs that a plan names, and no others, seed ${SEED}`, async () => {
        const { findings, planned } = await judge(server, randomPairs(60, SEED));
        assert.deepEqual(findings.slice(0, 3), []);
        assert.ok(planned > 1000, `${planned} planned`);
    });
});
