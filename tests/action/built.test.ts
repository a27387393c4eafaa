import { match, ok, strictEqual } from "node:assert";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { BUILT, bundled } from "../../action/build";
import type { LocalCloudflare } from "../../local/cloudflare";
import { startLocalCloudflare } from "../../local/cloudflare";
import { runnerEnv } from "./run";

describe("action: the built file", () => {
    let local: LocalCloudflare;
    before(async () => {
        local = await startLocalCloudflare();
    });
    after(() => local.close());

    it("is what its sources make: else run `npm run build:action`", async () => {
        ok((await bundled()) === readFileSync(BUILT, "utf8"), "action/index.js is older than its sources");
    });

    it("runs by itself, and its process ends with the code that the runner reads", async () => {
        const use = async (given: Record<string, string>) => {
            const runner = runnerEnv(given, { PATH: process.env.PATH ?? "", CLOUDFLARE_BASE_URL: local.apiBaseUrl });
            const child = spawn(process.execPath, [BUILT], { env: runner.env });
            let log = "";
            child.stdout.on("data", (part: Buffer) => {
                log += part;
            });
            const code = await new Promise((resolve) => child.once("close", resolve));
            const seen = runner.seen();
            runner.close();
            return { code, log, ...seen };
        };
        const { value } = local.createToken();
        const inputs = { zone: local.zone.id, URLs: "https://www.example.com/", verify: "false", rebound: "0" };
        const done = await use({ ...inputs, api_token: value });
        strictEqual(done.code, 0, done.log);
        strictEqual(done.outputs.purged, "1");
        match(done.log, /^cache-purge \d+\.\d+\.\d+/);
        match(done.summary, /\| purged \| 1 URL \|/);
        const refused = await use({ ...inputs, api_token: "" });
        strictEqual(refused.code, 1);
        match(refused.log, /^::error title=Cache purge::The input api_token is missing/m);
    });
});
