import { match, rejects, strictEqual } from "node:assert";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openStack } from "../../../local/engine";
import { QUICK_START } from "../../quickStart";

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
            env: QUICK_START,
        });

    const option = (name: string, value: unknown): [what: string, resource: object, message: RegExp] => [
        `the option ${name}`,
        { name: "a", opts: { [name]: value } },
        new RegExp(`'a' uses the option \`${name}\`, which the local engine does not support`),
    ];
    const rows: [what: string, resource: object, message: RegExp][] = [
        option("import", "x"),
        option("deleteBeforeReplace", true),
        option("hideDiffs", ["text"]),
        option("replacementTrigger", "x"),
        option("retainOnDelete", true),
        [
            "a property path to ignore",
            { name: "a", opts: { ignoreChanges: ["text", "other.deep"] } },
            /'a' uses the property path "other.deep" in the option `ignoreChanges`, which the local engine does not/,
        ],
        [
            "a property path to replace for",
            { name: "a", opts: { replaceOnChanges: ["text", "other[*].deep"] } },
            /'a' uses the property path "other\[\*\]\.deep" in the option `replaceOnChanges`, which the local engine/,
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

    const relations: [option: string, value: (first: string) => unknown][] = [
        ["deletedWith", (first) => first],
        ["replaceWith", (first) => [first]],
    ];
    for (const [name, value] of relations) {
        it(`the option ${name} is an error that names it`, async () => {
            const resources = [{ name: "first" }, { name: "a", opts: { [name]: value("first") } }];
            fs.writeFileSync(plan, JSON.stringify({ log: path.join(folder, "log"), resources }));
            const stack = await open(path.join(programs, "things"), { plan });
            const result = await stack.preview();
            strictEqual(result.succeeded, false);
            match(result.log, new RegExp(`'a' uses the option \`${name}\`, which the local engine does not support`));
        });
    }

    it("a provider that wants the old resource deleted first is refused, and nothing is deleted", async () => {
        const log = path.join(folder, "log");
        const resources = (text: string) => [{ name: "a", props: { text, replaceKeys: ["text"], deletesFirst: true } }];
        const stack = await open(path.join(programs, "things"), { plan });
        fs.writeFileSync(plan, JSON.stringify({ log, resources: resources("one") }));
        strictEqual((await stack.up()).succeeded, true);
        fs.writeFileSync(plan, JSON.stringify({ log, resources: resources("two") }));
        const result = await stack.up();
        strictEqual(result.succeeded, false);
        match(result.log, /asks to delete it before it is replaced, which the local engine does not support/);
        strictEqual(/"method":"(delete|update)"/.test(fs.readFileSync(log, "utf8")), false);
        await stack.destroy();
        fs.rmSync(log);
    });

    it("a state that the CLI wrote with such an option is refused when it is read", async () => {
        const stack = await open(path.join(programs, "things"), { plan });
        const state = await stack.exportState();
        const urn = "urn:pulumi:test::things::things:index:Box::a";
        state.deployment.resources = [{ urn, type: "things:index:Box", custom: false, retainOnDelete: true }];
        await rejects(
            stack.importState(state),
            /::a: the state holds "retainOnDelete", which the local engine does not/,
        );
    });

    it("a package without a provider process is an error that says how to attach one", async () => {
        const stack = await open(path.join(programs, "zones"), { zone: "example.com" });
        const result = await stack.up();
        strictEqual(result.succeeded, false);
        match(result.log, /no provider for the package "cloudflare".*PULUMI_DEBUG_PROVIDERS=cloudflare:<port>/);
    });

    it("another language, a folder without a project and another project's name are refused at once", async () => {
        const file = path.join(folder, "Pulumi.yaml");
        await rejects(open(folder, {}), /no Pulumi.yaml project file found/);
        fs.writeFileSync(file, "name: x\nruntime:\n  name: go\n");
        await rejects(open(folder, {}), /runtime "go"; the local engine runs "nodejs" and "python" programs only/);
        fs.writeFileSync(file, 'name: "x" # quoted\nruntime:\n  name: nodejs\nmain: src\n');
        await rejects(
            openStack({ programDir: folder, project: "y", stack: "s", stateDir: folder, engine: "local" }),
            /project "x"/,
        );
    });

    it("where the CLI serves a stack, the program may be in any language", async () => {
        const bin = path.join(folder, "bin");
        const calls = path.join(folder, "calls");
        fs.mkdirSync(bin);
        const cli = `#!/bin/sh\necho "$*" >> ${calls}\n[ "$1" = version ] && echo v3.200.0\nexit 0\n`;
        fs.writeFileSync(path.join(bin, "pulumi"), cli, { mode: 0o755 });
        fs.writeFileSync(path.join(bin, "pulumi-resource-pulumi-nodejs"), "", { mode: 0o755 });
        fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: x\nruntime: yaml\n");
        const { PATH } = process.env;
        process.env.PATH = `${bin}${path.delimiter}${PATH}`;
        try {
            const options = { programDir: folder, stack: "s", stateDir: folder, engine: "pulumi" } as const;
            strictEqual((await openStack(options)).engine, "pulumi 3.200.0");
        } finally {
            process.env.PATH = PATH;
        }
        match(fs.readFileSync(calls, "utf8"), /^stack select --create s /m);
    });
});
