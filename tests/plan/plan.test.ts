import assert from "node:assert/strict";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { OptionError } from "../../components/errors/problem";
import type { PlanOptions } from "../../components/plan/plan";
import { isEmpty, plan } from "../../components/plan/plan";
import { manifest, ORIGIN, told } from "./site";

const BEFORE = { "/": "r", "/a.js": "a", "/b.js": "b", "/old.css": "o" };
const AFTER = { "/": "R", "/a.js": "A", "/b.js": "b", "/new.png": "n" };

describe("a plan", () => {
    it("has every URL that differs, with its reason, assets before pages", () => {
        const result = plan(manifest(BEFORE), manifest(AFTER));
        assert.deepEqual(told(result), [
            `url ${ORIGIN}/a.js (changed /a.js)`,
            `url ${ORIGIN}/new.png (added /new.png)`,
            `url ${ORIGIN}/old.css (removed /old.css)`,
            `url ${ORIGIN}/ (changed /)`,
        ]);
        assert.deepEqual(result.changes, { added: ["/new.png"], changed: ["/", "/a.js"], removed: ["/old.css"] });
        assert.deepEqual([result.collateral, result.notes], [0, []]);
    });

    it("of equal manifests is empty, whatever goes with changes", () => {
        const options = { always: ["/feed.xml"], targets: { hosts: ["www.example.com"] }, headers: [{ a: "b" }] };
        assert.ok(isEmpty(plan(manifest(BEFORE), manifest(BEFORE), options)));
    });

    it("of a first deploy has every URL", () => {
        const result = plan(undefined, manifest({ "/": "r", "/a.js": "a" }));
        assert.deepEqual(told(result), [`url ${ORIGIN}/a.js (first deploy)`, `url ${ORIGIN}/ (first deploy)`]);
        assert.deepEqual(result.changes.added, ["/", "/a.js"]);
    });

    it("has each URL at every origin, and counts them", () => {
        const origins = ["https://a.example", "https://b.example"];
        const result = plan(manifest({ "/a": "1" }, ...origins), manifest({ "/a": "2" }, ...origins));
        assert.deepEqual(told(result), [
            "url https://a.example/a (changed /a)",
            "url https://b.example/a (changed /a)",
        ]);
        assert.deepEqual([result.changes.changed, result.counts], [["/a"], { added: 0, changed: 2, removed: 0 }]);
    });

    it("says the origin where origins differ: one came, one went", () => {
        const result = plan(
            manifest({ "/a": "1" }, "https://a.example", "https://b.example"),
            manifest({ "/a": "1" }, "https://b.example", "https://c.example"),
        );
        assert.deepEqual(result.changes, {
            added: ["https://c.example/a"],
            changed: [],
            removed: ["https://a.example/a"],
        });
    });

    const rows: [string, PlanOptions, string[]][] = [
        [
            "always: a path under each base URL",
            { always: ["/feed.xml"] },
            [`url ${ORIGIN}/a.js (changed /a.js)`, `url ${ORIGIN}/feed.xml (always)`],
        ],
        [
            "always: a full URL",
            { always: ["https://x.example/a b"] },
            [`url ${ORIGIN}/a.js (changed /a.js)`, "url https://x.example/a%20b (always)"],
        ],
        [
            "always: what changed anyway has both reasons",
            { always: ["/a.js"] },
            [`url ${ORIGIN}/a.js (changed /a.js, always)`],
        ],
        ["a trigger that did not change", { targets: "everything" }, [`url ${ORIGIN}/a.js (changed /a.js)`]],
        [
            "a trigger and targets",
            { changedTriggers: ["trigger[0]"], targets: { tags: ["v1"], prefixes: ["www.example.com/x/"] } },
            [`url ${ORIGIN}/a.js (changed /a.js)`, "prefix www.example.com/x/ (trigger[0])", "tag v1 (trigger[0])"],
        ],
        [
            "a trigger and a host: no URL of that host is left",
            {
                changedTriggers: ["trigger[0]"],
                targets: { hosts: ["WWW.example.com"], urls: ["https://www.example.com/z"] },
            },
            ["host www.example.com (trigger[0])"],
        ],
        [
            "a trigger and everything: nothing else is left",
            { changedTriggers: ["a", "b"], targets: "everything", always: ["/f"] },
            ["everything everything (a, b)"],
        ],
        [
            "header sets: each URL once with each, none twice",
            { headers: [{ "CF-Device-Type": "mobile" }, {}, { "cf-device-type": "mobile" }] },
            [`url ${ORIGIN}/a.js (changed /a.js)`, `url ${ORIGIN}/a.js [CF-Device-Type=mobile] (changed /a.js)`],
        ],
    ];
    for (const [name, options, expected] of rows) {
        it(name, () => {
            assert.deepEqual(told(plan(manifest({ "/a.js": "a" }), manifest({ "/a.js": "A" }), options)), expected);
        });
    }

    it("only a trigger changed: targets and always, nothing else", () => {
        const options = {
            changedTriggers: ["trigger[0]"],
            targets: { urls: [`${ORIGIN}/api`] },
            always: ["/feed.xml"],
        };
        const result = plan(manifest(BEFORE), manifest(BEFORE), options);
        assert.deepEqual(told(result), [`url ${ORIGIN}/feed.xml (always)`, `url ${ORIGIN}/api (trigger[0])`]);
        assert.equal(isEmpty(result), false);
    });

    it("targets count what they evict, both readings of a prefix without a slash", () => {
        const site = manifest({ "/foo": "1", "/foo/a": "2", "/foobar": "3", "/x": "4" });
        const evicted = (targets: PlanOptions["targets"]) =>
            plan(site, site, { changedTriggers: ["t"], ...(targets === undefined ? {} : { targets }) }).collateral;
        assert.equal(evicted({ prefixes: ["www.example.com/foo"] }), 3);
        assert.equal(evicted({ prefixes: ["www.example.com/foo/"] }), 1);
        assert.equal(evicted({ prefixes: ["www.example.com/foo", "www.example.com/foo/"] }), 3);
        assert.equal(evicted({ hosts: ["www.example.com"] }), 4);
        assert.equal(evicted({ hosts: ["other.example.com"] }), 0);
        assert.equal(evicted("everything"), 4);
        assert.equal(evicted({ tags: ["x"] }), 0);
    });

    const wrong: [string, PlanOptions, RegExp][] = [
        ["always", { always: ["feed.xml"] }, /always\[0\] "feed.xml": not a URL/],
        ["targets, also when no trigger changed", { targets: { urls: ["/a"] } }, /targets.urls\[0\]/],
        ["headers", { headers: [{ "bad name": "x" }] }, /headers\[0\] "bad name: x": not a header/],
        ["a header's value", { headers: [{ a: "x\ny" }] }, /not a header/],
    ];
    for (const [name, options, message] of wrong) {
        it(`refuses ${name}`, () => {
            assert.throws(
                () => plan(manifest(BEFORE), manifest(AFTER), options),
                (error) => error instanceof OptionError && message.test(error.message),
            );
        });
    }
});

