import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { LocalCloudflare } from "../../local/cloudflare";
import { CACHE_PURGE, startLocalCloudflare, ZONE_READ } from "../../local/cloudflare";
import { at } from "./invoke";

/** What npm links: the compiled command. */
const MAIN = path.join(__dirname, "..", "..", "components", "dist", "cli", "main.js");

/** The real process: its own environment, its own streams. */
function start(argv: readonly string[], env: Record<string, string>) {
    const child = spawn(process.execPath, [MAIN, ...argv], {
        env: { PATH: process.env.PATH, ...env },
    });
    const text = { out: "", err: "" };
    child.stdout.on("data", (part: Buffer) => {
        text.out += part;
    });
    child.stderr.on("data", (part: Buffer) => {
        text.err += part;
    });
    const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
        child.once("close", (code) => resolve({ code, ...text }));
    });
    return { child, ended };
}

describe("cli: the process", () => {
    let local: LocalCloudflare;
    let token: string;
    before(async () => {
        local = await startLocalCloudflare();
        const resources = { [`com.cloudflare.api.account.zone.${local.zone.id}`]: "*" };
        token = local.createToken({ policies: [{ groups: [CACHE_PURGE, ZONE_READ], resources }] }).value;
    });
    after(() => local.close());

    it("is executable by node as npm links it", () => {
        match(readFileSync(MAIN, "utf8"), /^#!\/usr\/bin\/env node\n/);
    });

    it("doctor with a token from stdin ends by itself, with clean streams and exit codes", async () => {
        const { env, edge } = at(local);
        const { child, ended } = start(["doctor", "--zone", "example.com", "--token-stdin", "--json", ...edge], env);
        child.stdin.end(`${token}\n`);
        const { code, out, err } = await ended;
        deepStrictEqual([code, JSON.parse(out).healthy, err], [0, true, ""]);
    });

    it("results that cannot be written are a failure", function () {
        if (process.platform !== "linux") {
            this.skip();
        }
        const full = openSync("/dev/full", "w");
        const { status, stderr } = spawnSync(process.execPath, [MAIN, "explain", "limits"], {
            env: { PATH: process.env.PATH },
            stdio: ["ignore", full, "pipe"],
            encoding: "utf8",
        });
        closeSync(full);
        deepStrictEqual([status, stderr], [1, "error: stdout cannot be written (ENOSPC).\n"]);
    });

    it("a failed purge exits with 1, does not wait for stdin, and shows neither stack nor token", async () => {
        const { env } = at(local, `cfut_${"aB3".repeat(16)}`);
        const { code, err } = await start(["purge", "--zone", "example.com", "--host", "www.example.com"], env).ended;
        strictEqual(code, 1);
        match(err, /does not recognise this token/);
        ok(!err.includes("aB3aB3") && !err.includes("    at "));
    });

    it("SIGINT stops a purge that waits, and names what is owed", async () => {
        const silent = http.createServer();
        const asked = new Promise<void>((resolve) => {
            silent.on("request", ({ url = "" }, response) => {
                if (url.endsWith("/purge_cache")) {
                    resolve(); // and no answer, ever
                } else {
                    const zone = { id: "0".repeat(32), name: "example.com", status: "active" };
                    response.setHeader("content-type", "application/json");
                    response.end(JSON.stringify({ success: true, errors: [], messages: [], result: [zone] }));
                }
            });
        });
        await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
        const { port } = silent.address() as AddressInfo;
        const env = { CLOUDFLARE_BASE_URL: `http://127.0.0.1:${port}`, CLOUDFLARE_API_TOKEN: token };
        const { child, ended } = start(["purge", "--zone", "example.com", "--host", "www.example.com"], env);
        await asked;
        child.kill("SIGINT");
        const { code, err } = await ended;
        silent.close();
        silent.closeAllConnections();
        strictEqual(code, 130);
        match(err, /It was stopped\.\nstill owed: 1 selector: host www\.example\.com\n/);
    });
});
