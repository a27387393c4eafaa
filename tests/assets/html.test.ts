import assert from "node:assert/strict";
import fc from "fast-check";
import { isRedirectDigest } from "../../components/assets/hash";
import type { HtmlHandling } from "../../components/assets/route";
import { HTML_HANDLING } from "../../components/assets/route";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { plan } from "../../components/plan/plan";
import { cloudflareAnswer } from "./cloudflareHtml";

const ORIGIN = "https://www.example.com";
const CANONICAL: [HtmlHandling, Record<string, string>][] = [
    ["auto-trailing-slash", { "/file": "file.html", "/folder/": "folder/index.html", "/": "index.html" }],
    ["force-trailing-slash", { "/file/": "file.html", "/folder/": "folder/index.html", "/": "index.html" }],
    ["drop-trailing-slash", { "/file": "file.html", "/folder": "folder/index.html", "/": "index.html" }],
    ["none", { "/file.html": "file.html", "/folder/index.html": "folder/index.html", "/index.html": "index.html" }],
];

describe("URLs of HTML files", () => {
    for (const [mode, pages] of CANONICAL) {
        it(`${mode}: the page's bytes where Cloudflare serves it, and redirects elsewhere`, () => {
            const { manifest } = site({ "file.html": "F", "folder/index.html": "D", "index.html": "R" }, mode);
            const { paths = [], digests = [] } = manifest.sections[0] ?? {};
            const content = paths.filter((_, i) => !isRedirectDigest(digests[i] ?? ""));
            assert.deepEqual(content, Object.keys(pages).sort());
        });
    }

    const rows: [string, HtmlHandling, Record<string, string>, string[]][] = [
        ["a page", "auto-trailing-slash", { "x.html": "1" }, ["/x", "/x.html", "/x/", "/x/index", "/x/index.html"]],
        [
            "a folder's index",
            "auto-trailing-slash",
            { "d/index.html": "1" },
            ["/d", "/d.html", "/d/", "/d/index", "/d/index.html"],
        ],
        ["the root's index", "auto-trailing-slash", { "index.html": "1" }, ["/", "/index", "/index.html"]],
        ["no mode", "none", { "d/index.html": "1", "x.html": "1" }, ["/d/index.html", "/x.html"]],
        [
            "a page without a name",
            "auto-trailing-slash",
            { ".html": "1", "d/.html": "2" },
            ["/", "/.html", "/d/", "/d/.html"],
        ],
        ["another extension", "auto-trailing-slash", { "x.htm": "1", "y.HTML": "2" }, ["/x.htm", "/y.HTML"]],
        ["a file of the alias's name", "auto-trailing-slash", { "x.html": "1", x: "2" }, ["/x", "/x.html"]],
    ];
    for (const [name, mode, files, paths] of rows) {
        it(`${name}: ${paths.join(" ")}`, () => {
            assert.deepEqual(site(files, mode).manifest.sections[0]?.paths, paths);
        });
    }

    it("a changed page is purged where it is, and not at what only leads there", () => {
        const changed = plan(site({ "x.html": "1" }).manifest, site({ "x.html": "2" }).manifest).changes.changed;
        assert.deepEqual(changed, ["/x", "/x.html"]);
    });

    it("names each path once, in order, whatever names meet", () => {
        const part = fc.constantFrom(
            "a",
            "index",
            "index.html",
            ".html",
            "a.html",
            "index.html.html",
            "b-a",
            "a b",
            "(a)",
        );
        const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
        const names = fc.uniqueArray(fc.oneof(name, fc.constant("a/index/a.html")), { minLength: 1, maxLength: 12 });
        fc.assert(
            fc.property(
                names,
                modes(),
                fc.constantFrom("any" as const, "cloudflare-assets" as const),
                (all, mode, origin) => {
                    const files = Object.fromEntries(all.map((file, i) => [file, `${i % 3}`]));
                    const options = { baseUrls: [ORIGIN], htmlHandling: mode, origin };
                    const { paths = [] } = assetsFromDigests(files, options).manifest.sections[0] ?? {};
                    assert.deepEqual(paths, [...new Set(paths)].sort());
                },
            ),
            { numRuns: 500 },
        );
    });

    it("whatever Cloudflare answers otherwise after a deploy is purged, also when the mode changes", () => {
        fc.assert(
            fc.property(sites(), sites(), modes(), modes(), fc.boolean(), (before, after, mode, other, same) => {
                const modeAfter = same ? mode : other;
                const [old, now] = [site(before, mode), site(after, modeAfter)];
                const { added, changed, removed } = plan(old.manifest, now.manifest).changes;
                const purged = new Set([...added, ...changed, ...removed]);
                for (const path of UNIVERSE) {
                    const [was, is] = [answer(before, mode, path), answer(after, modeAfter, path)];
                    if (JSON.stringify(was) !== JSON.stringify(is)) {
                        assert.ok(purged.has(path), `${path}: ${JSON.stringify(was)} → ${JSON.stringify(is)}`);
                    }
                }
            }),
            { numRuns: 1500 },
        );
    });

    it("nothing is purged at a name that no changed file has a part in", () => {
        fc.assert(
            fc.property(sites(), sites(), modes(), (before, after, mode) => {
                const { added, changed, removed } = plan(
                    site(before, mode).manifest,
                    site(after, mode).manifest,
                ).changes;
                const names = new Set([...Object.keys(before), ...Object.keys(after)]);
                const stems = [...names].filter((name) => before[name] !== after[name]).map(stemOf);
                for (const path of [...added, ...changed, ...removed]) {
                    assert.ok(stems.includes(stemOf(path.slice(1))), `${path} for ${stems.join(" ")}`);
                }
            }),
            { numRuns: 500 },
        );
    });
});

const NAMES = ["index.html", "a.html", "a/index.html", "a/b.html", "a/b/index.html", "a", "b.js", "index", "a/index"];

/** All forms of all names, as far as a person or a link may use them. */
const UNIVERSE = ["", "/a", "/a/b"].flatMap((stem) => [
    ...(stem === "" ? [] : [stem, `${stem}.html`]),
    `${stem}/`,
    `${stem}/index`,
    `${stem}/index.html`,
]);

function sites(): fc.Arbitrary<Record<string, string>> {
    return fc
        .dictionary(fc.constantFrom(...NAMES), fc.constantFrom("1", "2", "3"), {
            minKeys: 1,
            maxKeys: 6,
            noNullPrototype: true,
        })
        .map((files) => {
            // A file system has no file `a` beside a folder `a`.
            const names = Object.keys(files).filter(
                (name) => !Object.keys(files).some((other) => other.startsWith(`${name}/`)),
            );
            // Pages differ: two with the same bytes are one to Cloudflare.
            return Object.fromEntries(names.map((name) => [name, `${name} ${files[name]}`]));
        });
}

function modes(): fc.Arbitrary<HtmlHandling> {
    return fc.constantFrom(...HTML_HANDLING);
}

function site(files: Record<string, string>, htmlHandling?: HtmlHandling) {
    return assetsFromDigests(files, { baseUrls: [ORIGIN], ...(htmlHandling === undefined ? {} : { htmlHandling }) });
}

function answer(files: Record<string, string>, mode: HtmlHandling, path: string) {
    return cloudflareAnswer(new Map(Object.entries(files).map(([name, content]) => [`/${name}`, content])), mode, path);
}

/** What the forms of a page have in common. */
function stemOf(name: string): string {
    return name
        .replace(/(^|\/)index(\.html|\/)?$/, "")
        .replace(/\/$/, "")
        .replace(/\.html$/, "");
}
