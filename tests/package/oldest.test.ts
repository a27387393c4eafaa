import { strictEqual } from "node:assert";
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import path from "node:path";
import { compiledProgram } from "../scenarios/programs";
import { needsRegistry, oldestPeers, packed, project, ROOT, sh } from "./npm";

/** Scenarios that use all that differs between versions: look-ups, tokens, dynamic resources, transforms, secrets. */
const SCENARIOS = ["deploys", "madeToken", "objects", "state", "triggers", "zoneById"];

describe("package: the oldest versions of Pulumi's packages that the ranges name", () => {
    let dir: string;
    before(function () {
        needsRegistry(this);
        const tarball = packed();
        const dependencies = { ...oldestPeers(), "pulumi-cloudflare-cache-purge": `file:${tarball}` };
        dir = project({ dependencies, devDependencies: { typescript: "^5.9.0" } });
        sh(dir, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts");
        rmSync(path.dirname(tarball), { recursive: true });
        const program = path.join(dir, "program");
        const filter = (file: string): boolean => path.basename(file) !== "node_modules";
        cpSync(compiledProgram(), program, { recursive: true, filter });
        for (const [name, version] of Object.entries(oldestPeers())) {
            const found = require.resolve(`${name}/package.json`, { paths: [program] });
            strictEqual((require(found) as { version: string }).version, version);
        }
    });
    after(() => {
        if (dir !== undefined) {
            rmSync(dir, { recursive: true });
        }
    });

    it(`the scenarios pass: ${SCENARIOS.join(", ")}`, () => {
        const files = SCENARIOS.map((name) => `tests/scenarios/${name}.test.ts`);
        const flags = ["--no-config", "-r", "ts-node/register/transpile-only", "-t", "120000"];
        const { status, stdout, stderr } = spawnSync("npx", ["mocha", ...flags, ...files], {
            cwd: ROOT,
            env: { ...process.env, SCENARIO_PROGRAM: path.join(dir, "program") },
            encoding: "utf8",
        });
        strictEqual(status, 0, `${stdout.slice(0, 10_000)}\n${stderr.slice(-2000)}`);
    });
});
