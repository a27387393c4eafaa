import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { HtmlHandling } from "../../../local/cloudflare";
import { CloudflareCore, HTML_HANDLING, memorySite } from "../../../local/cloudflare";
import { route } from "../../../local/cloudflare/origin/htmlHandling";

/** What each path of a folder gives: a file, `→ path` for a redirect, or "404". Columns: auto, force, drop, none. */
const TABLE: { files: string[]; paths: Record<string, [string, string, string, string]> }[] = [
    {
        files: ["/index.html"],
        paths: {
            "/": ["/index.html", "/index.html", "/index.html", "404"],
            "/index": ["→ /", "→ /", "→ /", "404"],
            "/index.html": ["→ /", "→ /", "→ /", "/index.html"],
        },
    },
    {
        files: ["/file.html"],
        paths: {
            "/file": ["/file.html", "→ /file/", "/file.html", "404"],
            "/file.html": ["→ /file", "→ /file/", "→ /file", "/file.html"],
            "/file/": ["→ /file", "/file.html", "→ /file", "404"],
            "/file/index": ["→ /file", "→ /file/", "→ /file", "404"],
            "/file/index.html": ["→ /file", "→ /file/", "→ /file", "404"],
            "/File": ["404", "404", "404", "404"],
        },
    },
    {
        files: ["/folder/index.html"],
        paths: {
            "/folder": ["→ /folder/", "→ /folder/", "/folder/index.html", "404"],
            "/folder.html": ["→ /folder/", "→ /folder/", "→ /folder", "404"],
            "/folder/": ["/folder/index.html", "/folder/index.html", "→ /folder", "404"],
            "/folder/index": ["→ /folder/", "→ /folder/", "→ /folder", "404"],
            "/folder/index.html": ["→ /folder/", "→ /folder/", "→ /folder", "/folder/index.html"],
        },
    },
    {
        files: ["/both.html", "/both/index.html"],
        paths: {
            "/both": ["/both.html", "→ /both/", "/both.html", "404"],
            "/both.html": ["→ /both", "/both.html", "→ /both", "/both.html"],
            "/both/": ["/both/index.html", "/both/index.html", "→ /both", "404"],
            "/both/index": ["→ /both/", "→ /both/", "→ /both", "404"],
            "/both/index.html": ["→ /both/", "→ /both/", "/both/index.html", "/both/index.html"],
        },
    },
    {
        files: ["/bin", "/bin.html"],
        paths: {
            "/bin": ["/bin", "/bin", "/bin", "/bin"],
            "/bin.html": ["/bin.html", "→ /bin/", "/bin.html", "/bin.html"],
            "/bin/": ["404", "/bin.html", "404", "404"],
            "/bin/index": ["404", "→ /bin/", "404", "404"],
            "/bin/index.html": ["404", "→ /bin/", "404", "404"],
        },
    },
    {
        files: ["/a/index", "/a/index.html"],
        paths: {
            "/a/index": ["/a/index", "/a/index", "/a/index", "/a/index"],
            "/a/": ["/a/index.html", "/a/index.html", "→ /a", "404"],
            "/a": ["→ /a/", "→ /a/", "/a/index.html", "404"],
        },
    },
    {
        files: ["/x.css", "/d/e.txt"],
        paths: {
            "/x.css": ["/x.css", "/x.css", "/x.css", "/x.css"],
            "/x.css/": ["404", "404", "404", "404"],
            "/d": ["404", "404", "404", "404"],
            "/d/e.txt": ["/d/e.txt", "/d/e.txt", "/d/e.txt", "/d/e.txt"],
        },
    },
];

