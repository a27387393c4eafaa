import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { digestOf } from "../../components/assets/hash";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { append, compact } from "../../components/plan/entries";
import { plan } from "../../components/plan/plan";
import type { Entry, JournalRecord } from "../../components/plan/record";
import { decodeRecord, emptyRecord, encodeRecord, JournalError } from "../../components/plan/record";
import type { Selector } from "../../components/plan/selector";
import { hostOf, keyOf, scopesOf } from "../../components/plan/selector";
import { manifest, many, ORIGIN, owedSince, told } from "./site";

const FIXTURES = join(__dirname, "fixtures");

/** A journal after some deploys of one host. */
function journal(...deploys: Record<string, string>[]): JournalRecord {
    let record = emptyRecord("e1");
    deploys.forEach((site, i) => {
        const earlier = deploys[i - 1];
        const before = earlier === undefined ? undefined : manifest(earlier);
        record = append(record, manifest(site), plan(before, manifest(site)));
    });
    return record;
}

function entryAt({ entries }: JournalRecord, index: number): Entry {
    const entry = entries[index];
    assert.ok(entry);
    return entry;
}

describe("a journal", () => {
    it("does not wait for a base URL that was taken away, and does for files that were", () => {
        const at = (...baseUrls: string[]) => assetsFromDigests({ "a.js": "1" }, { baseUrls }).manifest;
        const both = at(ORIGIN, "https://old.example.com");
        const without = append(emptyRecord("e"), at(ORIGIN), plan(both, at(ORIGIN)));
        assert.deepEqual(
            [entryAt(without, 0).selectors.map(({ value }) => value), entryAt(without, 0).samples],
            [["https://old.example.com/a.js"], []],
        );
        const empty = { sections: [] };
        const gone = append(emptyRecord("e"), empty, plan(at(ORIGIN), empty));
        assert.deepEqual(
            entryAt(gone, 0).samples.map(({ url, digest }) => [url, digest]),
            [[`${ORIGIN}/a.js`, null]],
        );
    });

    it("has an entry for each deploy, oldest first", () => {
        const record = journal({ "/a.js": "1", "/b.js": "1" }, { "/a.js": "2", "/b.js": "1" });
        assert.deepEqual([record.epoch, record.generation, record.hosts], ["e1", 2, ["www.example.com"]]);
        assert.deepEqual(
            record.entries.map(({ from, to, summary, changes }) => [from, to, summary, Object.values(changes)]),
            [
                [1, 1, "purge 2 URLs (2 added) in 1 request", [2, 0, 0]],
                [2, 2, "purge 1 URL (1 changed) in 1 request", [0, 1, 0]],
            ],
        );
        assert.deepEqual(told(entryAt(record, 1)), [`url ${ORIGIN}/a.js (changed /a.js)`]);
        assert.deepEqual(entryAt(record, 1).samples, [
            { url: `${ORIGIN}/a.js`, digest: digestOf("2"), was: [digestOf("1")] },
        ]);
    });

    it("remembers every host, also of what was taken away and of targets", () => {
        const [before, after] = [
            manifest({ "/a": "1" }, "https://a.example:8443"),
            manifest({ "/a": "1" }, "http://b.example"),
        ];
        const options = { changedTriggers: ["t"], targets: { prefixes: ["c.example/x/"], tags: ["d"] } };
        const record = append(emptyRecord("e"), after, plan(before, after, options));
        assert.deepEqual(record.hosts, ["a.example", "b.example", "c.example"]);
        assert.deepEqual(scopesOf(after), ["b.example"]);
    });

    it("that only records has nothing owed, and nothing to look at", () => {
        const site = manifest({ "/a": "1" });
        const record = append(emptyRecord("e"), site, { ...plan(undefined, site), selectors: [], samples: [] });
        assert.deepEqual(owedSince(record, { epoch: "e", generation: 0 }), { selectors: [], samples: [] });
    });
});

