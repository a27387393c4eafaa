import * as assert from "node:assert/strict";
import type { Headers } from "../../../local/cloudflare";
import { memorySite } from "../../../local/cloudflare";
import { A, stage } from "./stage";

describe("what the edge keeps", () => {
    const DEFAULT = { "cache-control": "" };
    // [headers of the origin, status of the first and of the second visit, seconds after which it is fetched again]
    const rows: [string, Headers, string, string, number?][] = [
        ["max-age", { "cache-control": "max-age=100" }, "MISS", "HIT", 100],
        ["s-maxage goes before max-age", { "cache-control": "max-age=10, s-maxage=50" }, "MISS", "HIT", 50],
        ["max-age=0 with s-maxage", { "cache-control": "max-age=0, s-maxage=50" }, "MISS", "HIT", 50],
        [
            "CDN-Cache-Control goes first",
            { "cache-control": "max-age=10", "cdn-cache-control": "max-age=70" },
            "MISS",
            "HIT",
            70,
        ],
        [
            "Cloudflare-CDN-Cache-Control before that",
            { "cdn-cache-control": "no-store", "cloudflare-cdn-cache-control": "max-age=7" },
            "MISS",
            "HIT",
            7,
        ],
        ["Expires", { ...DEFAULT, expires: "Thu, 01 Jan 2026 00:01:40 GMT" }, "MISS", "HIT", 100],
        ["Expires in the past", { ...DEFAULT, expires: "Wed, 31 Dec 2025 00:00:00 GMT" }, "BYPASS", "BYPASS"],
        ["Expires: 0", { ...DEFAULT, expires: "0" }, "BYPASS", "BYPASS"],
        ["nothing said: two hours", DEFAULT, "MISS", "HIT", 7200],
        ["public alone: two hours", { "cache-control": "public" }, "MISS", "HIT", 7200],
        ["no-store", { "cache-control": "no-store" }, "BYPASS", "BYPASS"],
        ["no-cache", { "cache-control": "no-cache" }, "BYPASS", "BYPASS"],
        ["private", { "cache-control": "private, max-age=60" }, "BYPASS", "BYPASS"],
        ["max-age=0", { "cache-control": "max-age=0" }, "BYPASS", "BYPASS"],
        ["must-revalidate while fresh", { "cache-control": "max-age=60, must-revalidate" }, "MISS", "HIT", 60],
        ["a cookie", { "set-cookie": "a=1" }, "BYPASS", "BYPASS"],
        ["Vary: *", { vary: "*" }, "BYPASS", "BYPASS"],
        ["Vary on something else is not looked at", { vary: "User-Agent" }, "MISS", "HIT", 3600],
    ];
    for (const [title, headers, first, second, lifetime] of rows) {
        it(`${title}: ${first}, ${second}${lifetime ? `, for ${lifetime} s` : ""}`, async () => {
            const { clock, states } = stage(headers);
            assert.deepEqual(await states(A, A), [first, second]);
            if (lifetime === undefined) {
                return;
            }
            await clock.advance(lifetime * 1000 - 1);
            assert.deepEqual(await states(A), ["HIT"]);
            await clock.advance(1);
            assert.deepEqual(await states(A), ["REVALIDATED"]);
        });
    }

    it("keeps a 404 for three minutes when nothing is said, and does not keep a 307", async () => {
        const { clock, core, states } = stage({ "cache-control": "" });
        const gone = "https://example.com/gone.css";
        assert.deepEqual(await states(gone, gone), ["MISS", "HIT"]);
        await clock.advance(180_000);
        assert.deepEqual(await states(gone), ["EXPIRED"]);
        core.origin.htmlHandling = "auto-trailing-slash";
        core.origin.setSite(memorySite(new Map([["/index.html", ""]])));
        assert.deepEqual(await states("https://example.com/index.html", "https://example.com/index.html"), [
            "MISS",
            "MISS",
        ]);
    });

    it("keeps a redirect that says how long", async () => {
        const { core, states } = stage({ "cache-control": "max-age=60" });
        core.origin.htmlHandling = "auto-trailing-slash";
        core.origin.setSite(memorySite(new Map([["/index.html", ""]])));
        assert.deepEqual(await states("https://example.com/index.html", "https://example.com/index.html"), [
            "MISS",
            "HIT",
        ]);
    });

    it("does not keep an error of the origin", async () => {
        const { core, visit } = stage();
        core.faults.add({ target: "origin", kind: "status", status: 503, times: 2 });
        assert.deepEqual(
            [await visit(), await visit(), await visit()].map(([how, status]) => [how, status]),
            [
                ["MISS", 503],
                ["MISS", 503],
                ["MISS", 200],
            ],
        );
    });

    it("keeps what an Authorization header fetched only when the origin allows it", async () => {
        for (const [control, first, second] of [
            ["max-age=60", "BYPASS", "BYPASS"],
            ["public, max-age=60", "MISS", "HIT"],
        ]) {
            const { visit } = stage({ "cache-control": control as string });
            assert.equal((await visit(A, { authorization: "Basic x" }))[0], first);
            assert.equal((await visit(A, { authorization: "Basic x" }))[0], second);
        }
    });

    it("does not care what the visitor's Cache-Control says", async () => {
        const { visit } = stage();
        await visit();
        assert.equal((await visit(A, { "cache-control": "no-cache", pragma: "no-cache" }))[0], "HIT");
    });

    it("keeps static extensions only, unless the zone keeps everything", async () => {
        const { core, states } = stage({}, { zones: [{ name: "example.com" }] });
        core.origin.setSite({ read: () => ({ bytes: Buffer.from("x"), etag: '"x"' }) });
        const on = (path: string) => `https://example.com${path}`;
        const kept = ["/a.css", "/b.JS", "/c.woff2", "/robots.txt", "/x.pdf?v=2"].map(on);
        const passed = ["/", "/index.html", "/data.json", "/a.css/", "/css", "/feed.xml"].map(on);
        assert.deepEqual(await states(...kept, ...kept), [...kept.map(() => "MISS"), ...kept.map(() => "HIT")]);
        assert.deepEqual(
            await states(...passed, ...passed),
            [...passed, ...passed].map(() => "DYNAMIC"),
        );
    });

    it("passes other methods on", async () => {
        const { visit, fetches } = stage();
        assert.deepEqual((await visit(A, {}, "POST")).slice(0, 2), ["DYNAMIC", 405]);
        assert.equal(fetches(), 1);
    });
});