describe("a fallback page", () => {
    const spa = (page: string, files: Record<string, string> = {}) =>
        manifest({ "/* fallback": page, "/index.html": page, "/a.js": "a", ...files });

    it("that changed takes the host with it, and says how many go along", () => {
        const result = plan(spa("1"), spa("2"));
        assert.deepEqual(told(result), [
            "host www.example.com (changed the fallback page of /*: any URL that is not a file may hold it)",
        ]);
        assert.equal(result.collateral, 1);
        assert.deepEqual(result.changes.changed, ["/* fallback", "/index.html"]);
    });

    it("under a folder takes that prefix, and URLs elsewhere by themselves", () => {
        const app = (page: string) =>
            manifest({ "/app/* fallback": page, "/app/x.js": "x", "/b.js": page, "/c.js": "c" });
        const result = plan(app("1"), app("2"));
        assert.deepEqual(told(result), [
            `url ${ORIGIN}/b.js (changed /b.js)`,
            "prefix www.example.com/app/ (changed the fallback page of /app/*: any URL that is not a file may hold it)",
        ]);
        assert.equal(result.collateral, 1);
    });

    it("that did not change leaves the host alone", () => {
        assert.deepEqual(told(plan(spa("1"), spa("1", { "/a.js": "A" }))), [`url ${ORIGIN}/a.js (changed /a.js)`]);
    });

    it("that comes or goes takes the host too", () => {
        assert.equal(
            plan(manifest({ "/a": "1" }), manifest({ "/a": "1", "/* fallback": "1" })).selectors[0]?.kind,
            "host",
        );
        assert.equal(
            plan(manifest({ "/a": "1", "/* fallback": "1" }), manifest({ "/a": "1" })).selectors[0]?.kind,
            "host",
        );
    });

    it("404.html that is none: a note when it changed, and none when it did not or is declared", () => {
        const notes = (before: Record<string, string>, after: Record<string, string>) =>
            plan(manifest(before), manifest(after)).notes;
        assert.match(
            notes({ "/404.html": "1" }, { "/404.html": "2" }).join(),
            /^\/404\.html changed\. .*3 minutes.*notFound: \{ purge: true \}/,
        );
        assert.match(notes({ "/de/404.html": "1" }, { "/de/404.html": "2" }).join(), /^\/de\/404\.html changed\./);
        assert.deepEqual(notes({ "/404.html": "1", "/a": "1" }, { "/404.html": "1", "/a": "2" }), []);
        assert.match(
            notes({ "/* not-found": "1" }, { "/* not-found": "2" }).join(),
            /^The page for what is not found in \/\* changed\./,
        );
        const purged = (page: string) => ({ "/404.html": page, "/* not-found-purged": page });
        assert.deepEqual(notes(purged("1"), purged("2")), []);
        assert.deepEqual(notes({ "/404.html": "1", "/* fallback": "1" }, { "/404.html": "2", "/* fallback": "2" }), []);
        assert.deepEqual(plan(undefined, manifest({ "/404.html": "1" })).notes, []);
    });
});

