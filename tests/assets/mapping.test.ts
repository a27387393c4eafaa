import assert from "node:assert/strict";
import { digestOf, isRedirectDigest } from "../../components/assets/hash";
import type { MappingOptions } from "../../components/assets/siteAssets";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { AssetsError } from "../../components/errors/problem";
import { plan } from "../../components/plan/plan";

const FILES = { "index.html": "root", "app/index.html": "app", "img/a b.png": "png" };
const [ROOT, APP, PNG] = [digestOf("root"), digestOf("app"), digestOf("png")];

function answers(options: Partial<MappingOptions>, files: Record<string, string> = FILES) {
    const { manifest } = assetsFromDigests(files, { baseUrls: ["https://www.example.com"], ...options });
    return manifest.sections.map(({ baseUrls, paths, digests }) => [
        baseUrls.join(" "),
        Object.fromEntries(paths.map((path, i) => [path, digests[i]])),
    ]);
}

describe("another mapping", () => {
    it("paths are under each base URL, and may hold a query", () => {
        const baseUrls = ["https://a.example", "https://b.example"];
        const urls = (path: string) => [`/static/${path}`, `/static/${path}?v=1`];
        assert.deepEqual(answers({ baseUrls, urls }, { "x.js": "png" }), [
            ["https://a.example https://b.example", { "/static/x.js": PNG, "/static/x.js?v=1": PNG }],
        ]);
    });

    it("is encoded as browsers send it, without HTML's other URLs", () => {
        assert.deepEqual(answers({ urls: (path) => `/é/${path}` }), [
            [
                "https://www.example.com",
                { "/%C3%A9/index.html": ROOT, "/%C3%A9/app/index.html": APP, "/%C3%A9/img/a%20b.png": PNG },
            ],
        ]);
    });

    it("full URLs may lie at other origins, which then have sections of their own", () => {
        const urls = (path: string) => (path.endsWith(".png") ? `https://CDN.example.com/${path}` : `/${path}`);
        assert.deepEqual(answers({ urls }), [
            ["https://cdn.example.com", { "/img/a%20b.png": PNG }],
            ["https://www.example.com", { "/app/index.html": APP, "/index.html": ROOT }],
        ]);
    });

    it("a file may have no URL", () => {
        assert.deepEqual(answers({ urls: (path) => (path === "index.html" ? ["/"] : []) }), [
            ["https://www.example.com", { "/": ROOT }],
        ]);
    });

    it("a path that ends like a fallback's mark is no mark", () => {
        assert.deepEqual(answers({ urls: () => "/d/*" }, { x: "png" }), [
            ["https://www.example.com", { "/d/%2A": PNG, "/d/*": PNG }],
        ]);
    });

    const bad: [string, unknown, RegExp][] = [
        ["no path", "a.html", /"a.html": what it returns for x is neither a path nor a URL/],
        ["nothing", undefined, /neither a path nor a URL/],
        ["another scheme", "ftp://www.example.com/a", /neither a path nor a URL/],
    ];
    for (const [name, result, message] of bad) {
        it(`${name} is refused`, () => {
            assert.throws(
                () => answers({ urls: () => result as string }, { x: "1" }),
                (error) => {
                    assert.ok(error instanceof AssetsError);
                    assert.equal(error.option, "urls");
                    assert.match(error.message, message);
                    return true;
                },
            );
        });
    }

    it("two files at one URL are refused, by name", () => {
        assert.throws(() => answers({ urls: () => "/same" }), /both index.html and app\/index.html are mapped to it/);
    });
});

describe("fallback pages", () => {
    it("index.html: a mark for every other URL", () => {
        const [, paths] = answers({ fallback: "index.html" })[0] ?? [];
        assert.equal((paths as Record<string, string>)["/* fallback"], ROOT);
    });

    it("under a folder: a mark for the URLs below", () => {
        const [, paths] = answers({ fallback: { page: "./app/index.html", under: "/äpp/" } })[0] ?? [];
        assert.equal((paths as Record<string, string>)["/%C3%A4pp/* fallback"], APP);
    });

    it("with another mapping too", () => {
        const [, paths] = answers({ fallback: "index.html", urls: (path) => `/x/${path}` })[0] ?? [];
        assert.deepEqual(Object.keys(paths as object).sort(), [
            "/* fallback",
            "/x/app/index.html",
            "/x/img/a%20b.png",
            "/x/index.html",
        ]);
    });
});

