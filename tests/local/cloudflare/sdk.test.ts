import * as assert from "node:assert/strict";
import Cloudflare from "cloudflare";
import type { LocalCloudflare } from "../../../local/cloudflare";
import { CACHE_PURGE, MovingClock, startLocalCloudflare } from "../../../local/cloudflare";

/** The official client, as it is, with nothing of this machine's environment. */
describe("the official SDK against the local Cloudflare", () => {
    let local: LocalCloudflare;
    const clock = new MovingClock();
    before(async () => {
        const zones = Array.from({ length: 45 }, (_, index) => ({
            name: `zone${index}.example`,
            plan: "business" as const,
        }));
        local = await startLocalCloudflare({
            clock,
            zones: [{ name: "example.com", cacheEverything: true, environments: ["e".repeat(32)] }, ...zones],
        });
    });
    after(() => local.close());
    afterEach(() => local.faults.clear());

    const client = (apiToken: string | null, options: object = {}) =>
        new Cloudflare({
            baseURL: local.apiBaseUrl,
            apiToken,
            apiKey: null,
            apiEmail: null,
            maxRetries: 0,
            ...options,
        });
    const purger = () => client(local.createToken().value);
    const last = () => local.purgeLog.at(-1);

    describe("zones", () => {
        it("are listed page by page to the end", async () => {
            const names: string[] = [];
            for await (const zone of client(local.token).zones.list()) {
                names.push(zone.name);
            }
            assert.equal(new Set(names).size, 46);
        });

        it("are found by name, account and status", async () => {
            const found = await client(local.token).zones.list({
                name: "example.com",
                account: { id: local.accountId },
                status: "active",
            });
            assert.deepEqual(
                found.result.map(({ id, name, account, plan }) => [id, name, account.id, plan.legacy_id]),
                [[local.zone.id, "example.com", local.accountId, "free"]],
            );
        });

        it("are read by ID", async () => {
            const zone = await client(local.token).zones.get({ zone_id: local.zone.id });
            assert.deepEqual(
                [zone.name, zone.status, zone.type, zone.paused],
                ["example.com", "active", "full", false],
            );
        });
    });

    describe("tokens", () => {
        const policies = () => [
            {
                effect: "allow" as const,
                permission_groups: [{ id: CACHE_PURGE.id }],
                resources: { [`com.cloudflare.api.account.zone.${local.zone.id}`]: "*" },
            },
        ];

        it("of the user are made, read, listed, verified, changed, rolled and deleted", async () => {
            const { tokens } = client(local.token).user;
            const made = await tokens.create({ name: "one", policies: policies(), expires_on: "2030-01-01T00:00:00Z" });
            const [id, value] = [made.id as string, made.value as string];
            assert.match(value, /^cfut_[0-9A-Za-z]{40}0{8}$/);
            assert.deepEqual((await tokens.get(id)).policies?.[0]?.resources, policies()[0]?.resources);
            assert.ok(!("value" in (await tokens.get(id))), "a value is shown once");
            const listed: unknown[] = [];
            for await (const token of tokens.list({ per_page: 5 })) {
                listed.push(token.id);
            }
            assert.ok(listed.includes(id));
            assert.deepEqual(await client(value).user.tokens.verify(), {
                id,
                status: "active",
                expires_on: "2030-01-01T00:00:00Z",
            });
            await tokens.update(id, { name: "two", policies: policies(), status: "disabled" });
            assert.equal((await client(value).user.tokens.verify()).status, "disabled");
            await tokens.update(id, { name: "two", policies: policies(), status: "active" });
            const rolled = await tokens.value.update(id, { body: {} });
            assert.notEqual(rolled, value);
            await assert.rejects(client(value).user.tokens.verify(), Cloudflare.AuthenticationError);
            assert.equal((await client(rolled).user.tokens.verify()).id, id);
            assert.deepEqual(await tokens.delete(id), { id });
            await assert.rejects(tokens.get(id), Cloudflare.NotFoundError);
            await assert.rejects(client(rolled).user.tokens.verify(), Cloudflare.AuthenticationError);
        });

        it("of the account the same, and they verify at the account", async () => {
            const account_id = local.accountId;
            const { tokens } = client(local.token).accounts;
            const made = await tokens.create({ account_id, name: "one", policies: policies() });
            const [id, value] = [made.id as string, made.value as string];
            assert.match(value, /^cfat_/);
            assert.equal((await tokens.get(id, { account_id })).name, "one");
            assert.equal((await client(value).accounts.tokens.verify({ account_id })).status, "active");
            await assert.rejects(client(value).user.tokens.verify(), Cloudflare.AuthenticationError);
            assert.ok(await client(value).cache.purge({ zone_id: local.zone.id, files: ["https://example.com/"] }));
            await tokens.delete(id, { account_id });
            await assert.rejects(tokens.get(id, { account_id }), Cloudflare.NotFoundError);
        });

        it("take groups that are looked up", async () => {
            const found: unknown[] = [];
            for await (const group of client(local.token).user.tokens.permissionGroups.list({ name: "Cache Purge" })) {
                found.push(group);
            }
            assert.deepEqual(found, [CACHE_PURGE]);
            const all = client(local.token).accounts.tokens.permissionGroups.list({ account_id: local.accountId });
            for await (const group of all) {
                assert.ok(!group.scopes?.includes("com.cloudflare.api.user"));
            }
        });

        it("or the user's key and e-mail address", async () => {
            const key = local.directory.createGlobalKey();
            const user = client(null, { apiKey: key, apiEmail: local.directory.user.email });
            assert.equal((await user.zones.get({ zone_id: local.zone.id })).id, local.zone.id);
            const wrong = client(null, { apiKey: "c".repeat(37), apiEmail: local.directory.user.email });
            await assert.rejects(wrong.zones.list(), Cloudflare.PermissionDeniedError);
        });
    });

    describe("purging", () => {
        const bodies = [
            { files: ["https://www.example.com/a", "https://www.example.com/b?c=%20d"] },
            { files: [{ url: "https://www.example.com/a", headers: { "CF-Device-Type": "mobile" } }] },
            { tags: ["a", "b"] },
            { hosts: ["www.example.com"] },
            { prefixes: ["www.example.com/a/"] },
            { purge_everything: true },
        ];
        for (const body of bodies) {
            for (const way of ["purge", "invalidate"] as const) {
                it(`${way} ${JSON.stringify(body)}`, async () => {
                    const answer = await purger().cache[way]({ zone_id: local.zone.id, ...body });
                    assert.match(answer?.id ?? "", /^[0-9a-f]{32}$/);
                    assert.deepEqual(
                        [last()?.endpoint, last()?.body, last()?.id, last()?.accepted],
                        [`${way}_cache`, body, answer?.id, true],
                    );
                });
            }
        }

        it("an environment", async () => {
            const where = { zone_id: local.zone.id, tags: ["a"] };
            assert.ok(await purger().cache.purgeEnvironment("e".repeat(32), where));
            assert.ok(await purger().cache.invalidateEnvironment("e".repeat(32), where));
            await assert.rejects(purger().cache.purgeEnvironment("f".repeat(32), where), Cloudflare.BadRequestError);
        });

        it("takes effect at the edge", async () => {
            const url = "https://www.example.com/effect";
            const how = async () => (await local.visit(url)).cacheStatus;
            assert.deepEqual([await how(), await how()], ["MISS", "HIT"]);
            await purger().cache.purge({ zone_id: local.zone.id, files: [url] });
            assert.equal(await how(), "MISS");
        });
    });

    describe("errors", () => {
        const purge = (who: Cloudflare, body: object = { files: ["https://example.com/"] }) =>
            who.cache.purge({ zone_id: local.zone.id, ...body });
        const codes =
            (...wanted: number[]) =>
            (error: unknown) => {
                assert.ok(error instanceof Cloudflare.APIError);
                assert.deepEqual(
                    error.errors.map(({ code }) => code),
                    wanted,
                );
                return true;
            };

        it("are the client's classes, with Cloudflare's codes", async () => {
            await assert.rejects(purge(client(local.token)), Cloudflare.PermissionDeniedError);
            await assert.rejects(purge(client(local.token)), codes(10000));
            await assert.rejects(purge(purger(), { files: "https://example.com/" }), codes(1014));
            await assert.rejects(purge(purger(), { files: ["https://example.org/"] }), Cloudflare.BadRequestError);
            await assert.rejects(client("x".repeat(40)).user.tokens.verify(), codes(1000));
            await assert.rejects(client(local.token).zones.get({ zone_id: "f".repeat(32) }), codes(9109));
        });

        it("429 when the bucket is empty, with the time to wait", async () => {
            await clock.advance(600_000);
            const who = purger();
            for (let request = 0; request < 25; request++) {
                await purge(who, { tags: ["a"] });
            }
            const error = await purge(who, { tags: ["a"] }).catch((refusal: unknown) => refusal);
            assert.ok(error instanceof Cloudflare.RateLimitError);
            assert.equal(error.headers?.get("retry-after"), "12");
            codes(1134)(error);
        });

        it("a broken connection, a timeout, half an answer, HTML", async () => {
            const who = client(local.createToken().value);
            local.faults.add({ kind: "reset" });
            await assert.rejects(purge(who), Cloudflare.APIConnectionError);
            local.faults.add({ kind: "stall" });
            const hasty = client(local.createToken().value, { timeout: 150 });
            await assert.rejects(purge(hasty), Cloudflare.APIConnectionTimeoutError);
            local.faults.add({ kind: "cut" });
            await assert.rejects(purge(who));
            local.faults.add({ kind: "html" });
            await assert.rejects(purge(who), Cloudflare.InternalServerError);
            await purge(who);
        });

        it("pass when the client tries again", async () => {
            const before = local.requestLog.length;
            local.faults.add({ kind: "status", status: 503 });
            assert.ok(await purge(client(local.createToken().value, { maxRetries: 2 })));
            assert.deepEqual(
                local.requestLog.slice(before).map(({ status }) => status),
                [503, 200],
            );
        });

        it("429 passes when the client waits as it is told", async () => {
            local.faults.add({ kind: "rate-limit", retryAfter: 1 });
            const began = performance.now();
            assert.ok(await purge(client(local.createToken().value, { maxRetries: 2 })));
            assert.ok(performance.now() - began >= 990);
        });
    });
});
