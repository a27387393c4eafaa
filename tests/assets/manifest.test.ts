import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { digestOf } from "../../components/assets/hash";
import type { Manifest } from "../../components/assets/manifest";
import { manifestOf, sameManifest } from "../../components/assets/manifest";
import { decodeManifest, encodeManifest, ManifestError, plainText } from "../../components/assets/manifestText";
import { pack } from "../../components/assets/packed";
import { urlPath } from "../../components/assets/urls";

const FIXTURES = join(__dirname, "fixtures");
const SMALL = manifestOf(
    new Map([
        [
            "https://www.example.com",
            new Map([
                ["/a.js", digestOf("a")],
                ["/* fallback", digestOf("f")],
                ["/%C3%A9?v=1", digestOf("é")],
            ]),
        ],
        ["https://cdn.example.com", new Map([["/a.js", digestOf("a")]])],
    ]),
);

/** What only version 2 can say. */
const SECOND = manifestOf(
    new Map([
        [
            "https://www.example.com",
            new Map([
                ["/* fallback", digestOf("f")],
                ["/*", digestOf("star")],
                ["/[a].js", digestOf("a")],
                ["/d/* not-found", digestOf("n")],
                ["/e/* not-found-purged", digestOf("p")],
            ]),
        ],
    ]),
);

function large(count: number): Manifest {
    const answers = new Map<string, string>();
    for (let i = 0; i < count; i++) {
        answers.set(`/d${i % 97}/file-${i}.js`, digestOf(`${i % 900}`));
    }
    return manifestOf(
        new Map([
            ["https://a.example", answers],
            ["https://b.example", answers],
        ]),
    );
}

/** More lines than travel plain. */
const PADDING = { paths: [], digests: [], ...large(5_001).sections[0], baseUrls: ["https://z.example"] };

describe("a manifest's text", () => {
    it("is a line for each base URL and for each URL, under its version", () => {
        assert.equal(
            encodeManifest(SMALL),
            [
                "cache-purge manifest 1",
                "base https://cdn.example.com",
                "ca978112ca1bbdcafac231b39a23dc4d  /a.js",
                "base https://www.example.com",
                `${digestOf("é")}  /%C3%A9?v=1`,
                `${digestOf("f")}  /*`,
                "ca978112ca1bbdcafac231b39a23dc4d  /a.js",
                "",
            ].join("\n"),
        );
    });

    it("is plain up to 5 000 lines and packed above, with a head that a person can read", () => {
        assert.match(encodeManifest(large(5_000)), /^cache-purge manifest 1\n/);
        const packed = encodeManifest(large(5_001));
        assert.match(
            packed,
            /^cache-purge manifest 1 packed\n5001 URLs of https:\/\/a.example https:\/\/b.example\n[\w+/=]+\n$/,
        );
        assert.ok(packed.length < plainText(large(5_001)).length / 4);
    });

    it("packs the same bytes each time", () => {
        assert.equal(encodeManifest(large(6_000)), encodeManifest(large(6_000)));
    });

    it("is read back as it was, plain and packed", () => {
        for (const manifest of [SMALL, SECOND, large(5_000), large(5_001), { sections: [] }]) {
            assert.deepEqual(decodeManifest(encodeManifest(manifest)), manifest);
        }
    });

    it("is read back for paths of any bytes", () => {
        fc.assert(
            fc.property(answersArbitrary(), (answers) => {
                const manifest = manifestOf(answers);
                assert.deepEqual(decodeManifest(encodeManifest(manifest)), manifest);
                assert.deepEqual(decodeManifest(plainText(manifest)), manifest);
            }),
            { numRuns: 200 },
        );
    });

    it("is read back for paths of any bytes when it is packed", () => {
        fc.assert(
            fc.property(answersArbitrary(), (answers) => {
                const manifest: Manifest = { sections: [...manifestOf(answers).sections, PADDING] };
                assert.ok(sameManifest(decodeManifest(encodeManifest(manifest)), manifest));
            }),
            { numRuns: 20 },
        );
    });

    it("is read the same beside another manifest, with which it may share any paths", () => {
        fc.assert(
            fc.property(answersArbitrary(), answersArbitrary(), (answers, others) => {
                // In the first section, so that what varies stands beside what varies.
                const packed = (map: typeof answers): string => {
                    const { sections } = manifestOf(map);
                    return encodeManifest({ sections: [...sections, PADDING] });
                };
                const [text, other] = [packed(answers), decodeManifest(packed(others))];
                assert.deepEqual(decodeManifest(text, undefined, other), decodeManifest(text));
                assert.deepEqual(decodeManifest(text, undefined, decodeManifest(text)), decodeManifest(text));
            }),
            { numRuns: 30 },
        );
    });

    it("is read back for paths that have more in common than a byte counts", () => {
        const deep = `/${"x".repeat(300)}`;
        const answers = new Map([`${deep}/a`, `${deep}/b`, `${deep}b`].map((path) => [path, digestOf(path)]));
        const manifest = { sections: [...manifestOf(new Map([["https://a.example:1", answers]])).sections, PADDING] };
        assert.deepEqual(decodeManifest(encodeManifest(manifest)), manifest);
    });

    it("every version that was ever written is read", () => {
        for (const name of readdirSync(FIXTURES).filter((file) => file.startsWith("manifest-"))) {
            const text = readFileSync(join(FIXTURES, name), "utf8");
            const expected = name.includes("packed") ? large(5_001) : name.includes("-2") ? SECOND : SMALL;
            assert.ok(sameManifest(decodeManifest(text), expected), name);
        }
    });
});

