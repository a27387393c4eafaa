import assert from "node:assert/strict";
import * as fc from "fast-check";
import { batches } from "../../components/plan/batches";
import { append } from "../../components/plan/entries";
import { isLoadedWithOrigin } from "../../components/plan/headers";
import type { PlanOptions } from "../../components/plan/plan";
import { plan } from "../../components/plan/plan";
import { decodeRecord, emptyRecord, encodeRecord } from "../../components/plan/record";
import { renderTable, summary } from "../../components/plan/render";
import { planLimits } from "../../components/settings/limits";
import { manifest, many, ORIGIN, told } from "./site";

const APP = "https://app.example.net";
const OTHER = "https://other.example.net:8443";

/** What a plan names when all of these files change, in short: `/a.js`, `/a.js [Origin: …]`. */
function named(paths: readonly string[], options: PlanOptions, origins: readonly string[] = [ORIGIN]): string[] {
    const files = (content: string) => Object.fromEntries(paths.map((path) => [path, content]));
    const { selectors } = plan(manifest(files("1"), ...origins), manifest(files("2"), ...origins), options);
    return selectors.map(({ value, headers }) =>
        headers === undefined ? value : `${value} ${JSON.stringify(headers)}`,
    );
}

describe("copies for pages of other origins", () => {
    const rows: [string, string, boolean][] = [
        ["a font", "/f/inter.woff2", true],
        ["a font in capitals, with a query", "/f/A.TTF?v=1", true],
        ["a module script", "/m.mjs", true],
        ["a script", "/app.js", true],
        ["JSON", "/data.json", true],
        ["WebAssembly", "/a.wasm", true],
        ["a style sheet, which may have `crossorigin`", "/a.css", true],
        ["an image, which may be a mask or a texture", "/a.svg", true],
        ["media", "/a.mp4", true],
        ["a text track", "/a.vtt", true],
        ["a page", "/a.html", false],
        ["a folder", "/d/", false],
        ["a name without an extension", "/about", false],
        ["an extension in the query", "/about?f=a.js", false],
        ["a folder that looks like a file", "/a.js/", false],
        ["a download", "/a.zip", false],
        ["what robots read", "/robots.txt", false],
        ["a feed", "/feed.xml", false],
    ];
    for (const [name, path, expected] of rows) {
        it(`${name}: ${expected ? "yes" : "no"}`, () => {
            assert.equal(isLoadedWithOrigin(path), expected);
            const plain = `${ORIGIN}${path}`;
            const other = `${plain} ${JSON.stringify({ Origin: APP })}`;
            assert.deepEqual(named([path], { crossOrigins: [APP] }), expected ? [plain, other] : [plain]);
        });
    }

    it("go with what is asked for by URL too, and not with prefixes, hosts and tags", () => {
        const options: PlanOptions = {
            crossOrigins: [APP],
            always: ["/feed.json", "/feed"],
            changedTriggers: ["t"],
            targets: { urls: [`${ORIGIN}/t.js`], tags: ["a.js"], prefixes: ["www.example.com/x.js"] },
        };
        assert.deepEqual(told(plan(manifest({ "/": "1" }), manifest({ "/": "2" }), options)), [
            `url ${ORIGIN}/feed.json (always)`,
            `url ${ORIGIN}/feed.json [Origin=${APP}] (always)`,
            `url ${ORIGIN}/t.js (t)`,
            `url ${ORIGIN}/t.js [Origin=${APP}] (t)`,
            "prefix www.example.com/x.js (t)",
            "tag a.js (t)",
            `url ${ORIGIN}/ (changed /)`,
            `url ${ORIGIN}/feed (always)`,
        ]);
    });

    it("pages of the same origin send no such header", () => {
        const [one, two] = ["https://a.example", "https://b.example"];
        assert.deepEqual(named(["/a.js"], { crossOrigins: [one, two] }, [one, two]), [
            `${one}/a.js`,
            `${one}/a.js ${JSON.stringify({ Origin: two })}`,
            `${two}/a.js`,
            `${two}/a.js ${JSON.stringify({ Origin: one })}`,
        ]);
    });

    it("with header sets: each of them, and with each origin; a set that has an origin stays as it is", () => {
        const mobile = { "CF-Device-Type": "mobile" };
        const options = { headers: [{}, mobile, { origin: OTHER }], crossOrigins: [APP] };
        assert.deepEqual(
            named(["/a.js", "/a"], options).map((text) => text.slice(ORIGIN.length)),
            [
                "/a.js",
                `/a.js ${JSON.stringify(mobile)}`,
                `/a.js ${JSON.stringify({ ...mobile, Origin: APP })}`,
                `/a.js ${JSON.stringify({ Origin: APP })}`,
                `/a.js ${JSON.stringify({ origin: OTHER })}`,
                "/a",
                `/a ${JSON.stringify(mobile)}`,
                `/a ${JSON.stringify({ origin: OTHER })}`,
            ],
        );
    });

    it("an origin is told as browsers send it, and once", () => {
        const given = ["HTTPS://App.Example.NET:443/", APP, "https://bücher.example", "http://[::1]:8080", "null"];
        const got = named(["/a.js"], { crossOrigins: given }).slice(1);
        assert.deepEqual(
            got.map((text) => JSON.parse(text.slice(text.indexOf("{"))).Origin),
            ["http://[::1]:8080", APP, "https://xn--bcher-kva.example", "null"],
        );
    });

    const wrong: [string, RegExp][] = [
        ["app.example.com", /crossOrigins\[0\] "app\.example\.com": not an origin.*https:\/\/app\.example\.com/],
        ["https://app.example.com/shop", /an origin has no path.*"https:\/\/app\.example\.com"/],
        ["https://app.example.com?a", /an origin has no path/],
        ["https://*.example.com", /not an origin.*each by itself/],
        ["*", /not an origin/],
        ["https://user:secret@app.example.com", /^(?!.*secret).*an origin has no path/],
    ];
    for (const [given, message] of wrong) {
        it(`${given} is refused`, () => {
            assert.throws(() => named(["/a.js"], { crossOrigins: [given] }), { message });
        });
    }

    it("the cost is in the plan", () => {
        const [before, after] = [manifest(many("/", 60, "1")), manifest(many("/", 60, "2"))];
        const changed = plan(before, after, { crossOrigins: [APP, OTHER] });
        assert.equal(changed.selectors.length, 180);
        assert.match(summary(changed), /^purge 180 URLs \(60 changed\) in 2 requests/);
        assert.deepEqual(changed.notes, [
            "crossOrigins adds 120 URLs in 1 further request: what pages of 2 origins load has copies of its own",
        ]);
        assert.match(renderTable(changed), /^url {2}https:\/\/www\.example\.com\/0\.js \[Origin: https:\/\/app/m);
        assert.deepEqual(
            plan(before, manifest({ ...many("/", 60, "1"), "/": "1" }), { crossOrigins: [APP] }).notes,
            [],
        );
    });

    it("count where the plan widens, and a prefix takes them all", () => {
        const [before, after] = [manifest(many("/d/", 60, "1")), manifest(many("/d/", 60, "2"))];
        assert.equal(plan(before, after, { widenAbove: 100 }).selectors.length, 60);
        const widened = plan(before, after, { widenAbove: 100, crossOrigins: [APP] });
        assert.deepEqual(
            widened.selectors.map(({ kind }) => kind),
            ["prefix"],
        );
        assert.match(widened.notes[0] ?? "", /stand for 120 of 120 changed URLs, which saves 1 request/);
    });

    it("several base URLs, and nobody says: a note, unless it is www beside the name, or nothing is loaded so", () => {
        const notes = (origins: readonly string[], path: string, options: PlanOptions = {}) =>
            plan(manifest({ [path]: "1" }, ...origins), manifest({ [path]: "2" }, ...origins), options).notes;
        const two = ["https://a.example", "https://cdn.b.example"];
        const [note = "", ...others] = notes(two, "/a.woff2");
        assert.match(note, /pages of https:\/\/a\.example load .*https:\/\/cdn\.b\.example.*crossOrigins: \[\]/);
        assert.deepEqual(others, []);
        assert.deepEqual(notes(two, "/a.woff2", { crossOrigins: [] }), []);
        assert.deepEqual(notes(two, "/a"), []);
        assert.deepEqual(notes(["https://example.com", "https://www.example.com"], "/a.woff2"), []);
        assert.deepEqual(notes(["https://example.com", "http://example.com"], "/a.woff2"), []);
    });

    it("every request is within its limit, nothing is named twice, and a journal keeps it all", () => {
        const names = fc.constantFrom("/a.js", "/b.woff2", "/c.css", "/d.html", "/e");
        const files = fc.dictionary(names, fc.constantFrom("1", "2"), { noNullPrototype: true });
        const origins = fc.subarray([APP, OTHER, "null", ORIGIN]);
        const headers = fc.option(fc.subarray([{}, { "CF-Device-Type": "mobile" }], { minLength: 1 }), {
            nil: undefined,
        });
        fc.assert(
            fc.property(
                files,
                files,
                origins,
                headers,
                fc.integer({ min: 1, max: 5 }),
                (old, now, crossOrigins, sets, most) => {
                    const limits = { ...planLimits("free"), urlsPerRequest: most };
                    const options = { crossOrigins, headers: sets, limits };
                    const changed = plan(manifest(old), manifest(now), options);
                    const sent = batches([...changed.selectors, ...changed.selectors], limits);
                    const items = sent.flatMap(({ body }) => ("files" in body ? body.files : []));
                    assert.equal(new Set(items.map((item) => JSON.stringify(item))).size, items.length);
                    assert.equal(items.length, changed.selectors.length);
                    assert.ok(sent.every(({ selectors }) => selectors.length <= most));
                    const record = append(emptyRecord("e"), manifest(now), changed);
                    assert.deepEqual(decodeRecord(encodeRecord(record)).entries[0]?.selectors, changed.selectors);
                },
            ),
        );
    });
});