describe("samples", () => {
    const base = { baseUrls: [ORIGIN] };
    const samples = (before: Record<string, string>, after: Record<string, string>, options = {}) => {
        const [old, now] = [
            assetsFromDigests(before, { ...base, ...options }),
            assetsFromDigests(after, { ...base, ...options }),
        ];
        const record = append(emptyRecord("e"), now.manifest, plan(old.manifest, now.manifest));
        return entryAt(record, 0).samples.map(({ url, digest, was }) => [url.slice(ORIGIN.length), digest, ...was]);
    };
    const rows: [string, Record<string, string>, Record<string, string>, object, unknown[]][] = [
        [
            "a page: at its file's name, which every origin knows",
            { "a.html": "1" },
            { "a.html": "2" },
            {},
            [["/a.html", digestOf("2"), digestOf("1")]],
        ],
        [
            "a folder's index: at the folder",
            { "d/index.html": "1" },
            { "d/index.html": "2" },
            {},
            [["/d/", digestOf("2"), digestOf("1")]],
        ],
        [
            "a page that forced slashes",
            { "a.html": "1" },
            { "a.html": "2" },
            { htmlHandling: "force-trailing-slash" },
            [["/a.html", digestOf("2"), digestOf("1")]],
        ],
        ["removed: gone", { "a.js": "1", b: "1" }, { b: "1" }, {}, [["/a.js", null, digestOf("1")]]],
        ["a page that was removed", { "a.html": "1", b: "1" }, { b: "1" }, {}, [["/a.html", null, digestOf("1")]]],
        [
            "removed, where a fallback page answers from now on: whatever the origin answers there",
            { "a.js": "1", "i.html": "f" },
            { "i.html": "f" },
            { fallback: "i.html", htmlHandling: "none" },
            [["/a.js", null, digestOf("1")]],
        ],
        [
            "removed, with the very bytes of the page that answers from now on",
            { "a.js": "f", "i.html": "f" },
            { "i.html": "f" },
            { fallback: "i.html", htmlHandling: "none" },
            [["/a.js", null, digestOf("f")]],
        ],
        ["only the mode changed: nothing with other bytes", { "d.txt": "1" }, { "d.txt": "1" }, {}, []],
    ];
    for (const [name, before, after, options, expected] of rows) {
        it(name, () => assert.deepEqual(samples(before, after, options), expected));
    }

    it("are at most 20, spread over all that changed and all origins", () => {
        const origins = ["https://a.example", "https://b.example"];
        const [before, after] = [manifest(many("/", 500, "1"), ...origins), manifest(many("/", 500, "2"), ...origins)];
        const entry = entryAt(append(emptyRecord("e"), after, plan(before, after)), 0);
        const urls = entry.samples.map(({ url }) => url);
        assert.equal(new Set(urls).size, 20);
        assert.equal(urls.filter((url) => url.startsWith("https://a.example/")).length, 10);
        const hundreds = new Set(urls.map((url) => Math.floor(Number(/(\d+)\.js/.exec(url)?.[1]) / 100)));
        assert.equal(hundreds.size, 5);
    });
});

