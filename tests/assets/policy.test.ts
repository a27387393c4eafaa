import assert from "node:assert/strict";
import type { Manifest } from "../../components/assets/manifest";
import { manifestOf } from "../../components/assets/manifest";
import { decodeManifest, encodeManifest } from "../../components/assets/manifestText";
import type { SiteAssetsOptions } from "../../components/assets/siteAssets";
import { siteAssets } from "../../components/assets/siteAssets";
import { plan } from "../../components/plan/plan";
import { inFolder } from "./folder";

const ORIGIN = "https://www.example.com";
type Files = Record<string, string>;

const FILES: Files = { "index.html": "home", "assets/app.js": "app", "assets/[x].css": "css", "blog/a.html": "a" };

function manifestFor(files: Files, options: Partial<SiteAssetsOptions> = {}): Manifest {
    return inFolder(files, (dir) => siteAssets(dir, { baseUrls: [ORIGIN], htmlHandling: "none", ...options }).manifest);
}

/** What is purged between two sites, one text for each selector. */
function purged(before: Files, after: Files, options: Partial<SiteAssetsOptions> = {}): string[] {
    const [old, now] = [manifestFor({ ...FILES, ...before }, options), manifestFor({ ...FILES, ...after }, options)];
    assert.deepEqual(decodeManifest(encodeManifest(now)), now);
    return plan(old, now).selectors.map(({ kind, value }) => `${kind} ${value.replace(ORIGIN, "")}`);
}

