import assert from "node:assert/strict";
import fc from "fast-check";
import { batches } from "../../components/plan/batches";
import type { PlanOptions } from "../../components/plan/plan";
import { plan } from "../../components/plan/plan";

import { MAX_SEPARATORS, planLimits } from "../../components/settings/limits";
import { fewestRequests } from "./bruteForce";
import { manifest, many, ORIGIN, told } from "./site";

const HOST = "www.example.com";
const NEVER = { widenAbove: false } as const;

function kinds(before: Record<string, string>, after: Record<string, string>, options: PlanOptions): string[] {
    const counts = new Map<string, number>();
    for (const { kind, value } of plan(manifest(before), manifest(after), options).selectors) {
        const key = kind === "url" ? "url" : `${kind} ${value}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].map(([key, count]) => (key === "url" ? `${count} url` : key)).sort();
}

describe("widening", () => {
    const v2 = (content: string) => many("/v2/", 250, content);
    const rows: [string, Record<string, string>, Record<string, string>, PlanOptions, string[]][] = [
        ["never below the threshold", v2("1"), v2("2"), { widenAbove: 250 }, ["250 url"]],
        ["never when it is off", v2("1"), v2("2"), NEVER, ["250 url"]],
        ["never by default for 5 000", many("/v2/", 5_000, "1"), many("/v2/", 5_000, "2"), {}, ["5000 url"]],
        [
            "a pure prefix that saves requests",
            { ...v2("1"), "/a": "1" },
            { ...v2("2"), "/a": "1" },
            { widenAbove: 200 },
            [`prefix ${HOST}/v2/`],
        ],
        [
            "what is gone counts as changed",
            { ...v2("1"), "/a": "1" },
            { "/a": "1" },
            { widenAbove: 200 },
            [`prefix ${HOST}/v2/`],
        ],
        [
            "no prefix that saves nothing: 100 URLs are one request as well",
            { ...many("/v2/", 100, "1"), "/a": "1" },
            { ...many("/v2/", 100, "2"), "/a": "1" },
            { widenAbove: 10 },
            ["100 url"],
        ],
        [
            "the rest by URL, when it is below the threshold",
            { ...v2("1"), ...many("/", 50, "1"), "/keep": "1" },
            { ...v2("2"), ...many("/", 50, "2"), "/keep": "1" },
            { widenAbove: 200 },
            ["50 url", `prefix ${HOST}/v2/`],
        ],
        [
            "one unchanged URL below: not as long as pure ones do",
            { ...v2("1"), "/v2/keep": "1", "/v2/x/keep": "1", ...many("/v3/", 400, "1") },
            { ...v2("2"), "/v2/keep": "1", "/v2/x/keep": "1", ...many("/v3/", 400, "2") },
            { widenAbove: 300 },
            ["250 url", `prefix ${HOST}/v3/`],
        ],
        [
            "one unchanged URL below: when the threshold asks for it",
            { ...v2("1"), "/v2/keep": "1", "/a/b": "1" },
            { ...v2("2"), "/v2/keep": "1", "/a/b": "1" },
            { widenAbove: 100 },
            [`prefix ${HOST}/v2/`],
        ],
        [
            "not beyond the bound on collateral",
            { ...v2("1"), ...many("/v2/keep", 3, "1") },
            { ...v2("2"), ...many("/v2/keep", 3, "1") },
            { widenAbove: 100, maxCollateral: 2 },
            ["250 url"],
        ],
        [
            "by default not more unchanged URLs than changed ones",
            { ...v2("1"), ...many("/v2/keep", 251, "1") },
            { ...v2("2"), ...many("/v2/keep", 251, "1") },
            { widenAbove: 100 },
            ["250 url"],
        ],
        [
            "the host, when all at its root changed",
            many("/", 250, "1"),
            many("/", 250, "2"),
            { widenAbove: 100 },
            [`host ${HOST}`],
        ],
        [
            "the deepest folder that does",
            { ...many("/a/b/c/", 250, "1"), "/a/x": "1" },
            { ...many("/a/b/c/", 250, "2"), "/a/x": "1" },
            { widenAbove: 100 },
            [`prefix ${HOST}/a/b/c/`],
        ],
    ];
    for (const [name, before, after, options, expected] of rows) {
        it(name, () => assert.deepEqual(kinds(before, after, options), expected));
    }

    it("says why, and what goes along", () => {
        const before = { ...many("/v2/", 1250, "1"), "/v2/keep.js": "1", "/a/b": "1" };
        const after = { ...many("/v2/", 1250, "2"), "/v2/keep.js": "1", "/a/b": "1" };
        const result = plan(manifest(before), manifest(after), { widenAbove: 1000 });
        assert.deepEqual(told(result), [`prefix ${HOST}/v2/ (1 250 of 1 251 assets under /v2/ changed)`]);
        assert.equal(result.collateral, 1);
        assert.deepEqual(result.notes, [
            "widened: prefixes and hosts stand for 1 250 of 1 250 changed URLs, which saves 12 requests",
        ]);
    });

    it("a first deploy above the threshold is the host", () => {
        const result = plan(undefined, manifest({ ...many("/", 6_000, "1") }));
        assert.deepEqual(told(result), [`host ${HOST} (6 000 of 6 000 assets of ${HOST} changed)`]);
        assert.equal(result.collateral, 0);
    });

    it("names no folder deeper than the API takes", () => {
        for (const depth of [29, 30, 31, 40]) {
            const deep = "/x".repeat(depth);
            const before = { ...many(`${deep}/`, 250, "1"), "/a": "1" };
            const after = { ...many(`${deep}/`, 250, "2"), "/a": "1" };
            const [selector, ...others] = plan(manifest(before), manifest(after), { widenAbove: 100 }).selectors;
            assert.deepEqual([selector?.kind, others.length], ["prefix", 0], String(depth));
            assert.equal((selector?.value.split("/") ?? []).length - 1, Math.min(depth + 1, MAX_SEPARATORS));
        }
    });

    it("a slash in a query is no folder", () => {
        const urls = (content: string) =>
            Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`/x?to=/v2/${i}`, content]));
        assert.deepEqual(kinds({ ...urls("1"), "/a/b": "1" }, { ...urls("2"), "/a/b": "1" }, { widenAbove: 100 }), [
            `host ${HOST}`,
        ]);
    });

    it("http and https of a host share the prefix", () => {
        const origins = [`http://${HOST}`, `https://${HOST}`];
        const result = plan(
            manifest({ ...many("/v/", 60, "1"), "/a": "1" }, ...origins),
            manifest({ ...many("/v/", 60, "2"), "/a": "1" }, ...origins),
            { widenAbove: 100 },
        );
        assert.deepEqual(told(result), [`prefix ${HOST}/v/ (120 of 120 assets under /v/ changed)`]);
    });

    it("header sets count: 60 URLs with 2 sets are 2 requests, and one prefix", () => {
        const options: PlanOptions = { widenAbove: 100, headers: [{}, { "CF-Device-Type": "mobile" }] };
        const before = { ...many("/v/", 60, "1"), "/a": "1" };
        assert.deepEqual(kinds(before, { ...many("/v/", 60, "2"), "/a": "1" }, options), [`prefix ${HOST}/v/`]);
    });

    it("what goes along anyway leaves no room: 60 URLs of always", () => {
        const always = Array.from({ length: 60 }, (_, i) => `${ORIGIN}/api/${i}`);
        const before = { ...many("/v/", 60, "1"), ...many("/w/", 60, "1"), "/a": "1" };
        const after = { ...many("/v/", 60, "2"), ...many("/w/", 60, "2"), "/a": "1" };
        // 120 changed URLs alone are two requests or two prefixes in one; with the 60 they are two requests either way.
        assert.deepEqual(kinds(before, after, { widenAbove: 100 }), [`prefix ${HOST}/v/`, `prefix ${HOST}/w/`]);
        assert.deepEqual(kinds(before, after, { widenAbove: 100, always }), ["180 url"]);
    });

    it("fewest requests, then least collateral, as trying every choice finds", () => {
        fc.assert(
            fc.property(sites(), sites(), costs(), (before, after, cost) => {
                const limits = { ...planLimits("free"), urlsPerRequest: cost.perUrl, itemsPerRequest: cost.perItem };
                const options = { widenAbove: cost.above, limits, maxCollateral: cost.collateral };
                const result = plan(manifest(before), manifest(after), options);
                const best = fewestRequests(before, after, { ...cost });
                const requests = batches(result.selectors, limits).length;
                assert.deepEqual({ requests, collateral: result.collateral }, best);
                assertCovered(before, after, result.selectors);
            }),
            { numRuns: 1500 },
        );
    });

    it("on two hosts too", () => {
        fc.assert(
            fc.property(sites(), sites(), costs(), (before, after, cost) => {
                const limits = { ...planLimits("free"), urlsPerRequest: cost.perUrl, itemsPerRequest: cost.perItem };
                const options = { widenAbove: cost.above, limits, maxCollateral: cost.collateral };
                const origins = ["https://a.example", "https://b.example"];
                const result = plan(manifest(before, ...origins), manifest(after, ...origins), options);
                const best = fewestRequests(before, after, { ...cost, hosts: 2 });
                const requests = batches(result.selectors, limits).length;
                assert.deepEqual({ requests, collateral: result.collateral }, best);
            }),
            { numRuns: 300 },
        );
    });

    it("one changed URL in each of many folders: no prefix is worth it", () => {
        const before: Record<string, string> = {};
        const after: Record<string, string> = {};
        for (let i = 0; i < 3_000; i++) {
            const path = `/d${Math.floor(i / 10)}/${i}`;
            before[path] = "1";
            after[path] = i % 10 === 3 ? "2" : "1";
        }
        assert.deepEqual(kinds(before, after, { widenAbove: 100, maxCollateral: 2_000 }), ["300 url"]);
    });

    it("large and thinned out: within the bound, everything covered, and no worse than pure prefixes", () => {
        const before: Record<string, string> = {};
        const after: Record<string, string> = {};
        for (let i = 0; i < 9_000; i++) {
            const path = `/d${(i * 7) % 400}/e${i % 3}/${i}`;
            before[path] = "1";
            after[path] = (i * 2654435761) % 4294967296 < 2 ** 32 * (((i * 7) % 400) / 400) ? "2" : "1";
        }
        const limits = { ...planLimits("free"), urlsPerRequest: 50 };
        const pure = plan(manifest(before), manifest(after), { widenAbove: 100, limits, maxCollateral: 0 });
        const wide = plan(manifest(before), manifest(after), { widenAbove: 100, limits, maxCollateral: 500 });
        assert.ok(wide.collateral > 0 && wide.collateral <= 500);
        assert.equal(pure.collateral, 0);
        assert.ok(batches(wide.selectors, limits).length < batches(pure.selectors, limits).length);
        assertCovered(before, after, wide.selectors);
    });
});