describe("what is owed", () => {
    const record = journal(
        { "/a.js": "1", "/b.js": "1" },
        { "/a.js": "2", "/b.js": "1" },
        { "/a.js": "3", "/c.js": "1" },
    );

    it("is everything after what is paid, without repeats", () => {
        assert.deepEqual(told(owedSince(record, { epoch: "e1", generation: 1 })), [
            `url ${ORIGIN}/a.js (changed /a.js)`,
            `url ${ORIGIN}/b.js (removed /b.js)`,
            `url ${ORIGIN}/c.js (added /c.js)`,
        ]);
        assert.deepEqual(told(owedSince(record, { epoch: "e1", generation: 3 })), []);
    });

    it("asks for the newest bytes, and knows all that came before", () => {
        const { samples } = owedSince(record, { epoch: "e1", generation: 1 });
        assert.deepEqual(
            samples.find(({ url }) => url.endsWith("/a.js")),
            {
                url: `${ORIGIN}/a.js`,
                digest: digestOf("3"),
                was: [digestOf("1"), digestOf("2")],
            },
        );
    });

    it("after a revert: the URL is due, and its first bytes are right again", () => {
        const reverted = journal({ "/a.js": "1" }, { "/a.js": "2" }, { "/a.js": "1" });
        const { selectors, samples } = owedSince(reverted, { epoch: "e1", generation: 1 });
        assert.equal(selectors.length, 1);
        assert.deepEqual(samples, [{ url: `${ORIGIN}/a.js`, digest: digestOf("1"), was: [digestOf("2")] }]);
    });

    const strange: [string, { epoch: string; generation: number } | undefined, RegExp][] = [
        ["no history", undefined, /no history/],
        ["another epoch, also with a higher generation", { epoch: "e0", generation: 7 }, /was recreated/],
        [
            "a generation that is not reached",
            { epoch: "e1", generation: 4 },
            /generation 4 is paid, and it has reached 3/,
        ],
    ];
    for (const [name, paid, why] of strange) {
        it(`${name}: every host, with the reason`, () => {
            const owed = owedSince(record, paid);
            assert.match(owed.why ?? "", why);
            assert.deepEqual(told(owed), [`host www.example.com (${owed.why})`]);
        });
    }

    it("keeps tags and everything when the hosts are due", () => {
        const site = manifest({ "/a": "1" });
        const tagged = plan(site, site, { changedTriggers: ["t"], targets: { tags: ["x"] } });
        const owed = owedSince(append(emptyRecord("e"), site, tagged), undefined);
        assert.deepEqual(
            owed.selectors.map(({ kind }) => kind),
            ["tag", "host"],
        );
    });
});

describe("a journal that grew", () => {
    it("keeps 20 entries, the newest as they are, the oldest as hosts", () => {
        const deploys = Array.from({ length: 30 }, (_, i) => ({ "/a.js": String(i), "/b.js": "1" }));
        const record = journal(...deploys);
        assert.equal(record.entries.length, 20);
        const first = entryAt(record, 0);
        assert.deepEqual([first.from, first.to, record.entries[1]?.from, record.generation], [1, 11, 12, 30]);
        assert.deepEqual(told(first), ["host www.example.com (generations 1 to 11, compacted)"]);
        assert.deepEqual(first.changes, { added: 2, changed: 10, removed: 0 });
        assert.deepEqual(told(entryAt(record, 19)), [`url ${ORIGIN}/a.js (changed /a.js)`]);
    });

    it("stays within its bytes, except for its newest entry", () => {
        const noise = (seed: string) =>
            Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`/${digestOf(seed + i)}`, "1"]));
        const record = journal(noise("a"), noise("b"), noise("c"));
        const small = compact(record, { entries: 20, bytes: 1_000 });
        assert.deepEqual(
            small.entries.map(({ from, to }) => [from, to]),
            [
                [1, 2],
                [3, 3],
            ],
        );
        assert.deepEqual(small.entries[1], record.entries[2]);
        const bytes = encodeRecord(record).length;
        assert.deepEqual(compact(record, { entries: 20, bytes }), record);
        assert.equal(compact(record, { entries: 20, bytes: bytes - 1 }).entries.length, 2);
    });

    it("keeps everything as everything, and tags beside hosts", () => {
        const site = manifest({ "/a": "1" });
        const withTargets = (targets: Parameters<typeof plan>[2]) =>
            plan(site, site, { changedTriggers: ["t"], ...targets });
        const first = withTargets({ targets: { tags: ["x"], prefixes: ["p.example/a/"] } });
        const second = withTargets({ targets: { tags: ["X", "y"] } });
        let record = emptyRecord("e");
        for (const entry of [first, second, first]) {
            record = append(record, site, entry, { entries: 2, bytes: 1e6 });
        }
        assert.deepEqual(told(entryAt(record, 0)), [
            "tag x (generations 1 to 2, compacted)",
            "tag y (generations 1 to 2, compacted)",
            "host p.example (generations 1 to 2, compacted)",
        ]);
        record = append(record, site, withTargets({ targets: "everything" }), { entries: 2, bytes: 1e6 });
        record = append(record, site, first, { entries: 2, bytes: 1e6 });
        assert.deepEqual(told(entryAt(record, 0)), ["everything everything (generations 1 to 4, compacted)"]);
    });

    it("never loses: what an entry selects, the compacted journal purges too, at any generation", () => {
        fc.assert(
            fc.property(
                records(),
                fc.nat({ max: 12 }),
                fc.integer({ min: 1, max: 5 }),
                (record, generation, entries) => {
                    const small = compact(record, { entries, bytes: 2_000 });
                    const paid = { epoch: record.epoch, generation: Math.min(generation, record.generation) };
                    const due = owedSince(small, paid).selectors;
                    for (const selector of owedSince(record, paid).selectors) {
                        assert.ok(
                            due.some((other) => covers(other, selector)),
                            `${keyOf(selector)} by ${due.map(keyOf)}`,
                        );
                    }
                    assert.deepEqual(small.entries.at(-1), record.entries.at(-1));
                    assert.equal(small.generation, record.generation);
                },
            ),
            { numRuns: 400 },
        );
    });

    it("is bounded: by its entries, and in bytes by its newest entry, its hosts and tags", () => {
        fc.assert(
            fc.property(records(), (record) => {
                const small = compact(record, { entries: 3, bytes: 2_000 });
                assert.ok(small.entries.length <= Math.max(3, 2));
                const newest = encodeRecord({ ...small, entries: small.entries.slice(-1) }).length;
                // Five hosts, four tags and ten samples are the most that this journal can compact into.
                assert.ok(encodeRecord(small).length <= Math.max(2_000, newest + 3_000));
            }),
            { numRuns: 200 },
        );
    });
});

