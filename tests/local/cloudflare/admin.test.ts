import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { LocalCloudflare } from "../../../local/cloudflare";
import { startLocalCloudflare } from "../../../local/cloudflare";

describe("the admin API", () => {
    let local: LocalCloudflare;
    const start = fs.mkdtempSync(path.join(os.tmpdir(), "admin-"));
    const folder = path.join(start, "next");
    const outside = fs.mkdtempSync(path.join(os.tmpdir(), "outside-"));
    before(async () => {
        fs.mkdirSync(folder);
        fs.writeFileSync(path.join(folder, "a.css"), "a");
        fs.writeFileSync(path.join(outside, "secret.css"), "secret");
        fs.symlinkSync(path.join(outside, "secret.css"), path.join(folder, "link.css"));
        fs.symlinkSync("a.css", path.join(folder, "b.css"));
        fs.symlinkSync(outside, path.join(start, "out"));
        fs.symlinkSync("next", path.join(start, "current"));
        local = await startLocalCloudflare({ origin: { dir: start, headers: { "cache-tag": "Css" } } });
    });
    after(async () => {
        await local.close();
        fs.rmSync(start, { recursive: true });
        fs.rmSync(outside, { recursive: true });
    });

    const admin = async (method: string, where: string, body?: unknown) => {
        const response = await fetch(local.adminBaseUrl + where, {
            method,
            headers: {
                authorization: `Bearer ${local.adminToken}`,
                ...(body !== undefined && { "content-type": "application/json" }),
            },
            ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        return { status: response.status, body: (await response.json()) as never };
    };
    const purge = async (token: string) =>
        fetch(`${local.apiBaseUrl}/zones/${local.zone.id}/purge_cache`, {
            method: "POST",
            headers: { authorization: `Bearer ${token}` },
            body: '{"tags":["css"]}',
        });

    it("shows and empties the logs, and makes a token", async () => {
        const { value } = (await admin("POST", "/tokens")).body as { value: string };
        assert.equal((await purge(value)).status, 200);
        const [record] = (await admin("GET", "/purges")).body as { body: unknown; accepted: boolean }[];
        assert.deepEqual([record?.body, record?.accepted], [{ tags: ["css"] }, true]);
        const requests = (await admin("GET", "/requests")).body as { path: string; status: number }[];
        assert.deepEqual(
            requests.map((request) => [request.path, request.status]),
            [[`/client/v4/zones/${local.zone.id}/purge_cache`, 200]],
        );
        assert.deepEqual((await admin("DELETE", "/purges")).body, { removed: 1 });
        assert.deepEqual((await admin("DELETE", "/requests")).body, { removed: 1 });
        assert.deepEqual([(await admin("GET", "/purges")).body, local.purgeLog], [[], []]);
    });

    it("arms and disarms faults", async () => {
        const { value } = local.createToken();
        assert.deepEqual((await admin("POST", "/faults", { kind: "rate-limit" })).body, [{ kind: "rate-limit" }]);
        assert.equal((await purge(value)).status, 429);
        await admin("POST", "/faults", { kind: "status", times: "always" });
        assert.deepEqual((await admin("DELETE", "/faults")).body, []);
        assert.equal((await purge(value)).status, 200);
        const wrong = await admin("POST", "/faults", { kind: "explode" });
        assert.equal(wrong.status, 400);
        assert.match((wrong.body as { error: string }).error, /kind is "explode"/);
    });

    it("moves the clock", async () => {
        const { now } = (await admin("GET", "/clock")).body as { now: number };
        const moved = (await admin("POST", "/clock/advance", { ms: 3_600_000 })).body as { now: number };
        assert.ok(moved.now - now >= 3_600_000);
        assert.equal((await admin("POST", "/clock/advance", { ms: -1 })).status, 400);
        assert.equal((await admin("POST", "/clock/advance")).status, 400);
    });

    it("changes the origin, and shows and empties the cache", async () => {
        assert.equal((await admin("PUT", "/origin", { dir: folder, htmlHandling: "none" })).status, 200);
        const got = await local.visit("https://example.com/a.css");
        assert.equal(`${got.body}`, "a");
        const [first] = (await admin("GET", "/cache")).body as { tier: string; copies: object[] }[];
        assert.deepEqual(first, {
            tier: "AMS",
            copies: [
                {
                    key: "https://example.com/a.css",
                    status: 200,
                    bytes: 1,
                    variant: "",
                    tags: ["css"],
                    fresh: true,
                    purged: false,
                },
            ],
        });
        const emptied = (await admin("DELETE", "/cache")).body as { copies: object[] }[];
        assert.deepEqual(
            emptied.map(({ copies }) => copies.length),
            [0, 0, 0],
        );
        for (const wrong of [{ dir: "/nowhere" }, { htmlHandling: "never" }, { root: folder }]) {
            assert.equal((await admin("PUT", "/origin", wrong)).status, 400);
        }
        assert.equal(local.origin.root, folder);
    });

    it("serves no folder but the one that it was started with and those below it", async () => {
        for (const dir of [
            outside,
            "/",
            "..",
            path.join(start, ".."),
            path.join(start, "out"),
            `${start}/next/../..`,
        ]) {
            const { status, body } = await admin("PUT", "/origin", { dir });
            assert.deepEqual([dir, status], [dir, 400]);
            assert.match((body as { error: string }).error, /must be .* or a folder below it/);
            const fault = { target: "origin", kind: "old", dir };
            assert.equal((await admin("POST", "/faults", fault)).status, 400);
        }
        assert.equal(local.origin.root, folder);
        assert.deepEqual(local.faults.list(), []);
        for (const dir of [start, path.join(start, "current"), "next", folder]) {
            assert.equal((await admin("PUT", "/origin", { dir })).status, 200);
        }
        const none = await startLocalCloudflare();
        const answer = await fetch(`${none.adminBaseUrl}/origin`, {
            method: "PUT",
            headers: { authorization: `Bearer ${none.adminToken}`, "content-type": "application/json" },
            body: JSON.stringify({ dir: start }),
        });
        assert.equal(answer.status, 400);
        await none.close();
    });

    it("does not follow links that lead out of the folder", async () => {
        const status = async (name: string) => (await local.visit(`https://example.com/${name}?${name}`)).status;
        assert.deepEqual([await status("b.css"), await status("link.css")], [200, 404]);
    });

    it("wants the token that is printed at start", async () => {
        const wrong = [
            "",
            "Bearer ",
            "Bearer x",
            `bearer ${local.adminToken}`,
            local.adminToken,
            `Bearer ${local.token}`,
        ];
        for (const authorization of wrong) {
            for (const [method, where] of [
                ["GET", "/purges"],
                ["POST", "/global-key"],
                ["PUT", "/origin"],
                ["GET", "/nothing"],
            ] as const) {
                const answer = await fetch(local.adminBaseUrl + where, {
                    method,
                    headers: authorization === "" ? {} : { authorization },
                });
                assert.equal(answer.status, 401, `${method} ${where} with ${authorization}`);
            }
        }
        const other = await startLocalCloudflare();
        assert.notEqual(other.adminToken, local.adminToken);
        await other.close();
    });

    it("sets how long a purge takes", async () => {
        const tiers = (await admin("PUT", "/propagation", { dataCentres: [100, 200], upper: 300 })).body;
        assert.deepEqual(tiers, [
            { name: "AMS", delay: 100 },
            { name: "FRA", delay: 200 },
            { name: "upper", delay: 300 },
        ]);
        const same = (await admin("PUT", "/propagation", { ms: 0 })).body as { delay: number }[];
        assert.deepEqual(
            same.map(({ delay }) => delay),
            [0, 0, 0],
        );
    });

    it("adds zones, and shows the global key", async () => {
        const zone = (await admin("POST", "/zones", { name: "example.org", plan: "pro" })).body as { id: string };
        assert.equal(local.zones.at(-1)?.id, zone.id);
        assert.equal((await admin("POST", "/zones", { name: "no" })).status, 400);
        const { email, key } = (await admin("POST", "/global-key")).body as { email: string; key: string };
        const answer = await fetch(`${local.apiBaseUrl}/zones/${zone.id}`, {
            headers: { "x-auth-email": email, "x-auth-key": key },
        });
        assert.equal(answer.status, 200);
    });
});
