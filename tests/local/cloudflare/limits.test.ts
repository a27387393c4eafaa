import * as assert from "node:assert/strict";
import type { Plan } from "../../../local/cloudflare";
import { CloudflareCore, MovingClock, PURGE_LIMITS } from "../../../local/cloudflare";

function stage(plan: Plan, more: { name: string; plan?: Plan }[] = []) {
    const clock = new MovingClock();
    const core = new CloudflareCore({ clock, plan, zones: [{ name: "example.com" }, ...more] });
    const { value } = core.createToken({
        policies: [
            {
                groups: [{ id: "e17beae8b8cb423a99b1730f21238bed", name: "Cache Purge", scopes: [] }],
                resources: { "com.cloudflare.api.account.zone.*": "*" },
            },
        ],
    });
    const api = (method: string, target: string, body?: unknown, token = value) =>
        core.handleApi({
            method,
            target: `/client/v4${target}`,
            headers: { authorization: `Bearer ${token}` },
            body: Buffer.from(JSON.stringify(body ?? "")),
        });
    const purge = async (body: object, zone = 0) => {
        const { status, headers, body: text } = await api("POST", `/zones/${core.zones[zone]?.id}/purge_cache`, body);
        const [error] = JSON.parse(text.toString("utf8")).errors as { code: number }[];
        return status === 200 ? 200 : [status, error?.code, headers["retry-after"]];
    };
    const urls = (count: number) => ({
        files: Array.from({ length: count }, (_, index) => `https://example.com/${index}`),
    });
    return { clock, core, purge, urls, api };
}
const TAG = { tags: ["a"] };

