import { deepStrictEqual, match, strictEqual, throws } from "node:assert";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openStack } from "../../../local/engine";
import { readConfig } from "../../../local/engine/configFile";
import { withDeclared } from "../../../local/engine/declaredConfig";
import type { DeclaredKey } from "../../../local/engine/project";
import { readProject } from "../../../local/engine/project";
import { QUICK_START } from "../../quickStart";

describe("config that Pulumi.yaml declares", function () {
    // The CLI takes several seconds for a run.
    this.timeout(180_000);

    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-config-"));
    after(() => fs.rmSync(folder, { recursive: true, force: true }));

    it("is required, filled in and checked before the program runs", async () => {
        const stack = await openStack({
            programDir: path.join(__dirname, "programs", "declares"),
            stack: "test",
            stateDir: path.join(folder, "state"),
            passphrase: "",
            env: QUICK_START,
        });
        const missing = await stack.preview();
        strictEqual(missing.succeeded, false);
        match(missing.log, /Stack 'test' is missing configuration value 'zone'/);

        await stack.setConfig("zone", "example.com");
        const { succeeded, outputs, log } = await stack.up();
        strictEqual(succeeded, true, log);
        deepStrictEqual(outputs, { zone: "example.com", count: 2, always: "on-every-stack", other: "of-another" });

        await stack.setConfig("count", "many");
        match((await stack.up()).log, /Stack 'test' with configuration key 'count' must be of type 'integer'/);
    });

    const plain = (values: Record<string, string>) => ({ values, secretKeys: [] });
    const apply = (declared: Record<string, DeclaredKey>, values: Record<string, string> = {}) =>
        withDeclared(plain(values), { name: "p", config: declared }, "s").values;

    const filled: [what: string, declared: Record<string, DeclaredKey>, given: object, expected: object][] = [
        ["nothing declared", {}, { "p:a": "1" }, { "p:a": "1" }],
        ["a default", { a: { type: "string", default: "x" } }, {}, { "p:a": "x" }],
        ["a default that is overridden", { a: { default: "x" } }, { "p:a": "y" }, { "p:a": "y" }],
        ["false as a default", { a: { type: "boolean", default: false } }, {}, { "p:a": "false" }],
        ["a list", { a: { type: "array", items: { type: "string" }, default: ["x"] } }, {}, { "p:a": '["x"]' }],
        ["a value for a provider", { "aws:region": { value: "x" } }, {}, { "aws:region": "x" }],
    ];
    for (const [what, declared, given, expected] of filled) {
        it(`${what} gives ${JSON.stringify(expected)}`, () =>
            deepStrictEqual(apply(declared, given as Record<string, string>), expected));
    }

    const refused: [declared: Record<string, DeclaredKey>, given: Record<string, string>, message: string][] = [
        [{ a: {} }, {}, "Stack 's' is missing configuration value 'a'"],
        [{ b: {}, a: { type: "string" } }, {}, "Stack 's' is missing configuration values 'a' and 'b'"],
        [{ c: {}, b: {}, a: {} }, {}, "Stack 's' is missing configuration values 'a', 'b' and 'c'"],
        [
            { a: { type: "boolean" } },
            { "p:a": "yes" },
            "Stack 's' with configuration key 'a' must be of type 'boolean'",
        ],
        [
            { a: { type: "array", items: { type: "string" } } },
            { "p:a": "x" },
            "Stack 's' with configuration key 'a' must be of type 'array<string>'",
        ],
        [
            { a: { type: "string", secret: true } },
            { "p:a": "x" },
            "Stack 's' with configuration key 'a' must be encrypted as it's secret",
        ],
    ];
    const foreign: [declared: DeclaredKey, message: string][] = [
        [{ type: "string" }, "is not namespaced by the project and should not define a type"],
        [
            { default: "x" },
            "is not namespaced by the project and should not define a default value. " +
                "Did you mean to use the 'value' attribute instead of 'default'?",
        ],
        [{}, "is namespaced and must provide an attribute 'value'"],
    ];
    for (const [declared, message] of foreign) {
        refused.push([{ "aws:region": declared }, {}, `Configuration key 'aws:region' ${message}`]);
    }
    for (const [declared, given, message] of refused) {
        it(message, () => throws(() => apply(declared, given), { message }));
    }

    it("Pulumi.yaml and the stack's file are YAML as people write it", async () => {
        const file = path.join(folder, "Pulumi.yaml");
        fs.writeFileSync(
            file,
            "name: 'x'\nruntime: nodejs\nmain: src/ # here\nconfig:\n  a: 1\n  b: {default: two}\npackages: {p: ./plugin}\n",
        );
        throws(() => readProject(folder), /'main' could not be read: there is no .*src$/);
        fs.mkdirSync(path.join(folder, "src"));
        deepStrictEqual(readProject(folder), {
            name: "x",
            runtime: "nodejs",
            folder: path.join(folder, "src"),
            entry: ".",
            config: { a: { value: 1 }, b: { default: "two" } },
            packages: { p: path.join(folder, "plugin") },
        });
        fs.writeFileSync(file, "name: x\nruntime: nodejs\nmain: src/a.js\n");
        fs.writeFileSync(path.join(folder, "src", "a.js"), "");
        const { folder: place, entry } = readProject(folder);
        deepStrictEqual([place, entry], [path.join(folder, "src"), "a.js"]);
        fs.writeFileSync(file, "name: x\nruntime: nodejs\npackages: {p: p@1.0.0}\n");
        throws(() => readProject(folder), /package "p": the local engine takes a plugin's folder/);
        fs.writeFileSync(file, "name: x\n\truntime: nodejs\n");
        throws(() => readProject(folder), /Pulumi\.yaml: [^\n]+$/);
        const stackFile = path.join(folder, "Pulumi.s.yaml");
        fs.writeFileSync(stackFile, "# by hand\nconfig:\n  x:a: yes please\n  x:b: 3\n  x:c: [1]\n");
        deepStrictEqual(await readConfig(stackFile, ""), {
            values: { "x:a": "yes please", "x:b": "3", "x:c": "[1]" },
            secretKeys: [],
        });
    });
});