describe("a manifest's text that is not one", () => {
    const good = encodeManifest(SMALL);
    const rows: [string, string, RegExp][] = [
        ["nothing", "", /line 1: a manifest begins with "cache-purge manifest 1"/],
        ["something else", "hello\n", /line 1/],
        ["a changed digest", good.replace("ca97", "CA97"), /line 3: neither "base <origin>" nor/],
        ["a path with a space", good.replace("/a.js", "/a .js"), /line 3/],
        ["a mark that version 1 does not have", good.replace("/a.js", "/a fallback"), /line 3/],
        ["a mark that nobody knows", good.replace("manifest 1", "manifest 2").replace("/a.js", "/a thing"), /line 3/],
        ["one space", good.replace("  /a.js", " /a.js"), /line 3/],
        ["a line before any base", good.replace("base https://cdn.example.com\n", ""), /line 2/],
        ["lines out of order", good.replace("/%C3%A9?v=1", "/zzz"), /line 6: \/\* is out of order/],
        ["a line twice", good.replace(/\n(.*\/a\.js)\n/, "\n$1\n$1\n"), /line 4: \/a.js is out of order/],
        ["cut short", good.slice(0, -9), /line 7: the last line is cut short/],
        ["an origin twice", good.replace("https://www", "https://cdn"), /an origin is there twice/],
        ["an origin without paths", `${good}base https://x.example\n`, /without any path/],
    ];
    for (const [name, text, message] of rows) {
        it(`${name}: the line is named`, () => {
            assert.throws(
                () => decodeManifest(text),
                (error) => isCorrupt(error, message),
            );
        });
    }

    it("packed: whatever is cut, changed or added is found, with its offset", () => {
        const packed = encodeManifest(large(5_001));
        const start = packed.indexOf("\n", packed.indexOf("\n") + 1) + 1;
        const changes = [
            packed.slice(0, -30),
            packed.slice(0, start),
            `${packed.slice(0, start + 50)}!${packed.slice(start + 51)}`,
            `${packed}more\n`,
            packed.slice(0, start) + packed.slice(start + 4),
        ];
        for (const text of changes) {
            assert.throws(
                () => decodeManifest(text),
                (error) => isCorrupt(error, /^offset \d+: /),
            );
        }
        assert.throws(() => decodeManifest(changes[2] ?? ""), new RegExp(`offset ${start + 50}: "!"`));
    });

    it("packed: no single changed character passes", () => {
        const packed = encodeManifest(large(5_001));
        const start = packed.indexOf("\n", packed.indexOf("\n") + 1) + 1;
        fc.assert(
            fc.property(
                fc.integer({ min: start, max: packed.length - 2 }),
                fc.constantFrom(..."AZaz09+/"),
                (at, char) => {
                    const text = packed.slice(0, at) + char + packed.slice(at + 1);
                    if (text === packed) {
                        return;
                    }
                    try {
                        // The last character may hold bits that base64 does not use.
                        assert.ok(sameManifest(decodeManifest(text), large(5_001)));
                    } catch (error) {
                        assert.ok(error instanceof ManifestError);
                    }
                },
            ),
            { numRuns: 40 },
        );
    });

    describe("packed: bounded by what its head declares, and by a limit", () => {
        /** Bytes that begin like a manifest with so many URLs, and go on for so long. */
        const bomb = (urls: string, size: number): string => {
            const bytes = Buffer.alloc(size, "\x00/\n");
            bytes.set([1, 1, 0x80, 0x80, 0x80, 0x80, 0x10], 0);
            return `cache-purge manifest 1 packed\n${urls} URLs of https://a.example\n${pack(bytes)}\n`;
        };
        const grown = () => process.resourceUsage().maxRSS;

        it("few bytes that unpack to far more than the declared URLs are not unpacked", () => {
            const text = bomb("10", 128 * 1024 * 1024);
            assert.ok(text.length < 3_000, `${text.length}`);
            const before = grown();
            assert.throws(
                () => decodeManifest(text),
                (error) => isCorrupt(error, /^offset \d+: it unpacks to more than \d+ bytes$/),
            );
            assert.ok(grown() - before < 64 * 1024, `${grown() - before} KB`);
        });

        it("a head that declares more than the limit is refused before anything is unpacked", () => {
            const text = bomb("150000000", 1024 * 1024);
            assert.throws(
                () => decodeManifest(text),
                (error) =>
                    isCorrupt(error, /^line 2: it declares 150000000 URLs, which take more than 268435456 bytes$/),
            );
            assert.throws(() => decodeManifest(text, 2 ** 32 - 1), /^ManifestError: offset/);
        });

        it("the limit can be raised and lowered", () => {
            const text = encodeManifest(large(5_001));
            assert.throws(() => decodeManifest(text, 10_000), /line 2: it declares 5001 URLs/);
            assert.ok(sameManifest(decodeManifest(text, 10_000_000), large(5_001)));
        });

        it("more URLs than the head declares, and a head that declares none", () => {
            const text = encodeManifest(large(5_001));
            assert.throws(() => decodeManifest(text.replace("5001 URLs", "5000 URLs")), /more than the 5000 URLs/);
            assert.throws(() => decodeManifest(text.replace("5001 URLs", "many URLs")), /line 2: /);
        });
    });

    for (const head of ["cache-purge manifest 3\n", "cache-purge manifest 12 packed\nx\ny\n"]) {
        it(`a newer version says to upgrade: ${head.split("\n")[0]}`, () => {
            assert.throws(
                () => decodeManifest(head),
                (error) => {
                    assert.ok(error instanceof ManifestError && error.newer);
                    assert.match(error.message, /upgrade pulumi-cloudflare-cache-purge/);
                    return true;
                },
            );
        });
    }
});

