import * as assert from "node:assert/strict";
import type { Headers } from "../../../local/cloudflare";
import { A, stage } from "./stage";

describe("the cache key", () => {
    it("is scheme, host in lower case, path and query, each as sent", async () => {
        const { states } = stage();
        const other = [
            "http://www.example.com/a.css",
            "https://example.com/a.css",
            `${A}?`,
            `${A}?v=1`,
            `${A}?v=2`,
            "https://www.example.com/A.css",
            "https://www.example.com/%61.css",
            "https://www.example.com//a.css",
        ];
        assert.deepEqual(await states(A), ["MISS"]);
        assert.deepEqual(
            await states(...other),
            other.map(() => "MISS"),
        );
        assert.deepEqual(
            await states(
                A,
                "https://WWW.Example.COM/a.css",
                "https://www.example.com:443/a.css",
                "HTTPS://www.example.com/a.css",
            ),
            ["HIT", "HIT", "HIT", "HIT"],
        );
    });

    it("has the headers of a custom key, and a purge must name them", async () => {
        const { core, visit } = stage(
            {},
            {
                zones: [
                    {
                        name: "example.com",
                        cacheEverything: true,
                        cacheKeyHeaders: ["CF-Device-Type", "Accept-Language"],
                    },
                ],
            },
        );
        const { value } = core.createToken();
        const mobile = { "user-agent": "Mobile Safari", "accept-language": "de" };
        const post = (files: unknown[]) =>
            core.handleApi({
                method: "POST",
                target: `/client/v4/zones/${core.zone.id}/purge_cache`,
                headers: { authorization: `Bearer ${value}` },
                body: Buffer.from(JSON.stringify({ files })),
            });
        assert.deepEqual(
            [(await visit(A, mobile))[0], (await visit(A))[0], (await visit(A, mobile))[0]],
            ["MISS", "MISS", "HIT"],
        );
        assert.equal((await post([A])).status, 200);
        assert.equal((await visit(A, mobile))[0], "HIT", "a purge without the headers misses");
        await post([{ url: A, headers: { "CF-Device-Type": "mobile", "Accept-Language": "de" } }]);
        assert.deepEqual([(await visit(A, mobile))[0], (await visit(A))[0]], ["MISS", "HIT"]);
    });

    for (const name of ["Origin", "X-Forwarded-Host", "X-HTTP-Method-Override", "X-Original-URL"]) {
        it(`has the ${name} of a request, and a purge must name it`, async () => {
            const { core, visit } = stage();
            const { value } = core.createToken();
            const headers = { [name.toLowerCase()]: "https://app.example" };
            const how = async (sent: Headers) => (await visit(A, sent))[0];
            const post = (files: unknown[]) =>
                core.handleApi({
                    method: "POST",
                    target: `/client/v4/zones/${core.zone.id}/purge_cache`,
                    headers: { authorization: `Bearer ${value}` },
                    body: Buffer.from(JSON.stringify({ files })),
                });
            assert.deepEqual([await how({}), await how(headers), await how(headers)], ["MISS", "MISS", "HIT"]);
            assert.equal((await post([A])).status, 200);
            assert.deepEqual([await how({}), await how(headers)], ["MISS", "HIT"], "a purge without it misses");
            assert.equal((await post([{ url: A, headers: { [name]: "https://app.example" } }])).status, 200);
            assert.deepEqual([await how({}), await how(headers)], ["HIT", "MISS"]);
        });
    }

    it("has a copy for each encoding when the origin varies by it, and a purge takes all", async () => {
        const { visit, purge } = stage({ vary: "Accept-Encoding" });
        const br = { "accept-encoding": "gzip, br" };
        const how = async (headers: Headers) => (await visit(A, headers))[0];
        assert.deepEqual([await how(br), await how({}), await how(br), await how({})], ["MISS", "MISS", "HIT", "HIT"]);
        purge({ kind: "files", keys: new Set([A]) });
        assert.deepEqual([await how(br), await how({})], ["MISS", "MISS"]);
    });
});
