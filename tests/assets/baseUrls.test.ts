import assert from "node:assert/strict";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { refused, sha } from "./site";

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
