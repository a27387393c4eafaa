import * as assert from "node:assert/strict";
import { A, stage } from "./stage";

describe("what the edge answers", () => {
    it("a HEAD from the copy of a GET, with its length and no body", async () => {
        const { core, visit } = stage();
        assert.deepEqual(await visit(A, {}, "HEAD"), ["MISS", 200, ""]);
        assert.deepEqual(await visit(), ["HIT", 200, "one"]);
        const head = await core.visitInProcess(A, { method: "HEAD" });
        assert.deepEqual([head.cacheStatus, head.headers["content-length"], head.body.length], ["HIT", "3", 0]);
    });

    it("a 304 to who has the copy", async () => {
        const { core, visit } = stage();
        const { headers } = await core.visitInProcess(A);
        assert.deepEqual(await visit(A, { "if-none-match": headers.etag as string }), ["HIT", 304, ""]);
        assert.deepEqual(await visit(A, { "if-none-match": '"other"' }), ["HIT", 200, "one"]);
    });

    it("a range: passed to the origin without a copy and not kept, cut from the copy with one", async () => {
        const { core, visit, fetches } = stage();
        assert.deepEqual(await visit(A, { range: "bytes=1-" }), ["MISS", 206, "ne"]);
        assert.deepEqual(await visit(A, { range: "bytes=0-0" }), ["MISS", 206, "o"]);
        assert.deepEqual(await visit(), ["MISS", 200, "one"]);
        assert.deepEqual(await visit(A, { range: "bytes=-2" }), ["HIT", 206, "ne"]);
        assert.deepEqual((await visit(A, { range: "bytes=9-" }))[1], 416);
        const { headers } = await core.visitInProcess(A, { headers: { range: "bytes=0-1" } });
        assert.equal(headers["content-range"], "bytes 0-1/3");
        assert.equal(fetches(), 3);
    });

    it("Age, CF-Ray and Date by its clock, and no Cache-Tag", async () => {
        const { clock, core } = stage({ "cache-tag": "a" });
        const first = await core.visitInProcess(A);
        await clock.advance(5500);
        const second = await core.visitInProcess(A);
        assert.deepEqual([first.headers.age, second.headers.age], [undefined, "5"]);
        assert.match(second.headers["cf-ray"] ?? "", /^[0-9a-f]{16}-[A-Z]{3}$/);
        assert.equal(second.headers.date, "Thu, 01 Jan 2026 00:00:05 GMT");
        assert.equal(second.headers["cache-tag"], undefined);
    });

    it("a challenge for those that a rule names, and never out of the cache", async () => {
        const zones = [{ name: "example.com", cacheEverything: true, challengedAgent: "bot" }];
        const { core, visit } = stage({}, { zones });
        assert.deepEqual(await visit(), ["MISS", 200, "one"]);
        const { status, headers } = await core.visitInProcess(A, { headers: { "user-agent": "a bot/1.0" } });
        assert.deepEqual([status, headers["cf-mitigated"]], [403, "challenge"]);
        assert.deepEqual(await visit(A, { "user-agent": "a browser" }), ["HIT", 200, "one"]);
    });

    it("530 for a host of no zone, no cache for a host that is not proxied", async () => {
        const { core } = stage(
            {},
            {
                zones: [
                    { name: "example.com", cacheEverything: true, unproxied: ["grey.example.com"] },
                    { name: "late.example", status: "pending" },
                ],
            },
        );
        assert.deepEqual((await core.visitInProcess("https://www.example.org/")).status, 530);
        assert.deepEqual((await core.visitInProcess("https://late.example/")).status, 530);
        for (let visit = 0; visit < 2; visit++) {
            const { status, cacheStatus, headers } = await core.visitInProcess("https://grey.example.com/a.css");
            assert.deepEqual([status, cacheStatus, headers["cf-ray"]], [200, undefined, undefined]);
        }
    });
});
