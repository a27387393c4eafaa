import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { digestOf } from "../../components/assets/hash";
import { mapFiles } from "../../components/assets/mapping";
import { overlap } from "../../components/assets/patterns";
import type { PolicyFile } from "../../components/assets/policy";
import { plan } from "../../components/plan/plan";
import type { Tree } from "./assetServer";
import { AssetServer } from "./assetServer";

const ORIGIN = "https://site.example";
const FILES: Tree = new Map([
    ["/index.html", "home"],
    ["/a.html", "a"],
    ["/docs/b.html", "b"],
    ["/docs/c+d.js", "c"],
    ["/u/e.js", "e"],
]);
const URLS = [
    ...["/", "/index.html", "/a", "/a.html", "/docs/b", "/docs/b.html", "/docs/c+d.js", "/docs/c%2Bd.js", "/u/e.js"],
    ...["/old", "/docs/none", "/u/none", "/u/x/y", "/o+ld", "/o%2Bld"],
];
const PATTERNS = ["/old", "/o+ld", "/a", "/docs/*", "/u/:id", "/docs/b", "/*"];

type Rules = Readonly<Record<string, string>>;
interface Policy {
    readonly redirects: Rules;
    readonly headers: Rules;
}

describe("rules of _redirects and _headers at Cloudflare's own asset server", () => {
    let server: AssetServer;
    before(async () => {
        server = await AssetServer.start();
    });
    after(() => server.stop());

    /** Holds what plans name against the answers; tells how many of the latter differ. */
    async function judge(pairs: readonly (readonly [Policy, Policy])[]): Promise<number> {
        const answers = await server.ask(
            pairs.flat().map((policy) => ({ tree: FILES, urls: URLS, config: { ...CONFIG, rules: rulesOf(policy) } })),
        );
        let seen = 0;
        for (const [i, [old, now]] of pairs.entries()) {
            const [before = [], after = []] = [answers[2 * i], answers[2 * i + 1]];
            const differing = URLS.filter((_, n) => before[n] !== after[n] && !isNotFound(before[n], after[n]));
            const { selectors } = plan(manifestFor(old), manifestFor(now));
            const isNamed = (url: string) =>
                selectors.some(({ kind, value }) =>
                    kind === "url" ? value === ORIGIN + url : `site.example${url}`.startsWith(value),
                );
            seen += differing.length;
            assert.deepEqual(
                differing.filter((url) => !isNamed(url)),
                [],
                JSON.stringify([old, now]),
            );
            if (JSON.stringify(old.redirects) === JSON.stringify(now.redirects)) {
                const needless = URLS.filter((url) => isNamed(url) && !differing.includes(url));
                assert.deepEqual(
                    needless.filter((url) => !isShadowed(url, now)),
                    [],
                    JSON.stringify([old, now]),
                );
            }
        }
        return seen;
    }

    const ofPatterns = (patterns: string[], values: string[], least = 0) =>
        fc.dictionary(fc.constantFrom(...patterns), fc.constantFrom(...values), {
            minKeys: least,
            maxKeys: 3,
            noNullPrototype: true,
        });

    it("a plan names every URL whose answer they change, and no others for a change of headers alone", async () => {
        const policies = fc.record({
            redirects: ofPatterns(PATTERNS.slice(0, -1), ["/x", "/y"]),
            headers: ofPatterns(PATTERNS, ["1", "2"]),
        });
        const seen = await judge(fc.sample(fc.tuple(policies, policies), { numRuns: 150, seed: 7 }));
        assert.ok(seen > 300, `${seen}`);
    });

    it("rules in another order count where that changes an answer", async () => {
        const none = fc.constant({});
        const values = ["/x", "/y", "/z"];
        const policies = fc.oneof(
            fc.record({ redirects: ofPatterns(CROSSING, values, 2), headers: none }),
            fc.record({ redirects: none, headers: ofPatterns(CROSSING, ["1", "2", "3"], 2) }),
        );
        const pairs = fc.sample(policies, { numRuns: 400, seed: 8 }).map((one) => [one, turned(one)] as const);
        const seen = await judge(pairs);
        assert.ok(seen > 100, `${seen}`);
        // Each URL that is named then has another answer, or is one of a folder.
        for (const [old, now] of pairs) {
            const { selectors } = plan(manifestFor(old), manifestFor(now));
            const isAlike = Object.keys({ ...old.redirects, ...old.headers }).every((one, i, all) =>
                all.slice(i + 1).every((other) => !overlap(one, other)),
            );
            assert.ok(!isAlike || selectors.length === 0, JSON.stringify([old, now]));
        }
    });
});

/** Patterns of which many match the same URLs. */
const CROSSING = ["/u/e.js", "/u/*", "/u/:id", "/:dir/e.js", "/*/e.js", "/docs/*", "/docs/b", "/a", "/:page"];

function turned({ redirects, headers }: Policy): Policy {
    const reversed = (rules: Rules) => Object.fromEntries(Object.entries(rules).reverse());
    return { redirects: reversed(redirects), headers: reversed(headers) };
}

const CONFIG = { htmlHandling: "auto-trailing-slash", notFound: "none" } as const;

/** A header of what no file answers is nobody's: the server answers that with 404. */
function isNotFound(...answers: (string | undefined)[]): boolean {
    return answers.every((answer) => answer?.startsWith("404"));
}

/** Rules of one URL may add up to the same, in another order. */
function isShadowed(url: string, { headers }: Policy): boolean {
    return Object.keys(headers).length > 1 && url !== "";
}

function manifestFor({ redirects, headers }: Policy) {
    const file = (name: PolicyFile["name"], text: string): PolicyFile => ({ name, digest: digestOf(text), text });
    const files = new Map([...FILES].map(([path, content]) => [path.slice(1), digestOf(content)]));
    const policies = [
        file(
            "_redirects",
            Object.entries(redirects)
                .map(([from, to]) => `${from} ${to} 301`)
                .join("\n"),
        ),
        file(
            "_headers",
            Object.entries(headers)
                .map(([path, value]) => `${path}\n  X-Rule: ${value}`)
                .join("\n"),
        ),
    ];
    return mapFiles(files, { baseUrls: [ORIGIN] }, policies)[0];
}

/** The rules as a deploy parses them: static ones by their source, as far as no other one is before them; the rest in order. */
function rulesOf({ redirects, headers }: Policy) {
    const sources = Object.keys(redirects);
    const first = sources.findIndex((source) => /[*:]/.test(source));
    const isStatic = (source: string) => first < 0 || sources.indexOf(source) < first;
    const all = Object.entries(redirects).map(([source, to], i) => ({
        source,
        rule: { status: 301, to, lineNumber: i + 1 },
    }));
    const ofKind = (wanted: boolean) =>
        Object.fromEntries(
            all.filter(({ source }) => isStatic(source) === wanted).map(({ source, rule }) => [source, rule]),
        );
    return {
        redirects: { version: 1, staticRules: ofKind(true), rules: ofKind(false) },
        headers: {
            version: 2,
            rules: Object.fromEntries(
                Object.entries(headers).map(([path, value]) => [path, { set: { "x-rule": value } }]),
            ),
        },
    };
}
