import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LocalCloudflare } from "../../local/cloudflare";
import { CACHE_PURGE, startLocalCloudflare, ZONE_READ } from "../../local/cloudflare";
import type { Around } from "./invoke";
import { purgeAt, readingPurger } from "./invoke";

const ZONE = ["--zone", "example.com"];
const PAGE = "https://www.example.com/app.js";

describe("cli: in which zone, with which credential", () => {
    let root: string;
    let local: LocalCloudflare;
    let token: string;
    beforeEach(async () => {
        root = mkdtempSync(path.join(tmpdir(), "purge-"));
        local = await startLocalCloudflare();
        token = readingPurger(local);
    });
    afterEach(async () => {
        await local.close();
        rmSync(root, { recursive: true });
    });

    const purge = (argv: readonly string[], around?: Around) => purgeAt(local, token, argv, around);

    it("finds the zone by a name in capitals or as a URL, by ID, and within an account", async () => {
        for (const zone of ["Example.COM.", "https://example.com/", local.zone.id]) {
            strictEqual((await purge(["--zone", zone, "--url", PAGE, "--no-rebound"])).code, 0);
        }
        local.addZone({ name: "example.com", accountId: "c".repeat(32), status: "pending" });
        const resources = { "com.cloudflare.api.account.zone.*": "*" };
        const all = local.createToken({ policies: [{ groups: [CACHE_PURGE, ZONE_READ], resources }] }).value;
        const env = { CLOUDFLARE_API_TOKEN: all };
        match((await purge([...ZONE, "--url", PAGE], { env })).err, /2 zones are named "example\.com"/);
        strictEqual((await purge([...ZONE, "--account", local.accountId, "--url", PAGE], { env })).code, 0);
        strictEqual(
            (await purge([...ZONE, "--url", PAGE], { env: { ...env, CLOUDFLARE_ACCOUNT_ID: local.accountId } })).code,
            0,
        );
        match(
            (await purge(["--zone", "www.example.com", "--url", PAGE], { env })).err,
            /it is a host in the zone example\.com/,
        );
    });

    it("finds a zone that the API names in Unicode, by either form and by its hosts", async () => {
        const { id } = local.addZone({ name: "Bücher.example", cacheEverything: true });
        const resources = { [`com.cloudflare.api.account.zone.${id}`]: "*" };
        const value = local.createToken({ policies: [{ groups: [CACHE_PURGE, ZONE_READ], resources }] }).value;
        const env = { CLOUDFLARE_API_TOKEN: value };
        for (const zone of ["bücher.example", "xn--bcher-kva.example", "https://BÜCHER.example./"]) {
            for (const host of ["www.bücher.example", "www.xn--bcher-kva.example"]) {
                const ran = await purge(["--zone", zone, "--url", `https://${host}/a.js`, "--no-rebound"], { env });
                strictEqual(ran.code, 0, ran.err);
            }
        }
        deepStrictEqual(
            new Set(local.purgeLog.map(({ zoneId, body }) => JSON.stringify([zoneId, body]))),
            new Set([JSON.stringify([id, { files: ["https://www.xn--bcher-kva.example/a.js"] }])]),
        );
        const meant = await purge(["--zone", "www.bücher.example", "--url", "https://www.bücher.example/"], { env });
        match(meant.err, /it is a host in the zone xn--bcher-kva\.example/);
    });

    it("purges a custom hostname of the zone when it is told that it is one", async () => {
        local.addZone({ name: "saas.example", cacheEverything: true, customHostnames: ["shop.customer.test"] });
        const resources = { "com.cloudflare.api.account.zone.*": "*" };
        const value = local.createToken({ policies: [{ groups: [CACHE_PURGE, ZONE_READ], resources }] }).value;
        const args = ["--zone", "saas.example", "--url", "https://shop.customer.test/a.js", "--no-rebound"];
        const around = { env: { CLOUDFLARE_API_TOKEN: value } };
        match((await purge(args, around)).err, /shop\.customer\.test.*--custom-hostnames/s);
        strictEqual(local.purgeLog.length, 0);
        strictEqual((await purge([...args, "--custom-hostnames"], around)).code, 0);
        deepStrictEqual(local.purgeLog.at(-1)?.body, { files: ["https://shop.customer.test/a.js"] });
    });

    it("takes the token from a file or stdin before the environment, and the key pair with a hint", async () => {
        const file = path.join(root, "token");
        writeFileSync(file, `${token}\n`);
        const args = [...ZONE, "--url", PAGE, "--no-rebound"];
        const env = { CLOUDFLARE_API_TOKEN: `cfut_${"x1".repeat(24)}` };
        for (const ran of [
            await purge([...args, "--token-file", file], { env }),
            await purge([...args, "--token-stdin"], { env, stdin: `${token}\r\n` }),
        ]) {
            strictEqual(ran.code, 0, ran.err);
            match(ran.err, /several credentials are set: --token-(file|stdin) is used, CLOUDFLARE_API_TOKEN is not/);
        }
        const key = local.directory.createGlobalKey();
        const pair = {
            CLOUDFLARE_API_TOKEN: "",
            CLOUDFLARE_API_KEY: key,
            CLOUDFLARE_EMAIL: local.directory.user.email,
        };
        const ran = await purge(args, { env: pair });
        strictEqual(ran.code, 0, ran.err);
        match(ran.err, /prefer a token that may only purge this zone/);
        ok(!ran.err.includes(key));
    });
});