describe("a manifest", () => {
    it("does not depend on the order of what it is made from", () => {
        fc.assert(
            fc.property(answersArbitrary(), (answers) => {
                const turned = new Map(
                    [...answers].reverse().map(([origin, paths]) => [origin, new Map([...paths].reverse())]),
                );
                assert.deepEqual(manifestOf(turned), manifestOf(answers));
                assert.ok(sameManifest(manifestOf(turned), manifestOf(answers)));
            }),
        );
    });
});

function answersArbitrary(): fc.Arbitrary<Map<string, Map<string, string>>> {
    const byte = fc.integer({ min: 1, max: 255 }).filter((value) => value !== 0x2f);
    const name = fc.array(byte, { minLength: 1, maxLength: 4 }).map((bytes) => String.fromCharCode(...bytes));
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => urlPath(names.join("/")));
    const paths = fc.array(fc.tuple(path, fc.constantFrom("a", "b").map(digestOf)), { maxLength: 8 });
    const origin = fc.constantFrom("https://a.example", "http://a.example", "https://b.example:8443");
    return fc
        .array(fc.tuple(origin, paths), { maxLength: 3 })
        .map((list) => new Map(list.map(([base, pairs]) => [base, new Map(pairs)])));
}

function isCorrupt(error: unknown, message: RegExp): boolean {
    assert.ok(error instanceof ManifestError, String(error));
    assert.match(error.message, message);
    assert.equal(error.newer, false);
    return true;
}
