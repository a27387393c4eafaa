import { deepStrictEqual } from "node:assert";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startCommandProvider } from "../../local/command/start";
import type { RunningProvider } from "../../local/engine/unary";
import { counts, Site } from "../scenarios/site";
import { ROOT } from "./npm";

const FILES = { "index.html": "A", "app.js": "a", "old.js": "o" };

describe("package: a Python program, on the SDK from PyPI", () => {
    let dir: string;
    let command: RunningProvider;
    before(async function () {
        this.timeout(600_000);
        dir = mkdtempSync(path.join(tmpdir(), "cache-purge-python-"));
        const install = 'python3 -m venv venv && venv/bin/pip install --quiet "pulumi>=3.200,<4"';
        const { status, stderr } = spawnSync("sh", ["-c", install], { cwd: dir, encoding: "utf8" });
        if (status !== 0) {
            console.error(`!! NOT TESTED: the SDK for Python could not be installed.\n${stderr.slice(-500)}`);
            this.skip();
        }
        cpSync(path.join(__dirname, "python"), dir, { recursive: true });
        const plugin = path.join(ROOT, "components", "plugin");
        const runtime = "runtime:\n  name: python\n  options: { virtualenv: venv }";
        writeFileSync(
            path.join(dir, "Pulumi.yaml"),
            `name: demo\n${runtime}\npackages:\n  cloudflare-cache-purge: ${plugin}\n`,
        );
        command = await startCommandProvider();
    });
    after(async () => {
        await command?.close();
        rmSync(dir, { recursive: true });
    });

    it("`up` purges what changed, and then nothing; destroy passes", async () => {
        const site = await Site.start({ files: FILES, programDir: dir, providers: { command: command.port } });
        try {
            const preview = await site.stack.preview();
            deepStrictEqual(preview.succeeded, true, preview.log);
            await site.up();
            await site.warm(["/", "/app.js", "/old.js"]);
            site.purges();
            site.edit({ "app.js": "b", "old.js": null });
            await site.up();
            deepStrictEqual(site.purgedUrls(), ["/app.js", "/old.js"]);
            await site.expectFresh(["/", "/app.js", "/old.js"]);
            await site.expectHits(["/"]);
            site.purges();
            deepStrictEqual(counts(await site.up()), { unchanged: 9 });
            deepStrictEqual(site.purges(), []);
            deepStrictEqual((await site.stack.destroy()).succeeded, true);
        } finally {
            await site.close();
        }
    });
});
