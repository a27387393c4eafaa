import { match, rejects, strictEqual } from "node:assert";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openStack } from "../../../local/engine";

const programs = path.join(__dirname, "programs");

describe("what the local engine does not support", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-unsupported-"));
    const plan = path.join(folder, "plan.json");
    after(() => fs.rmSync(folder, { recursive: true, force: true }));

    const open = (programDir: string, config: Record<string, string>) =>
        openStack({
            programDir,
            stack: "test",
            stateDir: path.join(folder, "state"),
            config,
            engine: "local",
            passphrase: "",
        });

    const rows: [what: string, resource: object, message: RegExp][] = [
        [
            "an import",
            { name: "a", opts: { import: "x" } },
            /'a' uses the option `import`, which the local engine does not support/,
        ],
        [
            "an asset",
            { name: "a", props: { file: { $asset: "text" } } },
            /'a' uses an asset or archive, which the local/,
        ],
    ];
    for (const [what, resource, message] of rows) {
        it(`${what} is an error that names it, and nothing is done`, async () => {
            fs.writeFileSync(plan, JSON.stringify({ log: path.join(folder, "log"), resources: [resource] }));
            const stack = await open(path.join(programs, "things"), { plan });
            const result = await stack.up();
            strictEqual(result.succeeded, false);
            match(result.log, message);
            strictEqual(fs.existsSync(path.join(folder, "log")), false);
        });
    }

    it("a package without a provider process is an error that says how to attach one", async () => {
        const stack = await open(path.join(programs, "zones"), { zone: "example.com" });
        const result = await stack.up();
        strictEqual(result.succeeded, false);
        match(result.log, /no provider for the package "cloudflare".*PULUMI_DEBUG_PROVIDERS=cloudflare:<port>/);
    });

    it("another language, a folder without a project and another project's name are refused at once", async () => {
        const file = path.join(folder, "Pulumi.yaml");
        await rejects(open(folder, {}), /no Pulumi.yaml project file found/);
        fs.writeFileSync(file, "name: x\nruntime:\n  name: python\n");
        await rejects(open(folder, {}), /runtime "python"; the local engine runs "nodejs" programs only/);
        fs.writeFileSync(file, 'name: "x" # quoted\nruntime:\n  name: nodejs\nmain: src\n');
        await rejects(
            openStack({ programDir: folder, project: "y", stack: "s", stateDir: folder, engine: "local" }),
            /project "x"/,
        );
    });
});
