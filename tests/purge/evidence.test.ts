import assert from "node:assert/strict";
import { edgeProblem } from "../../components/diagnosis/edgeWords";
import type { Change } from "../../components/plan/selector";
import type { EdgeAnswer, EdgeLook, EdgeVerdict, EdgeWhy, OriginState } from "../../components/purge/evidence";
import { judgeEdge, originState } from "../../components/purge/evidence";
import type { Answer } from "../../components/purge/visit";

const [NEW, OLD, OTHER, PAGE] = ["n".repeat(32), "o".repeat(32), "x".repeat(32), "p".repeat(32)];

describe("what an answer of the origin proves", () => {
    const answer = (status: number, digest: string, headers: Record<string, string> = {}): Answer => ({
        status,
        digest,
        bytes: 1,
        headers: { "cf-ray": "1", ...headers },
    });
    const rows: [string, Change, string | null, Answer, OriginState][] = [
        ["new bytes", "changed", NEW, answer(200, NEW), "there"],
        ["old bytes", "changed", NEW, answer(200, OLD), "old"],
        ["bytes that are neither", "changed", NEW, answer(200, OTHER), "unverifiable"],
        ["a login", "changed", NEW, answer(401, OTHER), "unverifiable"],
        ["an object store that hides what is missing", "added", NEW, answer(403, OTHER), "unverifiable"],
        ["a redirect", "changed", NEW, answer(307, OTHER), "unverifiable"],
        ["an added file that is not there", "added", NEW, answer(404, OTHER), "absent"],
        ["a changed file that is not there", "changed", NEW, answer(404, OTHER), "absent"],
        ["a changed file that is gone for good", "changed", NEW, answer(410, OTHER), "absent"],
        ["the new bytes with 404", "added", NEW, answer(404, NEW), "absent"],
        ["removed and gone", "removed", null, answer(404, OTHER), "there"],
        ["removed and gone for good", "removed", null, answer(410, OTHER), "there"],
        ["removed and gone, with the old bytes", "removed", null, answer(404, OLD), "there"],
        ["removed and still served", "removed", null, answer(200, OLD), "old"],
        ["removed, something else instead", "removed", null, answer(200, OTHER), "unverifiable"],
        ["removed, the fallback page with 200", "removed", PAGE, answer(200, PAGE), "there"],
        ["removed, the fallback page with 404", "removed", PAGE, answer(404, PAGE), "there"],
        ["removed below a fallback, other bytes with 404", "removed", PAGE, answer(404, OTHER), "there"],
        ["removed below a fallback, still served", "removed", PAGE, answer(200, OLD), "old"],
        ["new bytes out of a cache", "changed", NEW, answer(200, NEW, { "cf-cache-status": "HIT" }), "unverifiable"],
        ["old bytes out of a cache", "changed", NEW, answer(200, OLD, { "cf-cache-status": "STALE" }), "unverifiable"],
        ["a cached 404", "added", NEW, answer(404, OTHER, { "cf-cache-status": "UPDATING" }), "unverifiable"],
        ["a revalidated copy", "changed", NEW, answer(200, OLD, { "cf-cache-status": "REVALIDATED" }), "unverifiable"],
        ["an answer with an age", "changed", NEW, answer(200, OLD, { age: "3" }), "unverifiable"],
        ["an answer with age 0", "changed", NEW, answer(200, OLD, { age: "0" }), "old"],
        ["a miss", "changed", NEW, answer(200, NEW, { "cf-cache-status": "MISS" }), "there"],
    ];
    for (const [title, change, digest, got, state] of rows) {
        it(`${title}: ${state}`, () => assert.equal(originState({ digest, was: [OLD] }, change, got), state));
    }
});

