import { deepStrictEqual, strictEqual } from "node:assert";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startLocalCloudflare } from "../../local/cloudflare";
import { startCloudflareProvider } from "../../local/cloudflare/provider";
import { startCommandProvider } from "../../local/command/start";
import { cliEnvironment } from "../../local/engine/cliStack";
import { findEngine } from "../../local/engine/openStack";
import { output } from "../local/terminal";
import { ENV, EXAMPLES, NAMES, stackConfig, standIns, writeDist } from "./place";

const read = (...names: string[]): string => readFileSync(path.join(EXAMPLES, ...names), "utf8");

/** The commands of an example's README. */
const commandsOf = (name: string): string[] =>
    [...read(name, "README.md").matchAll(/^ {4}(.+)$/gm)].map(([, line = ""]) => line);

describe("examples: what each README says to run", () => {
    for (const name of NAMES) {
        it(`${name}: sets the config that the program asks for, and secrets as such`, () => {
            const set = commandsOf(name).flatMap((line) => {
                const [, flag, key] = /^pulumi config set (?:--(\w+) )?'?([\w:]+)/.exec(line) ?? [];
                return key === undefined ? [] : [flag === "secret" ? `secret ${key}` : key];
            });
            const given = Object.keys(name === "environments" ? stackConfig(name, "staging") : {});
            const asked = [...read(name, "index.ts").matchAll(/\.require(Secret)?\w*(?:<[^>]+>)?\("(\w+)"\)/g)].map(
                ([, secret, key]) => `${secret ? "secret " : ""}${key}`,
            );
            deepStrictEqual([...set, ...given].sort(), ["secret cloudflare:apiToken", ...asked].sort());
        });
    }

    /** The CLI's commands as they stand there. Their order is that of the page, and each has its secret on its stdin. */
    async function runs(name: string): Promise<void> {
        const place = mkdtempSync(path.join(tmpdir(), "cache-purge-readme-"));
        const dir = path.join(place, "project");
        cpSync(path.join(EXAMPLES, name), dir, { recursive: true });
        symlinkSync(path.join(EXAMPLES, "..", "node_modules"), path.join(dir, "node_modules"), "junction");
        writeDist(dir, { "index.html": "A", "english/app.js": "a", "french/app.js": "a" });
        const cloudflare = await startLocalCloudflare({ zones: [{ name: "example.com" }, { name: "example.net" }] });
        const base = { CLOUDFLARE_BASE_URL: cloudflare.apiBaseUrl };
        const provider = await startCloudflareProvider({ env: base });
        const command = await startCommandProvider({ dir, env: standIns(place) });
        const providers = { cloudflare: provider.port, command: command.port };
        const options = { programDir: dir, stack: "", stateDir: place, providers, env: { ...ENV, ...base } };
        const env = { ...cliEnvironment(options, dir, place, "readme"), PULUMI_SKIP_CONFIRMATIONS: "true" };
        try {
            for (const line of commandsOf(name).filter((one) => one !== "npm install")) {
                // The date of the page is in the past one day.
                const child = spawn("bash", ["-c", line.replace(/\b2\d{3}-/, "2999-")], { cwd: dir, env });
                child.stdin.end(line.includes("purgeToken") ? cloudflare.createToken().value : cloudflare.token);
                const { code, out, err } = await output(child);
                strictEqual(code, 0, `${line}\n${out}${err}`);
            }
            const accepted = cloudflare.purgeLog.filter((call) => call.accepted);
            strictEqual(accepted.length > 0, name !== "token-only");
        } finally {
            await Promise.all([cloudflare.close(), provider.close(), command.close()]);
            rmSync(place, { recursive: true });
        }
    }

    if (findEngine().kind !== "pulumi") {
        return;
    }
    describe("on the Pulumi CLI", () => {
        const all = new Map<string, Promise<void>>();
        before(() => {
            const half = Math.ceil(NAMES.length / 2);
            for (const lane of [NAMES.slice(0, half), NAMES.slice(half)]) {
                let last = Promise.resolve();
                for (const name of lane) {
                    const run = last.then(() => runs(name));
                    all.set(name, run);
                    last = run.catch(() => {}); // told by its own test
                }
            }
        });
        for (const name of NAMES) {
            it(name, () => all.get(name));
        }
    });
});
