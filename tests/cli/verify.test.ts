import { deepStrictEqual, match, strictEqual } from "node:assert";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LocalCloudflare } from "../../local/cloudflare";
import { startLocalCloudflare } from "../../local/cloudflare";
import { at, invoke } from "./invoke";

const FILES = { "index.html": "home", "about.html": "about", "app.js": "1", "d/index.html": "d", "a b.txt": "x" };

describe("cli: verify", () => {
    let root: string;
    let local: LocalCloudflare;
    const put = (name: string, files: Record<string, string>): string => {
        for (const [file, content] of Object.entries(files)) {
            mkdirSync(path.dirname(path.join(root, name, file)), { recursive: true });
            writeFileSync(path.join(root, name, file), content);
        }
        return path.join(root, name);
    };
    beforeEach(async () => {
        root = mkdtempSync(path.join(tmpdir(), "verify-"));
        const zones = [{ name: "example.com", cacheEverything: true, unproxied: ["grey.example.com"] }];
        local = await startLocalCloudflare({ zones, origin: { dir: put("site", FILES) } });
    });
    afterEach(async () => {
        await local.close();
        rmSync(root, { recursive: true });
    });

    const verify = (...argv: string[]) =>
        invoke(["verify", "--base-url", "https://www.example.com", ...argv, ...at(local).edge]);

    it("the deployed folder is verified, page by page, without a token", async () => {
        const ran = await verify("--dir", path.join(root, "site"));
        deepStrictEqual([ran.code, ran.err], [0, ""]);
        strictEqual(ran.out, "5 verified, 0 stale, 0 unverifiable (5 of 5 URLs looked at)\n");
        strictEqual(local.requestLog.length, 0);
    });

    it("old bytes at the edge are stale: exit 1, with the reason and the cure", async () => {
        await local.visit("https://www.example.com/app.js");
        const ran = await verify("--dir", put("site", { ...FILES, "app.js": "2" }));
        strictEqual(ran.code, 1);
        match(
            ran.out,
            /^stale {2}https:\/\/www\.example\.com\/app\.js {2}The edge serves old bytes .*\(HIT, age \d+ s\), while the origin has new ones/m,
        );
        match(ran.out, /4 verified, 1 stale, 0 unverifiable/);
        match(ran.err, /Purge this very URL/);
        const { stale, verified, urls } = JSON.parse((await verify("--dir", path.join(root, "site"), "--json")).out);
        deepStrictEqual([verified, urls, stale.length, stale[0].url], [4, 5, 1, "https://www.example.com/app.js"]);
    });

    it("copies for pages of other origins are looked at too", async () => {
        const dir = put("site", { ...FILES, "inter.woff2": "1" });
        const headers = { origin: "https://app.example.net" };
        await local.visit("https://www.example.com/inter.woff2", { headers });
        put("site", { "inter.woff2": "2" });
        match((await verify("--dir", dir)).out, /^6 verified, 0 stale, .*\(6 of 6 URLs looked at\)/);
        const ran = await verify("--dir", dir, "--cross-origin", headers.origin);
        match(
            ran.out,
            /^stale {2}https:\/\/www\.example\.com\/inter\.woff2 \[Origin: https:\/\/app\.example\.net\] {2}The edge serves old bytes of/m,
        );
        match(ran.out, /7 verified, 1 stale, 0 unverifiable \(8 of 8 URLs looked at\)/);
        const { stale } = JSON.parse((await verify("--dir", dir, "--cross-origin", headers.origin, "--json")).out);
        deepStrictEqual(
            [stale.length, stale[0].url, stale[0].origin],
            [1, "https://www.example.com/inter.woff2", headers.origin],
        );
    });

    it("a manifest does as well as the folder", async () => {
        const { out } = await invoke(["manifest", path.join(root, "site"), "--base-url", "https://www.example.com"]);
        const file = path.join(root, "m");
        writeFileSync(file, out);
        match((await verify("--manifest", file)).out, /^5 verified/);
    });

    it("--sample spreads over the site; all means all", async () => {
        const dir = path.join(root, "site");
        match((await verify("--dir", dir, "--sample", "2")).out, /^2 verified, .*\(2 of 5 URLs looked at\)/);
        match((await verify("--dir", dir, "--sample", "all")).out, /\(5 of 5 URLs looked at\)/);
    });

    it("a file that is at neither: unverifiable; nothing verified at all is a failure", async () => {
        const other = put("other", { "nowhere.txt": "?", "app.js": "1" });
        const some = await verify("--dir", other);
        strictEqual(some.code, 0);
        match(some.out, /^unverifiable {2}https:\/\/www\.example\.com\/nowhere\.txt {2}The origin itself answers/m);
        const none = await verify("--dir", put("none", { "nowhere.txt": "?" }));
        strictEqual(none.code, 1);
        match(none.err, /error: nothing could be verified/);
    });

    it("a host that cannot be asked is said, not thrown", async () => {
        const argv = ["--base-url", "https://www.example.com", "--connect-to", "*=127.0.0.1:1"];
        const ran = await invoke(["verify", ...argv, "--dir", path.join(root, "site"), "--sample", "1"]);
        strictEqual(ran.code, 1);
        match(
            ran.out,
            /unverifiable {2}https:\/\/www\.example\.com\/\S* {2}www\.example\.com cannot be reached from here: no answer \(ECONNREFUSED\)/,
        );
    });

    it("--wait looks again: a copy that goes away in time is no failure", async () => {
        const dir = put("site", { ...FILES, "app.js": "2" });
        put("former", FILES);
        local.origin.headers = { "cache-control": "no-store" };
        const old = { target: "origin", kind: "old", dir: path.join(root, "former"), path: "/app.js" } as const;
        local.faults.add({ ...old, times: 1 });
        match((await verify("--dir", dir)).out, /4 verified, 1 stale/);
        local.faults.add({ ...old, times: 1 });
        match((await verify("--dir", dir, "--wait", "5")).out, /^5 verified, 0 stale/);
    });
});
