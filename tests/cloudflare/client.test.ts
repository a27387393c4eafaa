import assert from "node:assert/strict";
import { CloudflareClient } from "../../components/cloudflare/client";
import type { PurgeBody } from "../../components/plan/batches";
import type { LocalCloudflare } from "../../local/cloudflare";
import { CACHE_PURGE, startLocalCloudflare, ZONE_READ } from "../../local/cloudflare";
import type { Served } from "./servers";
import { ACCEPTED, errorOf, json, serve, TOKEN, ZONE } from "./servers";

describe("cloudflare/client at the local Cloudflare", () => {
    let local: LocalCloudflare;
    let client: CloudflareClient;
    let zone: { id: string; name: string };

    before(async () => {
        local = await startLocalCloudflare({
            zones: [{ name: "example.com" }, ...Array.from({ length: 60 }, (_, i) => ({ name: `n${i}.example.net` }))],
        });
        zone = local.zone;
        const resources = {
            [`com.cloudflare.api.account.${local.accountId}`]: { "com.cloudflare.api.account.zone.*": "*" },
        };
        const { value } = local.createToken({ policies: [{ groups: [CACHE_PURGE, ZONE_READ], resources }] });
        client = new CloudflareClient({ credential: { token: value }, baseUrl: local.apiBaseUrl });
    });
    after(() => local.close());

    const bodies: [string, PurgeBody][] = [
        ["URLs", { files: ["https://example.com/a.css", "https://example.com/"] }],
        ["URLs with headers", { files: [{ url: "https://example.com/", headers: { "CF-Device-Type": "mobile" } }] }],
        ["prefixes", { prefixes: ["example.com/a/"] }],
        ["hosts", { hosts: ["example.com"] }],
        ["tags", { tags: ["blog"] }],
        ["everything", { purge_everything: true }],
    ];
    for (const mode of ["purge", "invalidate"] as const) {
        for (const [name, body] of bodies) {
            it(`${mode}: ${name}`, async () => {
                const accepted = await client.purge(zone, body, mode);
                const logged = local.purgeLog.at(-1);
                assert.equal(accepted.id, logged?.id);
                assert.deepEqual(logged?.body, body);
                assert.equal(logged?.endpoint, mode === "purge" ? "purge_cache" : "invalidate_cache");
            });
        }
    }

    it("reads the rate limit headers", async () => {
        const { rateLimit } = await client.purge(zone, { tags: ["a"] }, "purge");
        assert.equal(rateLimit?.length, 1);
        assert.equal(rateLimit?.[0]?.quota, 1200);
        assert.equal(rateLimit?.[0]?.window, 300);
    });

    it("lists every page of zones, each zone once", async () => {
        const zones = await client.zones();
        assert.equal(zones.length, 61);
        assert.equal(new Set(zones.map((z) => z.id)).size, 61);
    });

    it("finds a zone by its name, and tells account, plan and status", async () => {
        const zones = await client.zones({ name: "example.com" });
        assert.deepEqual(zones, [await client.zone(zone.id)]);
        const { id, name, status, accountId, plan } = zones[0] ?? {};
        assert.deepEqual(
            { id, name, status, accountId, plan },
            { ...pick(zone), status: "active", accountId: local.accountId, plan: "free" },
        );
    });

    it("finds no zone without an error", async () => {
        assert.deepEqual(await client.zones({ name: "example.org" }), []);
        assert.deepEqual(await client.zones({ status: "pending" }), []);
    });

    it("verifies a user's token at the user and an account's at the account", async () => {
        assert.equal((await client.verifyToken()).status, "active");
        const { value, id } = local.createToken({ owner: { kind: "account", accountId: local.accountId } });
        const owned = client.with({ credential: { token: value } });
        assert.equal((await owned.verifyToken(local.accountId)).id, id);
        const error = await errorOf(owned.verifyToken());
        assert.deepEqual([error.status, error.codes, error.kind], [401, [1000], "authentication"]);
    });

    it("signs with the global key and its address too", async () => {
        const served = await serve((_, __, response) => json(response, 200, ACCEPTED));
        const keyed = new CloudflareClient({
            credential: { key: "c2547eb745079dac9320b638f5e225cf483cc", email: "a@example.com" },
            baseUrl: served.url,
        });
        await keyed.purge(ZONE, { tags: ["a"] }, "purge");
        await served.close();
        const { headers } = served.requests[0] as Served["requests"][number];
        assert.equal(headers["x-auth-email"], "a@example.com");
        assert.equal(headers.authorization, undefined);
    });
});

