import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { LocalCloudflare } from "../../../local/cloudflare";
import { startLocalCloudflare } from "../../../local/cloudflare";

describe("the admin API", () => {
    let local: LocalCloudflare;
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "admin-"));
    before(async () => {
        fs.writeFileSync(path.join(folder, "a.css"), "a");
        local = await startLocalCloudflare({ origin: { headers: { "cache-tag": "Css" } } });
    });
    after(async () => {
        await local.close();
        fs.rmSync(folder, { recursive: true });
    });

    const admin = async (method: string, where: string, body?: unknown) => {
        const response = await fetch(local.adminBaseUrl + where, {
            method,
            ...(body !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
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