describe("a journal's text", () => {
    const record = journal({ "/a.js": "1", "/b c.js": "1" }, { "/a.js": "2" });

    it("is its version, epoch, hosts, and a line for each entry", () => {
        const lines = encodeRecord(record).split("\n");
        assert.deepEqual(lines.slice(0, 3), [
            "cache-purge journal 1",
            "epoch e1 generation 2",
            "hosts www.example.com",
        ]);
        assert.equal(lines.length, 6);
        assert.deepEqual(JSON.parse(lines[4] ?? "").selectors, [
            { kind: "url", reasons: "changed", values: [`${ORIGIN}/a.js`] },
            { kind: "url", reasons: "removed", values: [`${ORIGIN}/b c.js`] },
        ]);
    });

    it("is packed above 64 KB, under a head that a person can read", () => {
        const before = manifest(many("/", 3_000, "1"));
        const after = manifest(many("/", 3_000, "2"));
        const large = append(record, after, plan(before, after));
        const text = encodeRecord(large);
        assert.match(text, /^cache-purge journal 1 packed\nepoch e1 generation 3\nhosts www.example.com\n[\w+/=]+\n$/);
        assert.ok(text.length < 20_000, String(text.length));
        assert.deepEqual(decodeRecord(text), large);
    });

    it("is read back as it was", () => {
        fc.assert(
            fc.property(records(), (any) => assert.deepEqual(decodeRecord(encodeRecord(any)), any)),
            { numRuns: 300 },
        );
        assert.deepEqual(decodeRecord(encodeRecord(emptyRecord("e"))), emptyRecord("e"));
    });

    it("the reasons of earlier records, without the path's slash, are changes too", () => {
        const line = (reason: string): string =>
            `{"from":1,"to":1,"summary":"s","changes":[0,1,0],"selectors":[{"kind":"url","reasons":["${reason}","always"],"values":["${ORIGIN}/a.js"]}],"samples":[]}`;
        for (const reason of ["changed a.js", "changed /a.js"]) {
            const text = `cache-purge journal 1\nepoch e generation 1\nhosts www.example.com\n${line(reason)}\n`;
            assert.deepEqual(entryAt(decodeRecord(text), 0).selectors[0]?.change, "changed", reason);
            assert.equal(encodeRecord(decodeRecord(text)), text);
        }
    });

    it("every version that was ever written is read", () => {
        for (const name of readdirSync(FIXTURES).filter((file) => file.startsWith("journal-"))) {
            const decoded = decodeRecord(readFileSync(join(FIXTURES, name), "utf8"));
            assert.deepEqual(
                [decoded.epoch, decoded.generation, decoded.hosts],
                ["0123456789abcdef", 2, ["www.example.com"]],
                name,
            );
            assert.ok(told(entryAt(decoded, 1)).includes(`url ${ORIGIN}/a.js (changed /a.js)`), name);
            assert.equal(entryAt(decoded, 1).samples[0]?.was.length, 1, name);
        }
    });

    const good = encodeRecord(record);
    const bad: [string, string, RegExp][] = [
        ["nothing", "", /line 1: a journal begins with "cache-purge journal 1"/],
        ["no epoch", good.replace("epoch e1", "epoch"), /line 2/],
        ["no hosts", good.replace("hosts", "host"), /line 3/],
        ["a broken entry", good.replace('{"from":2', '{"from":'), /line 5: not an entry/],
        ["an entry with an unknown kind", good.replace('"kind":"url"', '"kind":"uri"'), /line 4: .*unknown kind "uri"/],
        ["a negative count", good.replace("[2,0,0]", "[-2,0,0]"), /line 4: .*-2 is not a count/],
        ["entries out of order", good.replace('{"from":2', '{"from":1'), /line 5: generations 1 to 2 are out of order/],
        ["an entry beyond the generation", good.replace("generation 2", "generation 1"), /line 5: generations 2 to 2/],
        ["cut short", good.slice(0, -5), /line 5: the last line is cut short/],
        [
            "broken packing",
            `${good.split("\n").slice(0, 3).join("\n").replace("1", "1 packed")}\nAAAA\n`,
            /line 4 at offset/,
        ],
    ];
    for (const [name, text, message] of bad) {
        it(`${name}: the line is named`, () => {
            assert.throws(
                () => decodeRecord(text),
                (error) => {
                    assert.ok(error instanceof JournalError && !error.newer, String(error));
                    assert.match(error.message, message);
                    return true;
                },
            );
        });
    }

    it("a newer version says to upgrade", () => {
        assert.throws(
            () => decodeRecord("cache-purge journal 3\n…"),
            (error) => {
                return (
                    error instanceof JournalError &&
                    error.newer &&
                    /upgrade pulumi-cloudflare-cache-purge/.test(error.message)
                );
            },
        );
    });
});