describe("pages for what is not found", () => {
    const files = { "404.html": "root", "app/404.html": "app", "errors/no.html": "png" };
    const marks = (options: Partial<MappingOptions>) => {
        const [, paths] = answers({ htmlHandling: "none", ...options }, files)[0] ?? [];
        return Object.entries(paths ?? {}).filter(([path]) => path.includes(" "));
    };

    it("404.html needs no mark unless it is purged", () => {
        assert.deepEqual(marks({}), []);
        assert.deepEqual(marks({ notFound: "404.html" }), []);
        assert.deepEqual(marks({ notFound: { purge: true } }), [
            ["/* not-found-purged", ROOT],
            ["/app/* not-found-purged", APP],
        ]);
    });

    it("another one is named by its path, and answers everywhere", () => {
        assert.deepEqual(marks({ notFound: "errors/no.html" }), [["/* not-found", PNG]]);
        assert.deepEqual(marks({ notFound: { page: "no.html" } }), [["/errors/* not-found", PNG]]);
        for (const notFound of ["errors/none.html", "none.html"]) {
            assert.throws(
                () => marks({ notFound }),
                /there is no such file among the digests.*Write "[a-z/]*no\.html"/,
            );
        }
    });

    it("a fallback in a folder too deep for a prefix is refused where it is written", () => {
        const fallback = { page: "404.html", under: `${"/d".repeat(31)}/` };
        assert.throws(() => marks({ fallback }), /it has more than 31 slashes/);
        assert.equal(marks({ fallback: { page: "404.html", under: `${"/d".repeat(30)}/` } }).length, 1);
    });
});

describe("an origin that is known to redirect", () => {
    const site = (file: string, content: string) =>
        assetsFromDigests({ [file]: content }, { baseUrls: ["https://www.example.com"], origin: "cloudflare-assets" })
            .manifest;
    const rows: [string, string[]][] = [
        ["a.html", ["/a"]],
        ["d/index.html", ["/d/"]],
        ["a+b.js", ["/a%2Bb.js"]],
        ["p (1).jpg", ["/p%20(1).jpg"]],
        ["[id].html", ["/%5Bid%5D"]],
    ];
    for (const [file, urls] of rows) {
        it(`a change of ${file} is purged at ${urls.join(" ")} alone`, () => {
            assert.deepEqual(plan(site(file, "1"), site(file, "2")).changes.changed, urls);
        });
    }
});

describe("files that stand for their folders", () => {
    const [A, B] = [digestOf("a"), digestOf("b")];
    const paths = (files: Record<string, string>, indexFiles: string[], options: Partial<MappingOptions> = {}) => {
        const [, listed] = answers({ htmlHandling: "none", indexFiles, ...options }, files)[0] ?? [];
        return listed as Record<string, string>;
    };

    it("are served at the folder's URL, and that without its slash leads there", () => {
        const listed = paths({ "index.htm": "a", "d/index.htm": "b" }, ["index.htm"]);
        assert.deepEqual(Object.keys(listed), ["/", "/d", "/d/", "/d/index.htm", "/index.htm"]);
        assert.deepEqual([listed["/"], listed["/d/"]], [A, B]);
        assert.ok(isRedirectDigest(listed["/d"] ?? ""));
    });

    it("have names that URLs escape", () => {
        assert.deepEqual(paths({ "d/über a.htm": "b" }, ["über a.htm"])["/d/"], B);
    });

    it("the first name that a folder holds wins, over index.html too", () => {
        const files = { "d/index.html": "a", "d/default.html": "b" };
        assert.equal(paths(files, ["default.html", "index.html"])["/d/"], B);
        assert.equal(paths(files, ["index.html", "default.html"])["/d/"], A);
        const auto = { htmlHandling: "auto-trailing-slash" } as const;
        assert.equal(paths(files, ["default.html"], auto)["/d/"], B);
        assert.deepEqual(paths(files, ["index.html"], auto), paths(files, [], auto));
    });
});
