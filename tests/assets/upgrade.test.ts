import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "../../components/assets/manifest";
import { decodeManifest, encodeManifest } from "../../components/assets/manifestText";
import type { HtmlHandling } from "../../components/assets/route";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { isEmpty, plan } from "../../components/plan/plan";

/** The files whose manifests version 1 of the format wrote into fixtures/names-1-*.txt. */
const FILES: Readonly<Record<string, string>> = {
    "index.html": "root",
    "404.html": "none",
    "about.html": "about",
    "docs/index.html": "docs",
    "docs/[id].html": "id",
    "docs/[id]/index.html": "idx",
    "a+b.js": "ab",
    "it's.js": "its",
    "p (1).jpg": "p1",
    "img/x@2x.png": "2x",
    "r&d.pdf": "rd",
    "a|b.css": "bar",
    "*": "star",
    "d/*": "dstar",
    "é.html": "e",
};
const MODES: [string, HtmlHandling][] = [
    ["auto", "auto-trailing-slash"],
    ["force", "force-trailing-slash"],
];

function now(files: Readonly<Record<string, string>>, htmlHandling: HtmlHandling): Manifest {
    const fallback = { page: "index.html" in files ? "index.html" : "a.html", under: "/app/" };
    return assetsFromDigests(files, { baseUrls: ["https://www.example.com"], htmlHandling, fallback }).manifest;
}

describe("a manifest of version 1, and the same site in version 2", () => {
    for (const [name, mode] of MODES) {
        const before = decodeManifest(readFileSync(join(__dirname, "fixtures", `names-1-${name}.txt`), "utf8"));
        const purged = (files: Readonly<Record<string, string>>) =>
            plan(before, now(files, mode)).selectors.map(({ value }) => value.replace("https://www.example.com", ""));

        it(`${mode}: the same files purge nothing`, () => {
            const after = now(FILES, mode);
            assert.deepEqual(plan(before, after).changes, { added: [], changed: [], removed: [] });
            assert.ok(isEmpty(plan(before, after)));
        });

        it(`${mode}: a file that changed is purged in every spelling`, () => {
            assert.deepEqual(purged({ ...FILES, "a+b.js": "2" }), ["/a%2Bb.js", "/a+b.js"]);
            assert.deepEqual(purged({ ...FILES, "a|b.css": "2" }), ["/a%7Cb.css"]);
            assert.deepEqual(purged({ ...FILES, "d/*": "2" }), ["/d/%2A", "/d/*"]);
        });

        it(`${mode}: a file that came or went is purged in every spelling`, () => {
            const { "a+b.js": _, ...fewer } = FILES;
            assert.deepEqual(purged(fewer), ["/a%2Bb.js", "/a+b.js"]);
            assert.deepEqual(purged({ ...FILES, "b@c.js": "new" }), ["/b%40c.js", "/b@c.js"]);
        });
    }

    it("the page at /d/index/ is new when the mode gives every page a slash only now", () => {
        const before = now({ "d/index.html": "1", "index.html": "1" }, "auto-trailing-slash");
        assert.equal(before.version, undefined);
        const after = now({ "d/index.html": "1", "index.html": "1" }, "force-trailing-slash");
        assert.deepEqual(plan(before, after).changes.added, ["/d/index/", "/index/"]);
    });

    it("the page at /d/index/ is new where only a file /d/index was", () => {
        const before = now({ index: "3", "a.html": "1" }, "force-trailing-slash");
        const after = now({ index: "3", "a.html": "1", "index.html": "3" }, "force-trailing-slash");
        assert.equal(before.version, undefined);
        assert.ok(plan(before, after).changes.added.includes("/index/"));
    });

    it("an ordinary site is still written in version 1", () => {
        for (const mode of ["auto-trailing-slash", "drop-trailing-slash", "none"] as const) {
            const text = encodeManifest(
                now({ "index.html": "1", "d/index.html": "2", "d/e.html": "3", "é b.js": "4" }, mode),
            );
            assert.match(text, /^cache-purge manifest 1\n/);
            assert.match(text, /\n[0-9a-f]{32} {2}\/app\/\*\n/);
        }
    });
});
