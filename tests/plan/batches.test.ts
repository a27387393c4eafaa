import assert from "node:assert/strict";
import fc from "fast-check";
import { batches, bodyOf, expectedSeconds } from "../../components/plan/batches";
import type { Selector, SelectorKind } from "../../components/plan/selector";
import { keyOf } from "../../components/plan/selector";
import type { BatchLimits } from "../../components/settings/limits";
import { planLimits } from "../../components/settings/limits";

const FREE = planLimits("free");

function selector(kind: SelectorKind, value: string, headers?: Record<string, string>): Selector {
    return { kind, value, reasons: ["r"], ...(headers === undefined ? {} : { headers }) };
}

function urls(count: number, ending = ".js"): Selector[] {
    return Array.from({ length: count }, (_, i) =>
        selector("url", `https://a.example/${String(i).padStart(5, "0")}${ending}`),
    );
}

describe("batches", () => {
    const rows: [string, Selector[], BatchLimits, string[]][] = [
        ["nothing", [], FREE, []],
        ["100 URLs", urls(100), FREE, ["url 100"]],
        ["101 URLs", urls(101), FREE, ["url 100", "url 1"]],
        ["501 URLs on Enterprise", urls(501), planLimits("enterprise"), ["url 500", "url 1"]],
        [
            "prefixes, hosts and tags go apart",
            [selector("tag", "t"), selector("host", "h"), selector("prefix", "p/")],
            FREE,
            ["prefix 1", "tag 1", "host 1"],
        ],
        ["the same twice", [...urls(3), ...urls(3)], FREE, ["url 3"]],
        ["tags that differ in case", [selector("tag", "A"), selector("tag", "a")], FREE, ["tag 1"]],
        [
            "a URL with and without headers",
            [selector("url", "https://a.example/"), selector("url", "https://a.example/", { x: "1" })],
            FREE,
            ["url 2"],
        ],
        [
            "a host covers its URLs and prefixes, not others",
            [
                ...urls(3),
                selector("prefix", "a.example/x/"),
                selector("prefix", "a.example.org/"),
                selector("host", "a.example"),
                selector("tag", "t"),
            ],
            FREE,
            ["prefix 1", "tag 1", "host 1"],
        ],
        [
            "a host covers its URLs at any port",
            [selector("url", "https://a.example:8443/x"), selector("host", "a.example")],
            FREE,
            ["host 1"],
        ],
        [
            "everything covers all",
            [...urls(300), selector("everything", "everything"), selector("tag", "t")],
            FREE,
            ["everything 1"],
        ],
        [
            "assets, then prefixes, then pages",
            [...urls(100, ".html"), ...urls(100), selector("prefix", "b/")],
            FREE,
            ["url 100", "prefix 1", "url 100"],
        ],
        [
            "a request that holds assets and pages counts as pages",
            [...urls(50, ".html"), ...urls(150), selector("prefix", "b/")],
            FREE,
            ["url 100", "prefix 1", "url 100"],
        ],
    ];
    for (const [name, selectors, limits, expected] of rows) {
        it(name, () => {
            assert.deepEqual(
                batches(selectors, limits).map(({ kind, selectors: inside }) => `${kind} ${inside.length}`),
                expected,
            );
        });
    }

    it("bodies are what the API takes", () => {
        const headers = { "CF-Device-Type": "mobile" };
        assert.deepEqual(
            batches(
                [
                    selector("url", "https://b.example/a.js", headers),
                    selector("url", "https://b.example/a.js"),
                    selector("prefix", "a.example/x/"),
                    selector("tag", "T"),
                    selector("host", "a.example.org"),
                ],
                FREE,
            ).map(({ body }) => body),
            [
                {
                    files: [
                        { url: "https://b.example/a.js", headers: {} },
                        { url: "https://b.example/a.js", headers },
                    ],
                },
                { prefixes: ["a.example/x/"] },
                { tags: ["T"] },
                { hosts: ["a.example.org"] },
            ],
        );
        assert.deepEqual(bodyOf("everything", [selector("everything", "everything")]), { purge_everything: true });
    });

    it("reasons of what is merged are kept, each once", () => {
        const url = selector("url", "https://a.example/");
        const [batch] = batches([url, { ...url, reasons: ["other", "r"] }], FREE);
        assert.deepEqual(batch?.selectors[0]?.reasons, ["r", "other"]);
    });

    it("the same selectors in any order are the same requests, and the fewest", () => {
        const limits = { ...FREE, urlsPerRequest: 3, itemsPerRequest: 2 };
        const one = fc
            .tuple(fc.constantFrom<SelectorKind>("url", "prefix", "host", "tag"), fc.integer({ min: 0, max: 12 }))
            .map(([kind, n]) =>
                selector(
                    kind,
                    kind === "url"
                        ? `https://h${n % 5}.example/${n}${n % 2 ? ".js" : ""}`
                        : kind === "tag"
                          ? `t${n}`
                          : `h${n}.example${kind === "prefix" ? "/p/" : ""}`,
                ),
            );
        fc.assert(
            fc.property(fc.array(one, { maxLength: 30 }), fc.infiniteStream(fc.nat()), (selectors, random) => {
                const result = batches(selectors, limits);
                const shuffled = selectors
                    .map((item) => ({ item, key: random.next().value as number }))
                    .sort((a, b) => a.key - b.key);
                assert.deepEqual(
                    batches(
                        shuffled.map(({ item }) => item),
                        limits,
                    ),
                    result,
                );
                const sent = result.flatMap(({ selectors: inside }) => inside);
                assert.equal(new Set(sent.map(keyOf)).size, sent.length);
                for (const kind of ["url", "prefix", "host", "tag"] as const) {
                    const count = sent.filter((item) => item.kind === kind).length;
                    const most = kind === "url" ? 3 : 2;
                    assert.equal(result.filter((batch) => batch.kind === kind).length, Math.ceil(count / most));
                }
            }),
            { numRuns: 300 },
        );
    });
});

describe("expected seconds", () => {
    const items = (count: number) => Array.from({ length: count }, (_, i) => selector("tag", `t${i}`));
    const rows: [string, Selector[], BatchLimits, number][] = [
        ["nothing", [], FREE, 0],
        ["a second's URLs at once", urls(800), FREE, 0],
        ["50 000 URLs on Free: 800 a second", urls(50_000), FREE, 61.5],
        ["25 requests by tag: the bucket", items(2_500), FREE, 0],
        ["26 requests by tag: one more, at 5 a minute", items(2_501), FREE, 12],
        [
            "120 001 URLs: the API's 1 200 requests in 5 minutes",
            urls(120_001),
            { ...FREE, urlsPerSecond: 100_000 },
            300,
        ],
    ];
    for (const [name, selectors, limits, expected] of rows) {
        it(`${name}: ${expected} s`, () => {
            assert.equal(expectedSeconds(batches(selectors, limits), limits), expected);
        });
    }
});

describe("limits", () => {
    it("a plan that is not known has the lowest", () => {
        assert.deepEqual([planLimits(undefined), planLimits("toString"), planLimits("")], [FREE, FREE, FREE]);
        assert.deepEqual(
            (["free", "pro", "business", "enterprise"] as const).map((plan) => planLimits(plan).urlsPerRequest),
            [100, 100, 100, 500],
        );
    });
});
