import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { deploys } from "./deploys";
import { ROOT, say, sh } from "./npm";

describe("package: a Python program, on the SDK from PyPI", () => {
    let dir: string;
    before(async function () {
        dir = mkdtempSync(path.join(tmpdir(), "cache-purge-python-"));
        const pip = 'pip install --quiet --disable-pip-version-check --retries 1 --timeout 30 "pulumi>=3.200,<4"';
        try {
            await sh(dir, "sh", "-c", `python3 -m venv venv && venv/bin/${pip}`);
        } catch (error) {
            say(`the SDK for Python could not be installed: ${String(error).slice(-500)}`);
            this.skip();
        }
        cpSync(path.join(__dirname, "python"), dir, { recursive: true });
        const plugin = path.join(ROOT, "components", "plugin");
        const runtime = "runtime:\n  name: python\n  options: { virtualenv: venv }";
        writeFileSync(
            path.join(dir, "Pulumi.yaml"),
            `name: demo\n${runtime}\npackages:\n  cloudflare-cache-purge: ${plugin}\n`,
        );
    });
    after(() => {
        rmSync(dir, { recursive: true });
    });

    it("`up` purges what changed, and then nothing; destroy passes", () => deploys(dir));
});
