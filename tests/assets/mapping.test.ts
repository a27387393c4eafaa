import assert from "node:assert/strict";
import { digestOf } from "../../components/assets/hash";
import type { MappingOptions } from "../../components/assets/siteAssets";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { AssetsError } from "../../components/errors/usageError";

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
            ["https://www.example.com", { "/d/%2A": PNG }],
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
        assert.equal((answers({ fallback: "index.html" })[0]![1] as Record<string, string>)["/*"], ROOT);
    });

    it("under a folder: a mark for the URLs below", () => {
        const [, paths] = answers({ fallback: { page: "./app/index.html", under: "/äpp/" } })[0]!;
        assert.equal((paths as Record<string, string>)["/%C3%A4pp/*"], APP);
    });

    it("with another mapping too", () => {
        const [, paths] = answers({ fallback: "index.html", urls: (path) => `/x/${path}` })[0]!;
        assert.deepEqual(Object.keys(paths as object).sort(), [
            "/*",
            "/x/app/index.html",
            "/x/img/a%20b.png",
            "/x/index.html",
        ]);
    });
});
