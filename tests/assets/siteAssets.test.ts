import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { hashed, readFailure, walk } from "../../components/assets/files";
import { digestOfFile } from "../../components/assets/hash";
import type { Manifest, Section } from "../../components/assets/manifest";
import { digestAt } from "../../components/assets/manifest";
import { encodeManifest } from "../../components/assets/manifestText";
import type { SiteAssetsOptions } from "../../components/assets/siteAssets";
import { assetsFromDigests, siteAssets } from "../../components/assets/siteAssets";
import { bytesOf, urlPath } from "../../components/assets/urls";
import { AssetsError } from "../../components/errors/problem";
import { inFolder } from "./folder";

const BASE = { baseUrls: ["https://www.example.com"] };

function sha(content: string | Uint8Array): string {
    return createHash("sha256").update(content).digest("hex").slice(0, 32);
}

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

describe("assets that cannot be taken", () => {
    const site = { "a.js": "one", "d/index.html": "two", "404.htm": "three" };
    const rows: [string, (dir: string) => unknown, string, RegExp][] = [
        [
            "no such folder",
            (dir) => siteAssets(join(dir, "dist"), BASE),
            "dir",
            /dist": no such folder in .*Build the site/,
        ],
        ["a file for a folder", (dir) => siteAssets(join(dir, "a.js"), BASE), "dir", /it is a file/],
        ["no folder", () => siteAssets("", BASE), "dir", /it is empty/],
        [
            "nothing left",
            (dir) => siteAssets(dir, { ...BASE, include: ["*.css"] }),
            "dir",
            /`include` and `exclude` leave no/,
        ],
        [
            "globs that are none",
            (dir) => siteAssets(dir, { ...BASE, exclude: "*.map" as never }),
            "exclude",
            /it is not a list of patterns\. Write \["\*\.map"/,
        ],
        [
            "an option that is misspelt",
            (dir) => siteAssets(dir, { ...BASE, exlude: ["*.map"] } as never),
            "options",
            /"exlude": there is no such option\. Write "exclude"/,
        ],
        [
            "a page that is not a text",
            (dir) => siteAssets(dir, { ...BASE, fallback: { page: 1 } } as never),
            "fallback.page",
            /it is not a file's path\. Write index\.html/,
        ],
        ["no base URL", (dir) => siteAssets(dir, { baseUrls: [] }), "baseUrls", /there is none/],
        [
            "base URLs that are no list",
            (dir) => siteAssets(dir, { baseUrls: "https://a.example" as never }),
            "baseUrls",
            /not a list/,
        ],
        [
            "a mode that is none",
            (dir) => siteAssets(dir, { ...BASE, htmlHandling: "auto" as never }),
            "htmlHandling",
            /"auto": it is not "auto-trailing-slash".*"drop-trailing-slash" or "none"\. Write "auto-trailing-slash"/,
        ],
        [
            "a fallback that is not there",
            (dir) => siteAssets(dir, { ...BASE, fallback: "start.php" }),
            "fallback",
            /"start\.php": there is no such file in .*Name a file that is there, or leave the option out/,
        ],
        [
            "a fallback that exclude leaves out",
            (dir) => siteAssets(dir, { ...BASE, fallback: "d/index.html", exclude: ["index.html"] }),
            "fallback",
            /there is no such file in what is deployed of /,
        ],
        [
            "a page in another folder",
            (dir) => siteAssets(dir, { ...BASE, fallback: "index.html" }),
            "fallback",
            /no such file in .*Write "d\/index\.html"/,
        ],
        [
            "a name for what is not found that no file has",
            (dir) => siteAssets(dir, { ...BASE, notFound: { page: "404.html" } }),
            "notFound",
            /"404\.html": there is no such file in .*Write "404\.htm"/,
        ],
        [
            "a path for what is not found",
            (dir) => siteAssets(dir, { ...BASE, notFound: "errors/404.htm" }),
            "notFound",
            /"errors\/404\.htm": there is no such file in .*Write "404\.htm"/,
        ],
        [
            "no page to purge",
            (dir) => siteAssets(dir, { ...BASE, notFound: { purge: true } }),
            "notFound.purge",
            /there is no 404\.html in .*nothing would be purged\. Name the page/,
        ],
        [
            "a name that no folder holds",
            (dir) => siteAssets(dir, { ...BASE, indexFiles: ["index.htm"] }),
            "indexFiles",
            /"index\.htm": there is no such file.*Write "index\.html"/,
        ],
        [
            "a path for the name of a folder's file",
            (dir) => siteAssets(dir, { ...BASE, indexFiles: ["home.htm", "d/index.html"] }),
            "indexFiles",
            /"home\.htm, d\/index\.html": there is no such file.*Write "index\.html"/,
        ],
        [
            "a file of include that is not there",
            (dir) => siteAssets(dir, { ...BASE, include: ["**/*.html", "d/indx.html"] }),
            "include",
            /"d\/indx\.html": there is no such file.*Write "d\/index\.html"/,
        ],
        [
            "one in a folder that is not there",
            (dir) => siteAssets(dir, { ...BASE, include: ["e/x.html"] }),
            "include",
            /"e\/x\.html": there is no such file.*Name a file that is there/,
        ],
        [
            "one with a slash before it",
            (dir) => siteAssets(dir, { ...BASE, include: ["/a.js"] }),
            "include",
            /Write "a\.js"/,
        ],
        [
            "one that exclude leaves out",
            (dir) => siteAssets(dir, { ...BASE, include: ["a.js", "d/index.html"], exclude: ["d"] }),
            "include",
            /"d\/index\.html": exclude or \.assetsignore leaves it out\. Take it out of one/,
        ],
        [
            "a folder for a glob",
            (dir) => siteAssets(dir, { ...BASE, include: ["a.js", "d"] }),
            "include",
            /"d": it is a folder\. Write "d\/\*\*" for all that is in it/,
        ],
        [
            "a mapping that gives no file a URL",
            (dir) => siteAssets(dir, { ...BASE, urls: () => [] }),
            "urls",
            /gives no file a URL.*Return a path/,
        ],
        [
            "a fallback under no folder",
            (dir) => siteAssets(dir, { ...BASE, fallback: { page: "a.js", under: "app" } }),
            "fallback",
            /not a folder's path.*"\/app\/"/,
        ],
        ["a digest that is empty", () => assetsFromDigests({ "a.js": "" }, BASE), "digests", /its digest is empty/],
        ["a path that is none", () => assetsFromDigests({ "../a.js": "1" }, BASE), "digests", /not a file's path/],
        ["no digests", () => assetsFromDigests({}, BASE), "digests", /there is no file/],
    ];
    for (const [name, run, option, message] of rows) {
        it(name, () => {
            inFolder(site, (dir) => refused(() => run(dir), option, message));
        });
    }

    it("a folder of rules alone", () => {
        inFolder({ _headers: "/*\n  A: b\n" }, (dir) => {
            refused(() => siteAssets(dir, BASE), "dir", /it holds nothing but _headers.*allowEmpty/);
        });
    });

    it("an empty folder", () => {
        inFolder({}, (dir) => {
            mkdirSync(join(dir, "also", "empty"), { recursive: true });
            refused(() => siteAssets(dir, BASE), "dir", /the folder is empty.*allowEmpty/);
        });
    });

    const links: [string, string, RegExp][] = [
        ["a link out of the folder", "/usr", /leaves the folder, to \/usr/],
        ["a link to its own folder", ".", /leads back to a folder that holds it/],
        ["a link to the folder above", "..", /leads back to a folder that holds it/],
        ["a link to itself", "link", /leads back/],
        ["a link to nothing", "nothing", /leads nowhere/],
    ];
    for (const [name, target, message] of links) {
        it(name, () => {
            inFolder(site, (dir) => {
                mkdirSync(join(dir, "d"), { recursive: true });
                symlinkSync(target, join(dir, "d", "link"));
                refused(() => siteAssets(dir, BASE), "dir", message);
                refused(() => siteAssets(dir, BASE), "dir", /"d\/link"/);
            });
        });
    }

    it("a link to a sibling whose name begins like the folder's", () => {
        inFolder({ "site/a.js": "one", "site-next/b.js": "two" }, (dir) => {
            symlinkSync("../site-next", join(dir, "site", "link"));
            refused(() => siteAssets(join(dir, "site"), BASE), "dir", /"link": a symbolic link that leaves the folder/);
        });
    });

    it("two folders that link to each other", () => {
        inFolder({ "a/x": "", "b/x": "" }, (dir) => {
            symlinkSync("../b", join(dir, "a", "b"));
            symlinkSync("../a", join(dir, "b", "a"));
            refused(() => siteAssets(dir, BASE), "dir", /leads back/);
        });
    });

    it("a pipe", () => {
        inFolder(site, (dir) => {
            execFileSync("mkfifo", [join(dir, "pipe")]);
            refused(() => siteAssets(dir, BASE), "dir", /"pipe": neither a file nor a folder/);
        });
    });

    it("a folder that vanishes while its parent is read", () => {
        inFolder({ "a.js": "one", "b/c.js": "two" }, (dir) => {
            const wanted = () => {
                rmSync(join(dir, "b"), { recursive: true, force: true });
                return true;
            };
            refused(() => walk(dir, wanted, () => {}), "dir", /"b": it vanished while the folder was read/);
        });
    });

    it("a file that vanishes before it is opened", () => {
        inFolder({ "a.js": "one", "b.js": "two" }, (dir) => {
            const read: string[] = [];
            const hash = (path: string) => {
                rmSync(join(dir, "b.js"), { force: true });
                read.push(hashed(path, join(dir, path)).digest);
            };
            refused(() => walk(dir, () => true, hash), "dir", /"b.js": it vanished while the folder was read/);
            assert.deepEqual(read, [sha("one")]);
        });
    });

    const failures: [string, RegExp][] = [
        ["ENOENT", /vanished while the folder was read.*nothing else writes/],
        ["EACCES", /may not be read by this user.*chmod/],
        ["EIO", /cannot be read: EIO/],
    ];
    for (const [code, message] of failures) {
        it(`a read that fails with ${code}`, () => {
            assert.match(readFailure("d/a.js", Object.assign(new Error("no"), { code })).message, message);
        });
    }
});

describe("base URLs", () => {
    const good: [string, string][] = [
        ["https://www.example.com", "https://www.example.com"],
        ["https://www.example.com/", "https://www.example.com"],
        ["HTTPS://WWW.Example.COM:443", "https://www.example.com"],
        ["http://www.example.com:80", "http://www.example.com"],
        ["https://www.example.com:8443", "https://www.example.com:8443"],
        ["https://bücher.example", "https://xn--bcher-kva.example"],
        ["https://example.com./blog", "https://example.com/blog"],
        ["https://www.example.com/blog/", "https://www.example.com/blog"],
        ["https://www.example.com/blog", "https://www.example.com/blog"],
        ["https://www.example.com/é|/x//", "https://www.example.com/%C3%A9%7C/x"],
    ];
    for (const [given, base] of good) {
        it(`${given} is ${base}`, () => {
            assert.deepEqual(assetsFromDigests({ a: "1" }, { baseUrls: [given] }).baseUrls, [base]);
        });
    }

    const bad: [string, RegExp][] = [
        ["www.example.com", /does not begin with https.*Write "https:\/\/www.example.com"/],
        ["ftp://www.example.com", /Write "https:\/\/www.example.com"/],
        [`https://www.example.com${"/d".repeat(31)}`, /its path has more than 31 slashes/],
        ["https://www.example.com?x=1", /holds a query/],
        ["https://www.example.com/blog/?x=1", /holds a query\. Write "https:\/\/www\.example\.com\/blog"/],
        ["https://me:hunter2@www.example.com/blog", /holds credentials\. Write "https:\/\/www\.example\.com\/blog"/],
        ["https://www.example.com/#x", /holds a fragment/],
        ["https://*.example.com", /holds a wildcard/],
        ["https://", /not a URL/],
        ["", /baseUrls "\[\\"\\"\]": it is not a list of origins\. Write \["https:\/\/www\.example\.com"\]/],
    ];
    for (const [given, message] of bad) {
        it(`${given || "nothing"} is refused`, () => {
            refused(() => assetsFromDigests({ a: "1" }, { baseUrls: [given] }), "baseUrls", message);
        });
    }

    it("credentials are refused and not repeated", () => {
        const run = () => assetsFromDigests({ a: "1" }, { baseUrls: ["https://me:hunter2@www.example.com"] });
        refused(run, "baseUrls", /holds credentials/);
        assert.throws(run, (error: Error) => !error.message.includes("hunter2"));
    });

    it("several of them share a section, in one order, none twice", () => {
        const baseUrls = ["https://b.example", "https://a.example", "https://B.example/"];
        const assets = assetsFromDigests({ a: "1" }, { baseUrls });
        assert.deepEqual(assets.baseUrls, ["https://a.example", "https://b.example"]);
        assert.deepEqual(assets.manifest.sections, [{ baseUrls: assets.baseUrls, paths: ["/a"], digests: [sha("1")] }]);
    });
});

function refused(run: () => unknown, option: string, message: RegExp): void {
    assert.throws(run, (error) => {
        assert.ok(error instanceof AssetsError, String(error));
        assert.match(error.message, message);
        assert.equal(error.option, option);
        assert.ok(error.cure.length > 0);
        return true;
    });
}

function firstOf({ sections: [section] }: Manifest): Section {
    assert.ok(section);
    return section;
}
