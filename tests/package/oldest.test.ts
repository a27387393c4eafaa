import { deepStrictEqual, strictEqual } from "node:assert";
import { execFile } from "node:child_process";
import { cpSync, existsSync, rmSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { compiledProgram } from "../scenarios/programs";
import { installed, needsRegistry, oldestPeers, ROOT } from "./npm";

/** Scenarios that use all that differs between versions: look-ups, tokens, dynamic resources, transforms, secrets. */
const SCENARIOS = ["deploys", "madeToken", "objects", "state", "triggers", "zone"];

describe("package: the oldest versions of Pulumi's packages that the ranges name", () => {
    let dir: string;
    before(async function () {
        needsRegistry(this);
        dir = await installed({ ...oldestPeers(), typescript: "^5.9.0" });
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

    it(`the scenarios pass: ${SCENARIOS.join(", ")}`, async () => {
        const files = SCENARIOS.map((name) => `tests/scenarios/${name}.test.ts`);
        const flags = ["--no-config", "-r", "./tests/register.cjs", "-t", "120000", "--parallel", "--jobs", "2"];
        // Mocha only warns of a file that is not there.
        deepStrictEqual(
            files.filter((file) => !existsSync(path.join(ROOT, file))),
            [],
        );
        const args = ["node_modules/mocha/bin/mocha.js", ...flags, ...files];
        const env = { ...process.env, SCENARIO_PROGRAM: path.join(dir, "program") };
        const run = promisify(execFile)(process.execPath, args, { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 });
        await run.catch(({ stdout, stderr }: { stdout: string; stderr: string }) => {
            throw new Error(`${stdout.slice(0, 10_000)}\n${stderr.slice(-2000)}`);
        });
    });
});