/** Whether purging one selector purges another. */
function covers(one: Selector, other: Selector): boolean {
    return (
        one.kind === "everything" || keyOf(one) === keyOf(other) || (one.kind === "host" && one.value === hostOf(other))
    );
}

function records(): fc.Arbitrary<JournalRecord> {
    const sites = fc.dictionary(fc.constantFrom("/", "/a", "/b.js", "/c d", "/e/f.html"), fc.constantFrom("1", "2"), {
        maxKeys: 4,
        noNullPrototype: true,
    });
    const origins = fc.uniqueArray(fc.constantFrom("https://a.example", "http://a.example", "https://b.example"), {
        maxLength: 2,
    });
    const deploy = fc.record({
        site: fc.tuple(sites, origins).map(([site, names]) => manifest(site, ...names)),
        tags: fc.subarray(["x", "Y", "y", "z"]),
        wide: fc.constantFrom(undefined, "prefix", "everything", "headers"),
    });
    return fc.array(deploy, { maxLength: 10 }).map((deploys) => {
        let record = emptyRecord("e1");
        let before: ReturnType<typeof manifest> | undefined;
        for (const { site, tags, wide } of deploys) {
            const prefixes = wide === "prefix" ? ["c.example/d/"] : [];
            const result = plan(before, site, {
                changedTriggers: ["t"],
                targets: wide === "everything" ? "everything" : { tags, prefixes },
                ...(wide === "headers" ? { headers: [{ "CF-Device-Type": "mobile" }] } : {}),
            });
            record = append(record, site, result, { entries: 100, bytes: 1e9 });
            before = site;
        }
        return record;
    });
}