describe("policy files", () => {
    const headers = (rules: string) => ({ _headers: rules });
    const redirects = (rules: string) => ({ _redirects: rules });
    const rows: [string, Files, Files, string[]][] = [
        [
            "a header rule that changed: the URLs that it matches",
            headers("/assets/*\n  Cache-Control: max-age=60\n/blog/:name\n  X-A: 1"),
            headers("/assets/*\n  Cache-Control: max-age=90\n/blog/:name\n  X-A: 1"),
            ["url /assets/%5Bx%5D.css", "url /assets/[x].css", "url /assets/app.js"],
        ],
        ["a header rule that comes", {}, headers("/blog/:name\n  ! X-A"), ["url /blog/a.html"]],
        ["a header rule that goes", headers("/index.html\n  X-A: 1"), {}, ["url /index.html"]],
        [
            "header rules in another order, with comments, and other spaces",
            headers("/assets/*\n  X-A: 1\n/index.html\n  X-B: 2"),
            headers("# words\n/index.html\n\tX-B: 2\r\n\n/assets/*\n    X-A: 1\n"),
            [],
        ],
        [
            "a redirect that changed: its source",
            redirects("/old /new 301\n/older /new"),
            redirects("/old /newer 301\n/older /new"),
            ["url /old"],
        ],
        ["a redirect that comes, in every spelling", {}, redirects("/a+b /new"), ["url /a%2Bb", "url /a+b"]],
        [
            "a redirect with a splat: its folder",
            {},
            redirects("/docs/v1/* /docs/:splat"),
            ["prefix www.example.com/docs/v1/"],
        ],
        ["a redirect with a name: the folder before it", redirects("/u/:id/x /y"), {}, ["prefix www.example.com/u/"]],
        ["a redirect of everything", {}, redirects("/* /index.html 200"), ["host www.example.com"]],
        [
            "rules of one host hold there",
            {},
            {
                ...redirects(`https://other.example/a /b\n${ORIGIN}/c /d`),
                ...headers("https://*.dev/*\n X-Robots-Tag: noindex"),
            },
            ["url /c"],
        ],
        [
            ".assetsignore: what it names is no URL, nor is the file",
            { "assets/app.js.map": "1" },
            { "assets/app.js.map": "2", ".assetsignore": "# maps\n*.map\n" },
            ["url /assets/app.js.map"],
        ],
        [
            "redirects that match one URL, in another order: the source of the special one",
            redirects("/blog/a /x\n/blog/* /y"),
            redirects("/blog/* /y\n/blog/a /x"),
            ["url /blog/a"],
        ],
        [
            "redirects that match no URL together, in another order",
            redirects("/blog/a /x\n/docs/* /y\n/blog/:name/b /z"),
            redirects("/docs/* /y\n/blog/:name/b /z\n/blog/a /x"),
            [],
        ],
        [
            "redirects that say the same, in another order",
            redirects("/blog/a /x\n/blog/* /x"),
            redirects("/blog/* /x\n/blog/a /x"),
            [],
        ],
        [
            "header rules that speak of one name, in another order: what both match",
            headers("/*\n  X-A: 1\n/blog/*\n  X-A: 2\n  X-B: 3"),
            headers("/blog/*\n  X-A: 2\n  X-B: 3\n/*\n  X-A: 1"),
            ["url /blog/a.html"],
        ],
        [
            "one that takes a header away, in another order",
            headers("/*\n  X-A: 1\n/blog/*\n  ! x-a"),
            headers("/blog/*\n  ! x-a\n/*\n  X-A: 1"),
            ["url /blog/a.html"],
        ],
        [
            "header rules that speak of other names, or say the same, in another order",
            headers("/*\n  X-A: 1\n/blog/*\n  X-B: 2\n/index.html\n  X-A: 1"),
            headers("/index.html\n  X-A: 1\n/blog/*\n  X-B: 2\n/*\n  X-A: 1"),
            [],
        ],
        ["lines that are no rules", redirects("nothing\n/only-source\n"), redirects("# else\n"), []],
    ];
    for (const [name, before, after, expected] of rows) {
        it(name, () => assert.deepEqual(purged(before, after), expected));
    }

    it("are no URLs themselves, unless they are plain files", () => {
        const rules = { _headers: "/*\n X-A: 1", _redirects: "/a /b", ".assetsignore": "x" };
        const paths = (manifest: Manifest) => manifest.sections[0]?.paths.filter((path) => /^\/[._]/.test(path));
        assert.deepEqual(paths(manifestFor({ ...FILES, ...rules })), [
            "/.assetsignore policy",
            "/_headers policy",
            "/_redirects policy",
        ]);
        const plain = { policyFiles: false } as const;
        assert.deepEqual(paths(manifestFor({ ...FILES, ...rules }, plain)), [
            "/.assetsignore",
            "/_headers",
            "/_redirects",
        ]);
        assert.deepEqual(purged(rules, { ...rules, _redirects: "/c /d" }, plain), ["url /_redirects"]);
    });

    it("that are excluded, or in another folder, are no rules", () => {
        const rules = { _headers: "/*\n X-A: 1", "d/_redirects": "/a /b" };
        const { version, sections } = manifestFor(rules, { exclude: ["_headers"] });
        assert.equal(version, undefined);
        assert.deepEqual(sections[0]?.paths, ["/d/_redirects"]);
    });

    it("are recorded without a purge where they were plain files in version 1, unless they changed since", () => {
        const rules = { _headers: "/*\n X-A: 1", _redirects: "/a /b", ".assetsignore": "x" };
        const before = manifestFor({ ...FILES, ...rules }, { policyFiles: false });
        assert.equal(before.version, undefined);
        assert.deepEqual(plan(before, manifestFor({ ...FILES, ...rules })).selectors, []);
        const { selectors } = plan(before, manifestFor({ ...FILES, ...rules, _redirects: "/a /c" }));
        assert.deepEqual(
            selectors.map(({ value }) => value),
            [`${ORIGIN}/a`],
        );
    });

    it("that come to a site of version 1 count", () => {
        const before = manifestFor(FILES);
        assert.equal(before.version, undefined);
        assert.deepEqual(
            plan(before, manifestFor({ ...FILES, _redirects: "/a /b" })).selectors.map(({ value }) => value),
            [`${ORIGIN}/a`],
        );
        assert.notDeepEqual(before, manifestOf(new Map()));
    });
});
