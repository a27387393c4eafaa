import { deepStrictEqual, match, rejects, strictEqual, throws } from "node:assert";
import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import { assetsFrom, CachePurge } from "../../components";
import { triggersOf, triggerValues } from "../../components/component/triggers";
import { decodeRecord } from "../../components/plan/record";
import * as journal from "../../components/resources/journal";
import type { JournalInputs } from "../../components/resources/state";
import { mockEngine, resolved, ZONE } from "./mocks";

class Point {
    constructor(readonly x: number) {}
}

class Hidden {
    readonly #inside = 1;
    inside() {
        return this.#inside;
    }
}

const loop: Record<string, unknown> = { a: {} };
(loop.a as Record<string, unknown>).b = loop;

describe("component/triggers", () => {
    const kept: [string, unknown, unknown][] = [
        ["texts, numbers, truth values and null", ["a", 0, 1.5, true, null], ["a", 0, 1.5, true, null]],
        ["objects and lists", { a: [{ b: 1 }] }, { a: [{ b: 1 }] }],
        ["nothing in a list is null, and in an object is left out", { a: [undefined], b: undefined }, { a: [null] }],
        ["a date as its text", new Date(0), "1970-01-01T00:00:00.000Z"],
        ["a URL as its text", new URL("https://www.example.com/a b"), "https://www.example.com/a%20b"],
        ["an object with toJSON as that", { toJSON: () => ({ a: 1 }) }, { a: 1 }],
        ["an instance with fields as these", new Point(2), { x: 2 }],
        ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
        ["one object in two places", [loop.none, kindOf(), kindOf()], [null, { a: 1 }, { a: 1 }]],
        ["an emoji", "😀", "😀"],
    ];
    for (const [name, value, expected] of kept) {
        it(`keeps ${name}`, async () => {
            deepStrictEqual(triggerValues({ t: value }), { t: expected });
            deepStrictEqual(await resolved(triggersOf(pulumi.output(1).apply(() => ({ t: value })))), { t: expected });
            deepStrictEqual(await resolved(triggersOf(Promise.resolve({ t: value }))), { t: expected });
        });
    }

    it("names those of a list after their place", async () => {
        deepStrictEqual(await resolved(triggersOf(["a", undefined, pulumi.output("c")])), {
            "trigger[0]": "a",
            "trigger[1]": null,
            "trigger[2]": "c",
        });
        deepStrictEqual(await resolved(triggersOf(undefined)), {});
    });

    it("stays secret when a part of it is", async () => {
        strictEqual(await pulumi.isSecret(triggersOf({ a: 1, b: { c: pulumi.secret("x") } })), true);
    });

    const refused: [string, unknown, RegExp][] = [
        ["a bigint", 10n, /^triggers\.t is a bigint.*Write String\(value\)/],
        ["a symbol", Symbol("s"), /triggers\.t is a symbol/],
        ["a function", () => 1, /triggers\.t is a function.*Write what it returns/],
        ["a Map", { a: [0, new Map()] }, /^triggers\.t\.a\[1\] is a Map.*Write Object\.fromEntries\(map\)/],
        ["a Set", new Set([1]), /is a Set.*Write \[\.\.\.set\]/],
        ["a RegExp", /a/, /is a RegExp.*Write String\(pattern\)/],
        ["an Error", new TypeError("no"), /is an Error.*Write error\.message/],
        ["bytes", Buffer.from("a"), /is bytes.*Write a digest/],
        ["an ArrayBuffer", new ArrayBuffer(1), /is bytes/],
        ["a boxed text", Object("a"), /is an object around a value/],
        ["an invalid date", new Date(Number.NaN), /is an invalid Date/],
        ["a WeakMap", new WeakMap(), /is an instance of WeakMap without fields/],
        ["an instance without fields", new Hidden(), /is an instance of Hidden without fields/],
        ["NaN", Number.NaN, /triggers\.t is NaN.*Write the text "NaN"/],
        ["Infinity", { a: Number.NEGATIVE_INFINITY }, /triggers\.t\.a is -Infinity/],
        ["-0", -0, /triggers\.t is -0.*Write 0\./],
        ["a cycle", loop, /triggers\.t\.a\.b holds itself/],
        ["__proto__", JSON.parse('{"__proto__": 1}'), /triggers\.t\.__proto__ has a name of JavaScript's own/],
        ["half a character", "\ud83d", /is a text that is not Unicode/],
        ["half a character in a name", { "\ud83d": 1 }, /the name triggers\.t\[.*\] is a text that is not Unicode/],
        ["an odd name", { "a b": 1n }, /triggers\.t\["a b"\] is a bigint/],
        ["an asset", new pulumi.asset.StringAsset("a"), /is an asset/],
    ];
    for (const [name, value, message] of refused) {
        it(`refuses ${name}, wherever it comes from`, async () => {
            throws(() => triggerValues({ t: value }), { message });
            await rejects(resolved(triggersOf({ t: pulumi.output(1).apply(() => value) })), { message });
            await rejects(resolved(triggersOf({ t: Promise.resolve(value) })), { message });
        });
    }

    for (const value of ["v1", 1, null, true]) {
        it(`refuses ${JSON.stringify(value)} in place of triggers`, () => {
            throws(() => triggerValues(value), /triggers is .*Write a list, or values by name/);
        });
    }

    it("what is kept comes back from JSON as it is, and tells apart what JSON does", () => {
        const value = fc.anything({
            withBigInt: true,
            withDate: true,
            withMap: true,
            withSet: true,
            withNullPrototype: true,
            withObjectString: true,
            withTypedArray: true,
            withSparseArray: true,
            withUnicodeString: true,
        });
        fc.assert(
            fc.property(value, (one) => {
                let got: unknown;
                try {
                    got = triggerValues({ t: one });
                } catch (error) {
                    match((error as Error).message, /^(the name )?triggers\.t[\s\S]*Write /);
                    return;
                }
                deepStrictEqual(JSON.parse(JSON.stringify(got)), got);
            }),
        );
    });

    describe("in a program", () => {
        const make = (args: object) =>
            new CachePurge("site", { zone: "example.com", targets: { tags: ["a"] }, triggers: ["a"], ...args });

        it("a value that is written there is refused before any request", async () => {
            const engine = await mockEngine();
            throws(() => make({ triggers: { built: new Map() } }), /triggers\.built is a Map/);
            strictEqual(engine.calls.length, 0);
        });

        it("one that comes later ends the program", async () => {
            await mockEngine();
            const purge = make({ triggers: { built: pulumi.output(1).apply(() => 5n) } });
            await rejects(resolved(purge.journal.record), /triggers\.built is a bigint/);
        });

        const secrets: [string, object][] = [
            ["targets", { targets: { urls: [pulumi.secret("https://www.example.com/hidden")] } }],
            ["targets", { targets: pulumi.secret({ tags: ["hidden"] }) }],
            ["always", { always: [pulumi.secret("https://www.example.com/hidden")] }],
            [
                "assets",
                { assets: assetsFrom({ "a.js": pulumi.secret("hidden") }, { baseUrls: ["https://www.example.com"] }) },
            ],
            ["headers", { headers: pulumi.secret([{ a: "hidden" }]) }],
            ["crossOrigins", { crossOrigins: [pulumi.secret("https://hidden.example.net")] }],
        ];
        for (const [option, args] of secrets) {
            it(`${option} that are a secret are refused with the reason, and not told`, async () => {
                await mockEngine();
                await rejects(resolved(make(args).journal.record), (error) => {
                    match((error as Error).message, new RegExp(`${option} is a secret.*in clear.*pulumi\\.unsecret`));
                    return !(error as Error).message.includes("hidden");
                });
            });
        }
    });
});

describe("component/triggers: rules that the same program manages (docs/stale.md)", () => {
    interface Rule {
        readonly expression: string;
        readonly ttl: number;
    }

    /** What the journal is given by the program of the recipe. */
    async function inputs({ expression, ttl }: Rule, header = "1"): Promise<JournalInputs> {
        const engine = await mockEngine();
        const zoneId = ZONE.id;
        const cache = new cloudflare.Ruleset("cache", {
            zoneId,
            name: "cache",
            kind: "zone",
            phase: "http_request_cache_settings",
            rules: [
                {
                    expression,
                    action: "set_cache_settings",
                    actionParameters: { cache: true, edgeTtl: { mode: "override_origin", default: ttl } },
                },
            ],
        });
        const headers = new cloudflare.Ruleset("headers", {
            zoneId,
            name: "headers",
            kind: "zone",
            phase: "http_response_headers_transform",
            rules: [
                {
                    expression: "true",
                    action: "rewrite",
                    actionParameters: { headers: { "X-A": { operation: "set", value: header } } },
                },
            ],
        });
        const purge = new CachePurge("site", {
            zone: "example.com",
            assets: assetsFrom({ "a.js": "1" }, { baseUrls: ["https://www.example.com"] }),
            triggers: { cacheRules: cache.rules, headerRules: headers.rules },
            targets: { prefixes: ["www.example.com/assets/"] },
        });
        await resolved(purge.receipt);
        return engine.only("cloudflareCachePurge:Journal").inputs as unknown as JournalInputs;
    }

    it("a changed rule purges the targets with its name as the reason, and an equal one nothing", async () => {
        const rule = { expression: 'http.request.method in {"GET" "PURGE"}', ttl: 60 };
        const { outs } = await journal.create(await inputs(rule));
        const same = await inputs(rule);
        deepStrictEqual(await journal.diff("id", outs, same), { changes: false });
        const rows: [string, JournalInputs][] = [
            ["cacheRules", await inputs({ ...rule, ttl: 3600 })],
            ["cacheRules", await inputs({ ...rule, expression: "true" })],
            ["headerRules", await inputs(rule, "2")],
        ];
        for (const [reason, news] of rows) {
            const { outs: next } = await journal.update("id", outs, news);
            deepStrictEqual(decodeRecord(next?.record).entries.at(-1)?.selectors, [
                { kind: "prefix", value: "www.example.com/assets/", reasons: [reason] },
            ]);
        }
    });
});

function kindOf(): object {
    return { a: 1 };
}
