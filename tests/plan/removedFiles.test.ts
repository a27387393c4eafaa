import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Manifest } from "../../components/assets/manifest";
import type { HtmlHandling } from "../../components/assets/route";
import { HTML_HANDLING } from "../../components/assets/route";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { append, lastRemoval, removedSince } from "../../components/plan/entries";
import { plan } from "../../components/plan/plan";
import { decodeRecord, emptyRecord, encodeRecord } from "../../components/plan/record";
import { ORIGIN } from "./site";

type Files = Readonly<Record<string, string>>;

const site = (files: Files, htmlHandling: HtmlHandling = "auto-trailing-slash", ...baseUrls: string[]): Manifest =>
    assetsFromDigests(files, { baseUrls: [ORIGIN, ...baseUrls], htmlHandling, allowEmpty: true }).manifest;

const gone = (before: Manifest, after: Manifest): string[] =>
    plan(before, after)
        .gone.map((url) => url.replace(ORIGIN, ""))
        .sort();

describe("URLs of removed files", () => {
    const rows: [string, Files, Files, string[]][] = [
        ["a file", { "a.js": "1", "b.js": "1" }, { "b.js": "1" }, ["/a.js"]],
        ["a file that changed is not removed", { "a.js": "1" }, { "a.js": "2" }, []],
        ["a page, under all its names", { "a.html": "1" }, {}, ["/a", "/a.html", "/a/", "/a/index", "/a/index.html"]],
        [
            "a page that moves and takes the same URLs, which only change",
            { "about/index.html": "1" },
            { "about.html": "2" },
            ["/about", "/about.html", "/about/", "/about/index", "/about/index.html"],
        ],
        [
            "one of two pages of a name: what the other one answers is left alone",
            { "a.html": "1", "a/index.html": "2" },
            { "a/index.html": "2" },
            ["/a", "/a.html"],
        ],
        [
            "a folder's page, and a page in the folder that stays",
            { "d/index.html": "1", "d/x.js": "1" },
            { "d/x.js": "1" },
            ["/d", "/d.html", "/d/", "/d/index", "/d/index.html"],
        ],
    ];
    it("a name with two spellings is in it with both, and a page that stays is not", () => {
        const files = { "[id].html": "1", "[id]/index.html": "2" };
        assert.deepEqual(gone(site(files), site({ "[id]/index.html": "2" })), [
            "/%5Bid%5D",
            "/%5Bid%5D.html",
            "/[id]",
            "/[id].html",
        ]);
    });
    for (const [title, before, after, expected] of rows) {
        it(title, () => assert.deepEqual(gone(site(before), site(after)), expected));
    }

    it("another mode takes URLs away, and no file", () => {
        const files = { "a.html": "1", "d/index.html": "1" };
        assert.deepEqual(gone(site(files), site(files, "none")), []);
        assert.deepEqual(gone(site(files), site(files, "force-trailing-slash")), []);
    });

    it("a base URL that is taken away takes no file along, and the last one does", () => {
        const files = { "a.js": "1" };
        assert.deepEqual(gone(site(files, "none", "https://b.example"), site(files, "none")), []);
        assert.deepEqual(gone(site(files), { sections: [] }), ["/a.js"]);
    });

    it("holds what changed and was answered by a removed file, in every mode, and nothing when no file is removed", () => {
        const names = ["index.html", "a.html", "a/index.html", "a/b.html", "a/b/index.html", "c.js"];
        const files = fc.dictionary(fc.constantFrom(...names), fc.constantFrom("1", "2"), { maxKeys: 6 });
        fc.assert(
            fc.property(files, files, fc.constantFrom(...HTML_HANDLING), (before, after, mode) => {
                const found = plan(site(before, mode), site(after, mode));
                const removed = Object.keys(before).filter((name) => !(name in after));
                const changed = new Set([...found.changes.changed, ...found.changes.removed]);
                const answers = answersOf(site(before, mode));
                const expected = new Set(
                    removed.flatMap((name) => {
                        const other = answersOf(site({ ...before, [name]: "3" }, mode));
                        return [...answers.keys()].filter((url) => answers.get(url) !== other.get(url));
                    }),
                );
                for (const path of changed) {
                    if (expected.has(path)) {
                        assert.ok(found.gone.includes(ORIGIN + path), path);
                    }
                }
                assert.ok(removed.length > 0 || found.gone.length === 0);
                assert.ok(found.gone.every((url) => changed.has(url.replace(ORIGIN, ""))));
            }),
            { numRuns: 500 },
        );
    });
});

/** Path → digest. */
function answersOf({ sections }: Manifest): Map<string, string | undefined> {
    return new Map(sections.flatMap(({ paths, digests }) => paths.map((path, i) => [path, digests[i]] as const)));
}

describe("what was removed since a generation", () => {
    const deploys: Files[] = [
        { "a.js": "1", "b.js": "1", "c.js": "1" },
        { "a.js": "1", "b.js": "1" },
        { "b.js": "2" },
        { "b.js": "2", "c.js": "2" },
    ];
    const record = deploys.reduce((journal, files, i) => {
        const before = deploys[i - 1];
        const after = site(files);
        return append(journal, after, plan(before === undefined ? undefined : site(before), after));
    }, emptyRecord("e"));
    const since = (generation: number) => {
        const { urls, samples } = removedSince(record, generation);
        return [...urls.keys(), ...samples.map(({ url, was }) => `${url} ${was.length}`)].map((url) =>
            url.replace(ORIGIN, ""),
        );
    };

    it("a file that came back is not removed", () => assert.deepEqual(since(1), ["/a.js", "/a.js 1"]));
    it("what an earlier generation removed is not in it", () =>
        assert.deepEqual([since(2), since(3)], [["/a.js", "/a.js 1"], []]));
    it("the last generation that removed a file", () => assert.equal(lastRemoval(record), 3));

    it("is in the text only where a file was removed, and is read again", () => {
        const lines = encodeRecord(record).split("\n");
        assert.deepEqual(
            lines.slice(3, 7).map((line) => line.includes('"gone":[')),
            [false, true, true, false],
        );
        assert.deepEqual(decodeRecord(encodeRecord(record)), record);
    });

    it("is read from the text of a journal that has it", () => {
        const read = decodeRecord(readFileSync(join(__dirname, "fixtures", "journal-1-gone.txt"), "utf8"));
        assert.deepEqual([lastRemoval(read), [...removedSince(read, 1).urls]], [2, [[`${ORIGIN}/old.css`, 2]]]);
    });

    it("is not known of what was compacted", () => {
        const compacted = append(record, site({}), plan(site(deploys[3] ?? {}), site({})), { entries: 2, bytes: 1e6 });
        assert.deepEqual([...removedSince(compacted, 0).urls.keys()].sort(), [`${ORIGIN}/b.js`, `${ORIGIN}/c.js`]);
    });
});
