import assert from "node:assert/strict";
import type { EdgeLook, EdgeWhy, Seen } from "../../components/diagnosis/edgeProbe";
import { judgeEdgeLook } from "../../components/diagnosis/edgeProbe";

const NOW = Date.UTC(2026, 5, 1);
const seen = (digest: string, headers: Record<string, string> = {}, status = 200): Seen => ({
    status,
    headers: { "cf-ray": "8f-FRA", "cf-cache-status": "HIT", ...headers },
    digest,
});
const url = "https://www.example.com/app.css";
const base = { url, expected: "new", purgedAt: NOW - 60_000, now: NOW };

const looks: [string, EdgeWhy | undefined, EdgeLook, RegExp?][] = [
    ["new bytes", undefined, { ...base, edge: seen("new") }],
    ["new bytes, compared with the origin's", undefined, { url, edge: seen("x"), fresh: seen("x") }],
    ["gone, as it should", undefined, { ...base, expected: null, edge: seen("error page", {}, 404) }],
    [
        "not proxied, old or new",
        "not-proxied",
        { ...base, edge: { status: 200, headers: { server: "nginx" }, digest: "new" } },
        /www\.example\.com.*no cf-ray.*Proxied/,
    ],
    ["a challenge", "challenge", { ...base, edge: seen("robot?", { "cf-mitigated": "challenge" }, 403) }],
    [
        "a redirect",
        "redirect",
        { ...base, edge: seen("", { location: "https://example.com/app.css" }, 301) },
        /Purge https:\/\/example\.com\/app\.css too/,
    ],
    ["a login", "login", { ...base, edge: seen("sign in", {}, 401) }],
    ["another page each time", "transformed", { ...base, edge: seen("a"), fresh: seen("b"), freshAgain: seen("c") }],
    ["the origin is old too", "origin-old", { ...base, edge: seen("old"), fresh: seen("old") }, /Finish the upload/],
    ["the origin itself is old", "origin-old", { ...base, edge: seen("old"), fresh: seen("new"), origin: seen("old") }],
    [
        "removed, and the origin has it still",
        "origin-old",
        { ...base, expected: null, edge: seen("old"), fresh: seen("old") },
    ],
    ["the origin has something else again", "transformed", { ...base, edge: seen("old"), fresh: seen("minified") }],
    [
        "the purge is a moment old",
        "purge-on-its-way",
        { ...base, purgedAt: NOW - 3000, edge: seen("old"), fresh: seen("new") },
        /3 s old/,
    ],
    [
        "not from the cache",
        "bypassed",
        { ...base, edge: seen("old", { "cf-cache-status": "DYNAMIC" }), fresh: seen("new") },
    ],
    [
        "stored before the purge",
        "cache-key",
        { ...base, edge: seen("old", { age: "4000" }), fresh: seen("new") },
        /age 4000 s.*before the purge/,
    ],
    [
        "new with another header",
        "cache-key",
        {
            ...base,
            edge: seen("old", { age: "30" }),
            fresh: seen("new"),
            variants: [{ differs: "header", asked: "CF-Device-Type: mobile", seen: seen("new") }],
        },
        /CF-Device-Type: mobile/,
    ],
    [
        "stored after the purge",
        "edge-old",
        { ...base, edge: seen("old", { age: "30" }), fresh: seen("new") },
        /came back/,
    ],
    ["old, and nobody knows since when", "edge-old", { url, expected: "new", edge: seen("old"), fresh: seen("new") }],
    [
        "http is old",
        "scheme",
        {
            ...base,
            edge: seen("new"),
            variants: [{ differs: "scheme", asked: "http://www.example.com/app.css", seen: seen("old") }],
        },
        /Always Use HTTPS/,
    ],
    [
        "a query string is old",
        "query",
        { ...base, edge: seen("new"), variants: [{ differs: "query", asked: `${url}?v=1`, seen: seen("old") }] },
        /prefix/,
    ],
    [
        "another host is old",
        "host",
        {
            ...base,
            edge: seen("new"),
            variants: [{ differs: "host", asked: "https://example.com/app.css", seen: seen("old") }],
        },
    ],
    [
        "a variant that redirects",
        undefined,
        {
            ...base,
            edge: seen("new"),
            variants: [{ differs: "scheme", asked: "http://www.example.com/app.css", seen: seen("", {}, 301) }],
        },
    ],
    [
        "a long max-age, and nobody complains",
        undefined,
        { ...base, edge: seen("new", { "cache-control": "public, max-age=31536000" }) },
    ],
    [
        "a long max-age, and somebody complains",
        "browser-cache",
        { ...base, reported: true, edge: seen("new", { "cache-control": "public, max-age=31536000" }) },
        /31536000 s/,
    ],
    [
        "only the edge keeps it long",
        undefined,
        { ...base, reported: true, edge: seen("new", { "cache-control": "max-age=0, s-maxage=86400" }) },
    ],
    ["a service worker", "service-worker", { ...base, reported: true, serviceWorker: true, edge: seen("new") }],
];

describe("cloudflare/diagnosis/edgeProbe", () => {
    for (const [name, why, look, words] of looks) {
        it(`${name}: ${why ?? "nothing wrong"}`, () => {
            const finding = judgeEdgeLook(look);
            assert.equal(finding?.why, why, finding?.cause);
            if (finding !== undefined) {
                assert.equal(finding.key, why === "not-proxied" ? "not-proxied" : "purged-but-stale");
                assert.match(`${finding.cause} ${finding.remedy}`, words ?? /./);
            }
        });
    }
});