function assertCovered(
    before: Record<string, string>,
    after: Record<string, string>,
    selectors: readonly { kind: string; value: string }[],
) {
    const urls = new Set(selectors.filter(({ kind }) => kind === "url").map(({ value }) => value));
    const wide = selectors.filter(({ kind }) => kind !== "url").map(({ value }) => value);
    for (const path of new Set([...Object.keys(before), ...Object.keys(after)])) {
        const covered = urls.has(ORIGIN + path) || wide.some((value) => `${HOST}${path}`.startsWith(value));
        assert.ok(covered || before[path] === after[path], path);
    }
}

function sites(): fc.Arbitrary<Record<string, string>> {
    const folders = ["/", "/a/", "/a/b/", "/a/c/", "/d/", "/d/e/f/"];
    const path = fc
        .tuple(fc.constantFrom(...folders), fc.integer({ min: 0, max: 3 }))
        .map(([folder, n]) => `${folder}${n}`);
    return fc.dictionary(path, fc.constantFrom("1", "2"), { maxKeys: 16, noNullPrototype: true });
}

function costs() {
    return fc.record({
        above: fc.integer({ min: 0, max: 6 }),
        perUrl: fc.integer({ min: 1, max: 4 }),
        perItem: fc.integer({ min: 1, max: 3 }),
        collateral: fc.integer({ min: 0, max: 8 }),
    });
}