describe("limits", () => {
    // [plan, requests saved up, seconds until the next one]
    for (const [plan, bucket, wait, retryAfter] of [
        ["free", 25, 12, "12"],
        ["pro", 25, 0.2, "1"],
        ["business", 50, 0.1, "1"],
        ["enterprise", 500, 0.02, "1"],
    ] as const) {
        it(`${plan}: ${bucket} requests by tag at once, then one each ${wait} s`, async () => {
            const { clock, purge } = stage(plan);
            for (let index = 0; index < bucket; index++) {
                assert.equal(await purge(TAG), 200);
            }
            assert.deepEqual(await purge(TAG), [429, 1134, retryAfter]);
            await clock.advance(wait * 1000 - 1);
            assert.deepEqual(await purge(TAG), [429, 1134, "1"]);
            await clock.advance(1);
            assert.equal(await purge(TAG), 200);
            assert.deepEqual(await purge(TAG), [429, 1134, retryAfter]);
            await clock.advance(3_600_000);
            for (let index = 0; index < bucket; index++) {
                assert.equal(await purge(TAG), 200);
            }
            assert.equal(((await purge(TAG)) as number[])[0], 429, "the bucket has a bottom and a rim");
        });
    }

    it("hosts, prefixes, tags and everything share a bucket; URLs have their own", async () => {
        const { purge, urls } = stage("free");
        const bodies = [TAG, { hosts: ["example.com"] }, { prefixes: ["example.com/"] }, { purge_everything: true }];
        for (let index = 0; index < 25; index++) {
            assert.equal(await purge(bodies[index % 4] as object), 200);
        }
        for (const body of bodies) {
            assert.deepEqual(await purge(body), [429, 1134, "12"]);
        }
        assert.equal(await purge(urls(100)), 200);
    });

    for (const [plan, perRequest] of [
        ["free", 100],
        ["pro", 100],
        ["business", 100],
        ["enterprise", 500],
    ] as const) {
        it(`${plan}: ${PURGE_LIMITS[plan].urlsPerSecond} URLs in any second`, async () => {
            const { clock, purge, urls } = stage(plan);
            const { urlsPerSecond } = PURGE_LIMITS[plan];
            for (let sent = 0; sent < urlsPerSecond; sent += perRequest) {
                assert.equal(await purge(urls(perRequest)), 200);
            }
            assert.deepEqual(await purge(urls(1)), [429, 1134, "1"]);
            await clock.advance(999);
            assert.deepEqual(await purge(urls(1)), [429, 1134, "1"]);
            await clock.advance(1);
            assert.equal(await purge(urls(perRequest)), 200);
        });
    }

    it("zones of an account share them on one plan, not across plans", async () => {
        const { purge } = stage("free", [{ name: "example.org" }, { name: "example.net", plan: "pro" }]);
        for (let index = 0; index < 25; index++) {
            assert.equal(await purge(TAG, index % 2), 200);
        }
        assert.deepEqual(await purge(TAG, 1), [429, 1134, "12"]);
        assert.equal(await purge(TAG, 2), 200);
    });

    it("a refused body costs nothing", async () => {
        const { purge } = stage("free");
        for (let index = 0; index < 50; index++) {
            assert.deepEqual(await purge({ tags: "a" }), [400, 1014, undefined]);
        }
        assert.equal(await purge(TAG), 200);
    });

    it("1200 calls in five minutes for all of a user's tokens, then five minutes nothing", async () => {
        const { clock, api, core } = stage("free");
        const other = core.createToken().value;
        const call = async (token?: string) => (await api("GET", "/zones", undefined, token)).status;
        await clock.advance(1);
        for (let index = 0; index < 1200; index++) {
            assert.equal(await call(index % 2 ? other : undefined), 200);
        }
        const refused = await api("GET", "/zones");
        assert.deepEqual(
            [refused.status, refused.headers["retry-after"], refused.headers.ratelimit],
            [429, "300", '"default";r=0;t=300'],
        );
        assert.equal(JSON.parse(refused.body.toString("utf8")).errors[0].code, 971);
        const account = core.createToken({ owner: { kind: "account", accountId: core.accountId } }).value;
        assert.equal(await call(account), 200, "an account's token counts for itself");
        await clock.advance(299_999);
        assert.equal(await call(other), 429);
        await clock.advance(1);
        assert.equal(await call(other), 200);
    });

    it("tell how much is left", async () => {
        const { clock, api } = stage("free");
        const left = async () => (await api("GET", "/zones")).headers.ratelimit;
        assert.deepEqual([await left(), await left()], ['"default";r=1199;t=300', '"default";r=1198;t=300']);
        await clock.advance(100_000);
        assert.equal(await left(), '"default";r=1197;t=200');
        await clock.advance(200_000);
        assert.equal(await left(), '"default";r=1199;t=300');
    });

    it("50 tokens of a user, 500 of an account", async () => {
        const { core } = stage("free");
        const create = async (path: string) => {
            const resources = { [`com.cloudflare.api.account.zone.${core.zone.id}`]: "*" };
            const policies = [
                { effect: "allow", permission_groups: [{ id: "e17beae8b8cb423a99b1730f21238bed" }], resources },
            ];
            const body = Buffer.from(JSON.stringify({ name: "t", policies }));
            const answer = await core.handleApi({
                method: "POST",
                target: `/client/v4${path}`,
                headers: { authorization: `Bearer ${core.token}` },
                body,
            });
            return answer.status;
        };
        const made = core.directory.tokens.length;
        for (let index = made; index < 50; index++) {
            assert.equal(await create("/user/tokens"), 200);
        }
        assert.equal(await create("/user/tokens"), 400);
        for (let index = 0; index < 500; index++) {
            assert.equal(await create(`/accounts/${core.accountId}/tokens`), 200);
        }
        assert.equal(await create(`/accounts/${core.accountId}/tokens`), 400);
    });
});

describe("a token that is not known everywhere yet", () => {
    it("works after the delay, and is told unknown before", async () => {
        const clock = new MovingClock();
        const core = new CloudflareCore({ clock, tokenDelay: 5000 });
        const { value } = core.createToken();
        const call = async (target: string) =>
            (
                await core.handleApi({
                    method: "GET",
                    target: `/client/v4${target}`,
                    headers: { authorization: `Bearer ${value}` },
                })
            ).status;
        assert.deepEqual([await call("/user/tokens/verify"), await call("/zones")], [401, 403]);
        await clock.advance(4999);
        assert.equal(await call("/user/tokens/verify"), 401);
        await clock.advance(1);
        assert.deepEqual([await call("/user/tokens/verify"), await call("/zones")], [200, 200]);
    });
});
