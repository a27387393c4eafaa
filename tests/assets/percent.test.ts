import assert from "node:assert/strict";
import fc from "fast-check";
import { otherSpellings } from "../../components/assets/spellings";
import { bytesOf, textOf, urlPath } from "../../components/assets/urls";

const ROWS: [string, string, string][] = [
    ["a space", "a b.js", "/a%20b.js"],
    ["%", "100%.js", "/100%25.js"],
    ["% that looks like an escape", "a%20b.js", "/a%2520b.js"],
    ["#", "c#.html", "/c%23.html"],
    ["?", "what?.js", "/what%3F.js"],
    ["+", "a+b.js", "/a+b.js"],
    [";", "a;b.js", "/a;b.js"],
    ["@", "@scope/a.js", "/@scope/a.js"],
    ["&, =, !, $, (, ), *, comma", "&=!$()*,.js", "/&=!$()*,.js"],
    ["brackets and bar, which Cloudflare escapes", "[slug]|x.js", "/[slug]%7Cx.js"],
    ["quotes", "\"'`.js", "/%22'%60.js"],
    ["angle brackets, braces, caret", "<>{}^.js", "/%3C%3E%7B%7D%5E.js"],
    ["a backslash, which browsers read as a slash", "a\\b.js", "/a%5Cb.js"],
    ["a tilde", "~a.js", "/~a.js"],
    ["é in NFC", "caf\u00e9.js", "/caf%C3%A9.js"],
    ["é in NFD", "cafe\u0301.js", "/cafe%CC%81.js"],
    ["an emoji", "🎉.js", "/%F0%9F%8E%89.js"],
    ["a leading dot", ".well-known/a", "/.well-known/a"],
    ["three dots", ".../a", "/.../a"],
    ["control characters", "a\tb\nc\x7f", "/a%09b%0Ac%7F"],
    ["a very long name", "x".repeat(255), `/${"x".repeat(255)}`],
    ["only an asterisk", "d/*", "/d/*"],
    ["a space, and only an asterisk", "d e/*", "/d%20e/*"],
];

describe("percent-encoding of file names", () => {
    for (const [name, file, path] of ROWS) {
        it(`${name}: ${path.slice(0, 40)}`, () => {
            assert.equal(urlPath(bytesOf(file)), path);
        });
    }

    it("bytes that are no UTF-8 are kept", () => {
        assert.equal(urlPath("\xff\xfe.js"), "/%FF%FE.js");
    });

    it("a browser sends just that, and the server decodes the name", () => {
        fc.assert(
            fc.property(fc.array(nameArbitrary(), { minLength: 1, maxLength: 3 }), (names) => {
                const file = names.join("/");
                const path = urlPath(bytesOf(file));
                assert.equal(new URL(`https://www.example.com${path}`).pathname, path);
                assert.equal(new URL(path, "https://www.example.com/x/y").href, `https://www.example.com${path}`);
                assert.equal(path.split("/").map(decodeURIComponent).join("/"), `/${file}`);
            }),
            { numRuns: 2000 },
        );
    });

    it("what a person types for a name without %, # and ? is encoded to the same path", () => {
        fc.assert(
            fc.property(nameArbitrary(), (name) => {
                fc.pre(!/[%#?\\\t\n\r]/.test(name) && name === name.trim() && !name.startsWith(" "));
                const { pathname } = new URL(`https://www.example.com/d/${name}`);
                assert.equal(pathname.replaceAll("|", "%7C"), urlPath(bytesOf(`d/${name}`)));
            }),
            { numRuns: 2000 },
        );
    });

    const spellings: [string, string[]][] = [
        ["a.js", []],
        ["d e/é.js", []],
        ["[slug].js", ["/%5Bslug%5D.js"]],
        ["a+b.js", ["/a%2Bb.js"]],
        ["img/x@2x.png", ["/img/x%402x.png"]],
        ["r&d.pdf", ["/r%26d.pdf"]],
        ["it's.js", ["/it%27s.js"]],
        ["p (1).jpg", ["/p%20%281%29.jpg"]],
        ["a+b (1).js", ["/a%2Bb%20(1).js", "/a%2Bb%20%281%29.js"]],
        ["100%+.txt", ["/100%25%2B.txt"]],
    ];
    for (const [name, others] of spellings) {
        it(`${name} is also written ${others.join(" and ") || "in no other way"}`, () => {
            assert.deepEqual(otherSpellings(urlPath(bytesOf(name))), others);
        });
    }

    it("bytes that are no text show as U+FFFD", () => {
        assert.equal(textOf("a\xff"), "a\ufffd");
    });
});

/** A file's name: any text but `/`, NUL, `.` and `..`. */
function nameArbitrary(): fc.Arbitrary<string> {
    return fc
        .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
        .filter((name) => !/[/\0]/.test(name) && !/^(\.|%2e)+$/i.test(name) && textOf(bytesOf(name)) === name);
}