function pick({ id, name }: { id: string; name: string }): { id: string; name: string } {
    return { id, name };
}

describe("cloudflare/client and listings", () => {
    const zone = (n: number) => ({ id: `${n}`.padStart(32, "0"), name: `z${n}.example.com`, status: "active" });

    const listings: [string, (page: number) => { result: unknown; result_info?: unknown }, number, number][] = [
        ["a server that ignores `page`", () => ({ result: Array.from({ length: 50 }, (_, i) => zone(i)) }), 50, 2],
        [
            "a server that tells the number of pages",
            () => ({ result: Array.from({ length: 50 }, (_, i) => zone(i)), result_info: { total_pages: 1 } }),
            50,
            1,
        ],
        [
            "a server that never ends",
            (page) => ({ result: Array.from({ length: 50 }, (_, i) => zone(page * 50 + i)) }),
            5000,
            100,
        ],
        ["an empty list", () => ({ result: [] }), 0, 1],
    ];
    for (const [name, answer, zones, requests] of listings) {
        it(`${name}: ${zones} zones in ${requests} requests`, async () => {
            const served = await serve((_, request, response) => {
                const page = Number(new URL(request.url ?? "", "http://x").searchParams.get("page"));
                json(response, 200, { success: true, errors: [], messages: [], ...answer(page) });
            });
            const client = new CloudflareClient({ credential: { token: TOKEN }, baseUrl: served.url });
            assert.equal((await client.zones()).length, zones);
            assert.equal(served.requests.length, requests);
            await served.close();
        });
    }
});

describe("cloudflare/client: an answer that is a success and not what was asked for", () => {
    type Ask = (client: CloudflareClient) => Promise<unknown>;
    const asked: [what: string, ask: Ask, missing: string, results: readonly unknown[]][] = [
        [
            "a purge",
            (client) => client.purge(ZONE, { tags: ["a"] }, "purge"),
            "the ID of the purge",
            [null, {}, { id: 1 }, { id: "" }],
        ],
        ["a verification", (client) => client.verifyToken(), "the token's status", [null, [], { id: "a" }]],
        ["a list of zones", (client) => client.zones(), "a list of zones", [null, {}, "zones"]],
        ["zones", (client) => client.zones(), "zones with ID and name", [[null], [{ id: ZONE.id }], [{ name: "a" }]]],
        ["a zone", (client) => client.zone(ZONE.id), "a zone with ID and name", [null, [], { id: ZONE.id }]],
        ["a list of groups", (client) => client.permissionGroups(), "a list of permission groups", [null, { id: "a" }]],
        [
            "a new token",
            (client) => client.createPurgeToken({ name: "n", zoneId: ZONE.id, expiresOn: "2030-01-01T00:00:00Z" }),
            "the token's ID",
            [null, {}, { id: "" }],
        ],
    ];
    for (const [what, ask, missing, results] of asked) {
        it(`${what}: says that ${missing} is missing, and asks no second time`, async () => {
            const served = await serve((n, _, response) => json(response, 200, { ...ACCEPTED, result: results[n] }));
            const client = new CloudflareClient({ credential: { token: TOKEN }, baseUrl: served.url });
            for (const _ of results) {
                const error = await errorOf(ask(client));
                assert.equal(error.key, "not-the-api");
                assert.ok(error.message.includes(missing), error.message);
            }
            assert.equal(served.requests.length, results.length);
            await served.close();
        });
    }
});

describe("cloudflare/client: an answer far larger than any of Cloudflare's", () => {
    it("is not read to its end, and named", async () => {
        const huge = await serve((_n, _request, response) => {
            response.writeHead(200, { "content-type": "application/json" });
            response.end(`{"success":true,"result":{"id":"${"x".repeat(9 * 1024 * 1024)}"}}`);
        });
        try {
            const client = new CloudflareClient({ credential: { token: TOKEN }, baseUrl: huge.url, retries: 0 });
            const error = await errorOf(client.purge(ZONE, { hosts: ["a.test"] }, "purge"));
            assert.equal(error.key, "not-the-api");
        } finally {
            await huge.close();
        }
    });
});
