import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { walk } from "../../components/assets/files";
import { digestOfFile } from "../../components/assets/hash";
import type { Manifest, Section } from "../../components/assets/manifest";
import { digestAt } from "../../components/assets/manifest";
import { encodeManifest } from "../../components/assets/manifestText";
import type { SiteAssetsOptions } from "../../components/assets/siteAssets";
import { assetsFromDigests, siteAssets } from "../../components/assets/siteAssets";
import { bytesOf, urlPath } from "../../components/assets/urls";
import { inFolder } from "./folder";
import { BASE, refused, sha } from "./site";

function pathsOf(dir: string, options: Partial<SiteAssetsOptions> = {}): readonly string[] {
    return siteAssets(dir, { ...BASE, htmlHandling: "none", ...options }).manifest.sections[0]?.paths ?? [];
}

describe("siteAssets", () => {
    it("has the path and the digest of every file, and counts files and bytes", () => {
        inFolder({ "a.js": "one", "d/e/b.css": "two", "empty.txt": "", ".well-known/x": "dot" }, (dir) => {
            const assets = siteAssets(dir, BASE);
            const section = firstOf(assets.manifest);
            assert.deepEqual(section.paths, ["/.well-known/x", "/a.js", "/d/e/b.css", "/empty.txt"]);
            assert.deepEqual(section.digests, [sha("dot"), sha("one"), sha("two"), sha("")]);
            assert.deepEqual([assets.files, assets.bytes, assets.baseUrls], [4, 9, BASE.baseUrls]);
        });
    });

    it("is the same for other mtimes, another place and a relative path", () => {
        const files = { "a.js": "one", "d/index.html": "two" };
        const first = inFolder(files, (dir) => encodeManifest(siteAssets(dir, BASE).manifest));
        inFolder(files, (dir) => {
            utimesSync(join(dir, "a.js"), 1, 1);
            assert.equal(encodeManifest(siteAssets(relative(process.cwd(), dir), BASE).manifest), first);
        });
    });

    for (const size of [256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 3_000_000]) {
        it(`hashes a file of ${size} bytes, in pieces of a buffer's size`, () => {
            const content = Buffer.alloc(size, "abcdefg");
            inFolder({ big: content }, (dir) => {
                assert.deepEqual(digestOfFile(join(dir, "big")), { digest: sha(content), bytes: size });
            });
        });
    }

    it("takes names that are no UTF-8, with spaces, %, # and ? as they are", () => {
        inFolder({ "a b%c#d?e.js": "odd", "é.js": "letter" }, (dir) => {
            writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xff, 0x41])]), "bytes");
            mkdirSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xfe])]));
            writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xfe]), Buffer.from("/b")]), "below");
            const section = firstOf(siteAssets(dir, BASE).manifest);
            assert.deepEqual(section.paths, ["/%C3%A9.js", "/%FE/b", "/%FFA", "/a%20b%25c%23d%3Fe.js"]);
            assert.deepEqual(section.digests, [sha("letter"), sha("below"), sha("bytes"), sha("odd")]);
        });
    });

    it("include and exclude are globs of paths, which dots and non-ASCII letters do not stop", () => {
        inFolder({ "a.js": "", "a.js.map": "", "d/b.js.map": "", ".x/c.map": "", "é/d.js": "" }, (dir) => {
            assert.deepEqual(pathsOf(dir, { exclude: ["**/*.map"] }), ["/%C3%A9/d.js", "/a.js"]);
            assert.deepEqual(pathsOf(dir, { include: ["é/**", "*.map"] }), ["/%C3%A9/d.js", "/a.js.map"]);
            assert.deepEqual(pathsOf(dir, { include: ["**/*.map"], exclude: ["d/**"] }), ["/.x/c.map", "/a.js.map"]);
        });
    });

    it("follows links inside the folder, to files and to folders", () => {
        inFolder({ "v1/a.js": "one" }, (dir) => {
            symlinkSync("v1", join(dir, "latest"));
            symlinkSync("v1/a.js", join(dir, "a.js"));
            assert.deepEqual(pathsOf(dir), ["/a.js", "/latest/a.js", "/v1/a.js"]);
        });
    });

    it("takes a folder that is itself a link", () => {
        inFolder({ "real/a.js": "one" }, (dir) => {
            symlinkSync("real", join(dir, "link"));
            assert.deepEqual(pathsOf(join(dir, "link")), ["/a.js"]);
        });
    });

    it("include matches what a linked folder leads to, and not the link's name", () => {
        inFolder({ "v2/a.html": "one", "v2/a.js": "two" }, (dir) => {
            symlinkSync("v2", join(dir, "latest"));
            symlinkSync("nowhere", join(dir, "broken"));
            const options = { include: ["**/*.html"], htmlHandling: "none" } as const;
            assert.deepEqual(pathsOf(dir, options), ["/latest/a.html", "/v2/a.html"]);
        });
    });

    it("links may lead out of the folder when the option says so, and still may not loop", () => {
        inFolder({ "store/lib/b.js": "one", "site/a.js": "two" }, (dir) => {
            const site = join(dir, "site");
            symlinkSync("../store/lib", join(site, "lib"));
            refused(() => siteAssets(site, BASE), "dir", /"lib": a symbolic link that leaves.*followLinks: true/);
            assert.deepEqual(pathsOf(site, { followLinks: true }), ["/a.js", "/lib/b.js"]);
            symlinkSync("..", join(dir, "store", "lib", "up"));
            symlinkSync("../site", join(dir, "store", "site"));
            refused(() => siteAssets(site, { ...BASE, followLinks: true }), "dir", /leads back/);
        });
    });

    it("an excluded folder is not entered", () => {
        inFolder({ "a.js": "one", "drafts/x/b.js": "two" }, (dir) => {
            const entered: string[] = [];
            const folders = (path: string) => entered.push(path) > 0 && path !== "drafts";
            walk(
                dir,
                () => true,
                (path) => entered.push(path),
                { entered: folders },
            );
            assert.deepEqual(entered, ["a.js", "drafts"]);
            assert.deepEqual(pathsOf(dir, { exclude: ["drafts"] }), ["/a.js"]);
        });
    });

    const TREE = {
        "a.js": "",
        "a.js.map": "",
        "v2/b.js": "",
        "v2/b.js.map": "",
        "x/drafts/c.js": "",
        "drafts/d.js": "",
    };
    const patterns: [string[], string[]][] = [
        [["*.map"], ["/a.js", "/drafts/d.js", "/v2/b.js", "/x/drafts/c.js"]],
        [["/*.map"], ["/a.js", "/drafts/d.js", "/v2/b.js", "/v2/b.js.map", "/x/drafts/c.js"]],
        [["drafts"], ["/a.js", "/a.js.map", "/v2/b.js", "/v2/b.js.map"]],
        [["drafts/"], ["/a.js", "/a.js.map", "/v2/b.js", "/v2/b.js.map"]],
        [["/drafts/"], ["/a.js", "/a.js.map", "/v2/b.js", "/v2/b.js.map", "/x/drafts/c.js"]],
        [["a.js/"], ["/a.js", "/a.js.map", "/drafts/d.js", "/v2/b.js", "/v2/b.js.map", "/x/drafts/c.js"]],
        [["/v2/**"], ["/a.js", "/a.js.map", "/drafts/d.js", "/x/drafts/c.js"]],
        [
            ["v2/**", "!v2/b.js"],
            ["/a.js", "/a.js.map", "/drafts/d.js", "/v2/b.js", "/x/drafts/c.js"],
        ],
        [
            ["v2", "!v2/b.js"],
            ["/a.js", "/a.js.map", "/drafts/d.js", "/x/drafts/c.js"],
        ],
        [
            ["*.map", "!/a.js.map"],
            ["/a.js", "/a.js.map", "/drafts/d.js", "/v2/b.js", "/x/drafts/c.js"],
        ],
        [
            ["x/**/c.js", "*.map", "drafts/d.*"],
            ["/a.js", "/v2/b.js"],
        ],
        [
            ["!(a|b).js", "*.map"],
            ["/a.js", "/v2/b.js"],
        ],
    ];
    for (const [exclude, left] of patterns) {
        it(`exclude ${exclude.join(" ")} is as in .gitignore`, () => {
            inFolder(TREE, (dir) => assert.deepEqual(pathsOf(dir, { exclude }), left));
        });
    }

    const ODD = [
        "(app)/a",
        "app/b",
        "c++",
        "{a,b}",
        "$x",
        "^x",
        "[id]",
        "i",
        "p (1)",
        "p 1",
        'q"r',
        "s|t",
        "#u",
        "!v",
        "w ",
        "A",
    ];
    const odd: [string, string[]][] = [
        ["(app)", ["(app)/a"]],
        ["/(app)/**", ["(app)/a"]],
        ["(app)/", ["(app)/a"]],
        ["c++", ["c++"]],
        ["\\{a,b}", ["{a,b}"]],
        ["$x", ["$x"]],
        ["^x", ["^x"]],
        ["[id]", ["[id]", "i"]],
        ["\\[id\\]", ["[id]"]],
        ["[[]id]", ["[id]"]],
        ["[!a-z]x", ["$x", "^x"]],
        ["[^a-z]x", ["$x", "^x"]],
        ["p (1)", ["p (1)"]],
        ['q"r', ['q"r']],
        ["s|t", ["s|t"]],
        ["#u", ["#u"]],
        ["\\!v", ["!v"]],
        ["i  ", ["i"]],
        ["w\\ ", ["w "]],
        ["@(i|A)", ["i", "A"]],
        ["?", ["(app)/a", "app/b", "i", "A"]],
        ["{i,c}*", ["c++", "i"]],
    ];
    for (const [pattern, out] of odd) {
        it(`exclude ${pattern} leaves out ${out.join(" ")}`, () => {
            inFolder(Object.fromEntries(ODD.map((name) => [name, name])), (dir) => {
                const left = new Set(pathsOf(dir, { exclude: [pattern], htmlHandling: "none" }));
                const all = ODD.map((name) => [name, urlPath(bytesOf(name))] as const);
                assert.deepEqual(
                    all.flatMap(([name, path]) => (left.has(path) ? [] : [name])),
                    out,
                );
            });
        });
    }

    it("a pattern that matches nothing is a warning", () => {
        inFolder(TREE, (dir) => {
            const { warnings } = siteAssets(dir, { ...BASE, exclude: ["*.map", "draft", "!*.css"] });
            assert.equal(warnings.length, 2);
            assert.match(warnings[0] ?? "", /^exclude "draft": it matches nothing in .* as in \.gitignore/);
        });
    });

    it("so is a glob of include, and none that matches what exclude leaves out", () => {
        inFolder(TREE, (dir) => {
            const include = ["**/*.js", "**/*.map", "*.htm", "img/*.png"];
            const { warnings } = siteAssets(dir, { ...BASE, include, exclude: ["*.map"] });
            assert.equal(warnings.length, 2);
            assert.match(warnings[0] ?? "", /^include "\*\.htm": it matches nothing.*Write "\*\*\/\*\.htm"/);
            assert.match(warnings[1] ?? "", /^include "img\/\*\.png": it matches nothing.*Correct it, or leave it out/);
        });
    });

    it("an excluded link may lead anywhere", () => {
        inFolder({ "a.js": "one" }, (dir) => {
            symlinkSync("/nowhere", join(dir, "broken"));
            symlinkSync("/", join(dir, "out"));
            assert.deepEqual(pathsOf(dir, { exclude: ["broken", "out"] }), ["/a.js"]);
        });
    });

    it("an empty folder is a manifest of nothing where that is allowed", () => {
        inFolder({}, (dir) => {
            const assets = siteAssets(dir, { ...BASE, allowEmpty: true });
            assert.deepEqual([assets.manifest.sections, assets.files], [[], 0]);
            const options = { fallback: "index.html", notFound: { page: "404.html", purge: true }, indexFiles: ["a"] };
            assert.deepEqual(siteAssets(dir, { ...BASE, ...options, include: ["b"], allowEmpty: true }), assets);
        });
    });

    it("digests known otherwise give the same URLs", () => {
        const files = { "index.html": "one", "a b.js": "two" };
        const known = firstOf(assetsFromDigests({ "/index.html": "etag-1", "a b.js": "etag-2" }, BASE).manifest);
        inFolder(files, (dir) => assert.deepEqual(known.paths, siteAssets(dir, BASE).manifest.sections[0]?.paths));
        assert.equal(digestAt(known, "/a%20b.js"), sha("etag-2"));
    });

    it("a SHA-256 is taken as it is: the same manifest as from the folder", () => {
        const full = createHash("sha256").update("one").digest("hex");
        inFolder({ "a.js": "one" }, (dir) =>
            assert.deepEqual(assetsFromDigests({ "a.js": full }, BASE).manifest, siteAssets(dir, BASE).manifest),
        );
    });
});

function firstOf({ sections: [section] }: Manifest): Section {
    assert.ok(section);
    return section;
}