describe("html_handling at the origin", () => {
    for (const { files, paths } of TABLE) {
        for (const [path, answers] of Object.entries(paths)) {
            HTML_HANDLING.forEach((mode, column) => {
                it(`${mode}, ${files.join(" and ")}: ${path} ${answers[column]}`, () => {
                    const routed = route(path, mode, (file) => (files.includes(file) ? file : undefined));
                    const seen = routed === undefined ? "404" : "file" in routed ? routed.file : `→ ${routed.redirect}`;
                    assert.equal(seen, answers[column]);
                });
            });
        }
    }

    it("redirects lead to a file in one step, or two for /index/, whatever the folder", () => {
        const names = ["/index.html", "/a", "/a.html", "/a/index.html", "/a/index", "/a/b.html", "/index", "/.html"];
        const asked = [...names, "/", "/a/", "/a/b", "/a/b/", "/a/index.html/", "/a.html/", "/index/"];
        fc.assert(
            fc.property(
                fc.subarray(names),
                fc.constantFrom(...asked),
                fc.constantFrom(...HTML_HANDLING),
                (files, path, mode) => {
                    const exists = (file: string) => (files.includes(file) ? file : undefined);
                    const routed = route(path, mode, exists);
                    if (!routed || "file" in routed) {
                        return;
                    }
                    assert.notEqual(routed.redirect, path);
                    const then = route(routed.redirect, mode, exists);
                    const last = then && "redirect" in then ? route(then.redirect, mode, exists) : then;
                    assert.ok(last && "file" in last, `${path} → ${routed.redirect} → ${JSON.stringify(then)}`);
                    assert.ok(then === last || path.endsWith("/index/"));
                },
            ),
            { numRuns: 2000 },
        );
    });

    it("goes by content, as Cloudflare does: two files of the same bytes are one", () => {
        const exists = (file: string) => (["/both.html", "/both/index.html"].includes(file) ? "same" : undefined);
        assert.deepEqual(route("/both.html", "force-trailing-slash", exists), { redirect: "/both/" });
    });
});

describe("the origin's spelling of paths", () => {
    const site = memorySite(
        new Map(["/a b.txt", "/ä.txt", "/100%.txt", "/c#.txt", "/x@2.png", "/%41.txt"].map((name) => [name, name])),
    );
    const ask = async (target: string, more: { htmlHandling?: HtmlHandling; encodingRedirects?: boolean } = {}) => {
        const { origin } = new CloudflareCore({
            origin: { site, htmlHandling: "none", encodingRedirects: true, ...more },
        });
        const { status, headers, body } = await origin.handle({ method: "GET", target, headers: {} });
        return status === 307 ? `→ ${headers.location}` : status === 200 ? body.toString("utf8") : status;
    };
    const rows: [string, string | number][] = [
        ["/a%20b.txt", "/a b.txt"],
        ["/%C3%A4.txt", "/ä.txt"],
        ["/%c3%a4.txt", "→ /%C3%A4.txt"],
        ["/100%25.txt", "/100%.txt"],
        ["/100%.txt", "→ /100%25.txt"],
        ["/c%23.txt", "/c#.txt"],
        ["/x%402.png", "/x@2.png"],
        ["/x@2.png?v=1", "→ /x%402.png?v=1"],
        ["//a%20b.txt", "→ /a%20b.txt"],
        ["/%41.txt", 404],
        ["/%2541.txt", "/%41.txt"],
        ["/../a%20b.txt", 404],
        ["/%2e%2e/a%20b.txt", 404],
        ["/a%00b.txt", 404],
    ];
    for (const [target, wanted] of rows) {
        it(`${target} gives ${wanted}`, async () => assert.equal(await ask(target), wanted));
    }

    it("takes any spelling unless told to redirect", async () =>
        assert.equal(await ask("/x@2.png", { encodingRedirects: undefined as never }), "/x@2.png"));

    it("falls back to one page, or to the nearest 404 page", async () => {
        const pages = memorySite(
            new Map([
                ["/index.html", "app"],
                ["/404.html", "root"],
                ["/a/404.html", "near"],
            ]),
        );
        const at = async (fallback: string, target: string) => {
            const { origin } = new CloudflareCore({ origin: { site: pages, fallback } });
            const { status, body } = await origin.handle({ method: "GET", target, headers: {} });
            return [status, body.toString("utf8")];
        };
        assert.deepEqual(await at("/index.html", "/some/where"), [200, "app"]);
        assert.deepEqual(await at("404.html", "/some/where"), [404, "root"]);
        assert.deepEqual(await at("404.html", "/a/b/c"), [404, "near"]);
    });
});