describe("a page for what is not found", () => {
    const site = (page: string, more: Record<string, string> = {}) =>
        manifest({ "/404.html": page, "/a.js": "a", ...more });

    it("takes only its own URLs with it, and what was removed", () => {
        assert.deepEqual(told(plan(site("1", { "/b.js": "b" }), site("2"))), [
            `url ${ORIGIN}/b.js (removed /b.js)`,
            `url ${ORIGIN}/404.html (changed /404.html)`,
        ]);
    });

    it("takes the host, or its folder, when it is told to", () => {
        const purged = (root: string, near: string) =>
            site(root, { "/* not-found-purged": root, "/d/404.html": near, "/d/* not-found-purged": near });
        assert.deepEqual(told(plan(purged("1", "1"), purged("1", "2"))), [
            "prefix www.example.com/d/ (changed the page for what is not found in /d/*: any URL that is not a file may hold it)",
            `url ${ORIGIN}/d/404.html (changed /d/404.html)`,
        ]);
        assert.equal(plan(purged("1", "1"), purged("2", "1")).selectors[0]?.kind, "host");
    });

    it("in a folder too deep for a prefix takes one above it", () => {
        const deep = (page: string) => manifest({ [`${"/d".repeat(40)}/* not-found-purged`]: page, "/a": "1" });
        const [selector] = plan(deep("1"), deep("2")).selectors;
        assert.equal(selector?.kind, "prefix");
        assert.equal(selector?.value.split("/").length, 32);
    });
});

describe("a file that may stand for its folder", () => {
    const notes = (before: Record<string, string>, after: Record<string, string>) =>
        plan(manifest(before), manifest(after)).notes;
    for (const name of ["index.htm", "default.html", "INDEX.HTML"]) {
        it(`${name}: a note names the option`, () => {
            const text = notes(
                { [`/d/${name}`]: "1", [`/e/${name}`]: "1" },
                { [`/d/${name}`]: "2", [`/e/${name}`]: "2" },
            );
            assert.deepEqual(text, [
                `/d/${name} changed. If the origin serves it at /d/ too, that URL is not purged: name it, indexFiles: ["${name}"]`,
            ]);
        });
    }

    it("no note where the folder is listed, and none for index.html", () => {
        assert.deepEqual(notes({ "/d/index.htm": "1", "/d/": "1" }, { "/d/index.htm": "2", "/d/": "2" }), []);
        assert.deepEqual(notes({ "/d/index.html": "1" }, { "/d/index.html": "2" }), []);
    });
});

describe("a plan in which exclude leaves more out than before", () => {
    const FILES = { "index.html": "1", "a.js": "1", "drafts/a.html": "1", "x/drafts/[b].js": "1", "c%20d.map": "1" };
    const note = /nothing changed but what exclude leaves out: (.*) matches files that the last deploy had/;
    const rows: [string, string[], readonly string[], string | undefined][] = [
        ["a folder at any depth", ["drafts/a.html", "x/drafts/[b].js"], ["drafts"], '"drafts"'],
        ["two patterns, of which one leaves nothing out", ["c%20d.map"], ["*.map", "*.txt"], '"*.map"'],
        ["two patterns", ["c%20d.map", "drafts/a.html"], ["*.map", "/drafts/"], '"*.map", "/drafts/"'],
        ["the page of the root", ["index.html"], ["/*.html"], '"/*.html"'],
        ["what is taken back", ["c%20d.map"], ["*.map", "!c*.map"], undefined],
        ["a file that is gone for another reason too", ["c%20d.map", "a.js"], ["*.map"], undefined],
        ["nothing that is left out", ["a.js"], ["*.map"], undefined],
        ["no change", [], ["*.map"], undefined],
    ];
    for (const baseUrl of ["https://www.example.com", "https://www.example.com/blog/"]) {
        for (const [name, gone, exclude, expected] of rows) {
            it(`${name}, at ${baseUrl}`, () => {
                const left = Object.fromEntries(Object.entries(FILES).filter(([file]) => !gone.includes(file)));
                const of = (files: Record<string, string>) =>
                    assetsFromDigests(files, { baseUrls: [baseUrl] }).manifest;
                const { notes } = plan(of(FILES), of(left), { exclude });
                assert.equal(note.exec(notes.join())?.[1], expected);
                const changed = plan(of(FILES), of({ ...left, "index.html": "2" }), { exclude });
                assert.doesNotMatch(changed.notes.join(), note);
            });
        }
    }
});