describe("what a look at the edge proves", () => {
    const seen = (digest: string, headers: Record<string, string> = {}, status = 200): EdgeAnswer => ({
        status,
        headers: { "cf-ray": "8f-FRA", "cf-cache-status": "HIT", ...headers },
        digest,
    });
    const url = "https://www.example.com/app.css";
    const base = { url, expected: "new", sincePurge: 60_000 };
    const fresh = (digest: string, status = 200) => seen(digest, { "cf-cache-status": "MISS" }, status);
    const http = (digest: string, status = 200) => ({
        url: "http://www.example.com/app.css",
        seen: seen(digest, {}, status),
    });

    /** `ask`: other bytes than expected, which prove nothing before the origin was asked. */
    type Expected = EdgeWhy | "fine" | "ask";
    const looks: [string, EdgeVerdict["state"] | undefined, Expected, EdgeLook, RegExp?][] = [
        ["new bytes", "fine", "fine", { ...base, edge: seen("new") }],
        ["new bytes, compared with the origin's", "fine", "fine", { url, edge: seen("x"), fresh: fresh("x") }],
        ["gone, as it should", "fine", "fine", { ...base, expected: null, edge: seen("error page", {}, 404) }],
        [
            "removed below a fallback page: gone",
            "fine",
            "fine",
            { ...base, expected: "page", removed: true, edge: seen("any", {}, 404) },
        ],
        [
            "not proxied, old or new",
            "not-proxied",
            "not-proxied",
            { ...base, edge: { status: 200, headers: { server: "nginx" }, digest: "new" } },
            /www\.example\.com.*no cf-ray.*Proxied/,
        ],
        [
            "a challenge",
            "unverifiable",
            "challenge",
            { ...base, edge: seen("robot?", { "cf-mitigated": "challenge" }, 403) },
        ],
        [
            "a redirect",
            "unverifiable",
            "redirect",
            { ...base, edge: seen("", { location: "https://example.com/app.css" }, 301) },
            /Purge https:\/\/example\.com\/app\.css too/,
        ],
        ["a login", "unverifiable", "login", { ...base, edge: seen("sign in", {}, 401) }],
        ["a rule", "unverifiable", "login", { ...base, edge: seen("no", {}, 403) }],
        [
            "a rule, at the origin too",
            "unverifiable",
            "login",
            { ...base, edge: seen("no", {}, 403), fresh: fresh("n", 403) },
        ],
        [
            "a cached 403, and the origin has the file",
            "stale",
            "edge-old",
            { ...base, edge: seen("no", {}, 403), fresh: fresh("new") },
        ],
        [
            "compressed all the same",
            "unverifiable",
            "encoded",
            { ...base, edge: seen("x", { "content-encoding": "br" }) },
        ],
        ["other bytes, and the origin was not asked", undefined, "ask", { ...base, edge: seen("old") }],
        ["a cached 404, and the origin was not asked", undefined, "ask", { ...base, edge: seen("x", {}, 404) }],
        [
            "another page each time",
            "unverifiable",
            "transformed",
            { ...base, edge: seen("a"), fresh: fresh("b"), freshAgain: fresh("c") },
        ],
        [
            "the origin is old too",
            "unverifiable",
            "origin-old",
            { ...base, edge: seen("old"), fresh: fresh("old") },
            /Finish the upload/,
        ],
        [
            "removed, and the origin has it still",
            "unverifiable",
            "origin-old",
            { ...base, expected: null, edge: seen("old"), fresh: fresh("old") },
        ],
        [
            "the query is not part of the cache key",
            "unverifiable",
            "origin-hidden",
            { ...base, edge: seen("old"), fresh: seen("old") },
            /past the cache/,
        ],
        [
            "the origin has something else, perhaps at each request",
            "unverifiable",
            "transformed",
            { ...base, edge: seen("old"), fresh: fresh("minified") },
        ],
        [
            "the origin has something else, always the same",
            "stale",
            "edge-old",
            { ...base, edge: seen("old"), fresh: fresh("minified"), freshAgain: fresh("minified") },
        ],
        [
            "an error of the origin",
            "unverifiable",
            "error",
            { ...base, edge: seen("e", {}, 500), fresh: fresh("f", 500), freshAgain: fresh("f", 500) },
        ],
        [
            "a cached 404, and the origin has the file",
            "stale",
            "edge-old",
            { ...base, edge: seen("x", {}, 404), fresh: fresh("new") },
        ],
        [
            "the purge is a moment old",
            "stale",
            "purge-on-its-way",
            { ...base, sincePurge: 3000, edge: seen("old"), fresh: fresh("new") },
            /3 s old/,
        ],
        [
            "not from the cache",
            "stale",
            "bypassed",
            { ...base, edge: seen("old", { "cf-cache-status": "DYNAMIC" }), fresh: fresh("new") },
        ],
        [
            "stored before the purge",
            "stale",
            "cache-key",
            { ...base, edge: seen("old", { age: "4000" }), fresh: fresh("new") },
            /age 4000 s.*before the purge.*method GET/,
        ],
        [
            "stored after the purge",
            "stale",
            "edge-old",
            { ...base, edge: seen("old", { age: "30" }), fresh: fresh("new") },
            /came back/,
        ],
        [
            "old, and nobody knows since when",
            "stale",
            "edge-old",
            { url, expected: "new", edge: seen("old"), fresh: fresh("new") },
            /purge its host/,
        ],
        [
            "http is old",
            "stale",
            "scheme",
            { ...base, edge: seen("new"), otherScheme: http("old") },
            /Always Use HTTPS/,
        ],
        ["http redirects", "fine", "fine", { ...base, edge: seen("new"), otherScheme: http("", 301) }],
        [
            "a long max-age, and nobody complains",
            "fine",
            "fine",
            { ...base, edge: seen("new", { "cache-control": "public, max-age=31536000" }) },
        ],
        [
            "a long max-age, and somebody complains",
            "later",
            "browser-cache",
            { ...base, reported: true, edge: seen("new", { "cache-control": "public, max-age=31536000" }) },
            /max-age=31536000/,
        ],
        [
            "only the edge keeps it long",
            "fine",
            "fine",
            { ...base, reported: true, edge: seen("new", { "cache-control": "max-age=0, s-maxage=86400" }) },
        ],
    ];
    for (const [name, state, why, look, words] of looks) {
        it(`${name}: ${why}`, () => {
            const verdict = judgeEdge(look);
            assert.equal(verdict?.state, state);
            assert.equal(verdict === undefined ? "ask" : (verdict.why ?? "fine"), why);
            if (verdict?.why !== undefined) {
                const { key, cause, remedy } = edgeProblem(verdict.why, look);
                assert.equal(key, why === "not-proxied" ? "not-proxied" : "purged-but-stale");
                assert.match(`${cause} ${remedy}`, words ?? /./);
            }
        });
    }
});
