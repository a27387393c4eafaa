import assert from "node:assert/strict";
import type { Manifest } from "../../components/assets/manifest";
import { decodeManifest, encodeManifest } from "../../components/assets/manifestText";
import type { MappingOptions } from "../../components/assets/siteAssets";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { append } from "../../components/plan/entries";
import type { PlanOptions } from "../../components/plan/plan";
import { plan } from "../../components/plan/plan";
import type { JournalRecord } from "../../components/plan/record";
import { decodeRecord, emptyRecord, encodeRecord } from "../../components/plan/record";
import { owedSince } from "./site";

const BASE = "https://example.com/blog/";
type Files = Readonly<Record<string, string>>;

function site(files: Files, options: Partial<MappingOptions> = {}): Manifest {
    return assetsFromDigests(files, { baseUrls: [BASE], htmlHandling: "none", allowEmpty: true, ...options }).manifest;
}

function purged(before: Manifest | undefined, after: Manifest, options: PlanOptions = {}): string[] {
    return plan(before, after, options).selectors.map(({ kind, value }) => `${kind} ${value}`);
}

const many = (mark: string): Files =>
    Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`d${i % 3}/${i}.js`, mark]));

describe("a site in a folder of a host that it shares", () => {
    it("has its files below the folder, in a manifest of version 2", () => {
        const manifest = site({ "a.js": "1", "d/b.js": "2" });
        assert.deepEqual(manifest.sections[0]?.paths, ["/blog/a.js", "/blog/d/b.js"]);
        const text = encodeManifest(manifest);
        assert.match(
            text,
            /^cache-purge manifest 2\nbase https:\/\/example\.com\/blog\n[0-9a-f]{32} {2}\/blog\/a\.js\n/,
        );
        assert.deepEqual(decodeManifest(text), manifest);
        const packed = site(Object.fromEntries(Array.from({ length: 6000 }, (_, i) => [`${i}.js`, "1"])));
        assert.deepEqual(decodeManifest(encodeManifest(packed)), packed);
    });

    it("has the forms of its pages, that of the folder among them", () => {
        const paths = site({ "index.html": "1" }, { htmlHandling: "auto-trailing-slash" }).sections[0]?.paths;
        assert.deepEqual(paths, ["/blog", "/blog.html", "/blog/", "/blog/index", "/blog/index.html"]);
    });

    it("may be at several hosts and folders, and beside the root", () => {
        const baseUrls = ["https://a.example/x", "https://b.example/x", "https://b.example/y"];
        const apart = site({ "a.js": "1" }, { baseUrls });
        assert.deepEqual(
            apart.sections.map(({ baseUrls: origins, folders, paths }) => [origins, folders, paths]),
            [
                [["https://a.example"], ["/x/"], ["/x/a.js"]],
                [["https://b.example"], ["/x/", "/y/"], ["/x/a.js", "/y/a.js"]],
            ],
        );
        assert.deepEqual(decodeManifest(encodeManifest(apart)), apart);
        const beside = site({ "a.js": "1" }, { baseUrls: ["https://b.example", "https://b.example/y"] });
        assert.deepEqual([beside.version, beside.sections[0]?.paths], [undefined, ["/a.js", "/y/a.js"]]);
    });

    it("has its own mapping, fallback page and rules below the folder", () => {
        const options = { urls: (path: string) => `/v/${path}`, fallback: { page: "a.js", under: "/app/" } };
        assert.deepEqual(site({ "a.js": "1" }, options).sections[0]?.paths, ["/blog/app/* fallback", "/blog/v/a.js"]);
    });

    it("purges its URLs, `always` below its base URL, and the prefix for a fallback page", () => {
        const [before, after] = [site({ "a.js": "1", "b.js": "1" }), site({ "a.js": "2", "b.js": "1" })];
        assert.deepEqual(purged(before, after, { always: ["/feed.xml"] }), [
            "url https://example.com/blog/a.js",
            "url https://example.com/blog/feed.xml",
        ]);
        const app = { fallback: "a.js" };
        assert.deepEqual(purged(site({ "a.js": "1" }, app), site({ "a.js": "2" }, app)), [
            "url https://example.com/blog/a.js",
            "prefix example.com/blog/",
        ]);
    });

    it("is widened to prefixes of its folder, never to the host", () => {
        const limits = {
            urlsPerRequest: 2,
            itemsPerRequest: 100,
            urlsPerSecond: 800,
            requestsPerMinute: 5,
            bucket: 25,
        };
        const all = purged(site(many("1")), site(many("2")), { widenAbove: 10, limits });
        assert.deepEqual(all, ["prefix example.com/blog/"]);
        const gone = purged(site(many("1")), site({}), { widenAbove: 10, limits });
        assert.deepEqual(gone, ["prefix example.com/blog/"]);
    });

    it("loses nothing and takes nothing of others when its journal is compacted, or its history is lost", () => {
        let record: JournalRecord = emptyRecord("e");
        for (let i = 0; i < 4; i++) {
            const after = site({ "a.js": `${i}` });
            const before = i === 0 ? undefined : site({ "a.js": `${i - 1}` });
            record = append(record, after, plan(before, after, { always: ["/feed.xml"] }), { entries: 2, bytes: 1e6 });
        }
        const told = (owed: ReturnType<typeof owedSince>) =>
            owed.selectors.map(({ kind, value }) => `${kind} ${value}`);
        assert.deepEqual(record.hosts, ["example.com/blog/"]);
        assert.deepEqual(told(owedSince(record, { epoch: "e", generation: 0 })), [
            "url https://example.com/blog/a.js",
            "url https://example.com/blog/feed.xml",
            "prefix example.com/blog/",
            "url http://example.com/blog",
            "url https://example.com/blog",
        ]);
        assert.ok(told(owedSince(record, undefined)).every((selector) => selector.includes("example.com/blog")));
        const text = encodeRecord(record);
        assert.match(text, /^cache-purge journal 2\n/);
        assert.deepEqual(decodeRecord(text), record);
    });

    it("what it purges elsewhere at its host is known by itself, when all of it has to go", () => {
        const after = site({ "a.js": "1" });
        const targets = { urls: ["https://example.com/other.js?v=1"], prefixes: ["example.com/x/", "example.com/y"] };
        const first = plan(undefined, after, { targets, changedTriggers: ["t"] });
        const record = append(emptyRecord("e"), after, first);
        assert.deepEqual(record.hosts, [
            "example.com/blog/",
            "example.com/other.js?v=1",
            "example.com/x/",
            "example.com/y*",
        ]);
        const all = owedSince({ ...record, entries: [] }, undefined).selectors;
        assert.deepEqual(
            all.filter(({ kind }) => kind === "prefix").map(({ value }) => value),
            ["example.com/blog/", "example.com/x/", "example.com/y"],
        );
        assert.ok(all.every(({ kind }) => kind !== "host"));
        assert.ok(all.some(({ value }) => value === "https://example.com/other.js?v=1"));
    });

    it("leads to its folder, and has a page beside it, which are kept apart when its journal is compacted", () => {
        const auto = { htmlHandling: "auto-trailing-slash" } as const;
        let record: JournalRecord = emptyRecord("e");
        for (const mark of ["1", "2", "3"]) {
            const after = site({ "index.html": mark }, auto);
            record = append(record, after, plan(site({}, auto), after), { entries: 2, bytes: 1e6 });
        }
        const { selectors = [] } = record.entries[0] ?? {};
        assert.ok(selectors.length > 0 && selectors.every(({ kind }) => kind !== "host"));
    });
});
