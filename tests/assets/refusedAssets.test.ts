import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { hashed, readFailure, walk } from "../../components/assets/files";
import { assetsFromDigests, siteAssets } from "../../components/assets/siteAssets";
import { inFolder } from "./folder";
import { BASE, refused, sha } from "./site";

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
