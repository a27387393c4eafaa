import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { wrapped } from "../../components/cli/terminal";
import type { LocalCloudflare } from "../../local/cloudflare";
import { startLocalCloudflare } from "../../local/cloudflare";
import { at, invoke, readingPurger } from "./invoke";

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for.
const OWN = /\x1b\[\d*m|\r\x1b\[K/g;

const words = (text: string): string[] => text.replace(OWN, "").split(/\s+/).filter(Boolean);

/** Lines that are too long, though they could have been broken between words. */
const tooLong = (text: string, width: number): string[] =>
    text
        .replaceAll("\r\x1b[K", "\n")
        .replace(OWN, "")
        .split("\n")
        .filter((line) => line.length > width && / \S/.test(line.trimStart()) && !/^\s*(?:\S+ {2,})*\S+$/.test(line));

describe("cli: lines are no wider than the terminal", () => {
    let local: LocalCloudflare;
    let token: string;
    let dir: string;
    before(async () => {
        local = await startLocalCloudflare();
        token = readingPurger(local);
        dir = mkdtempSync(path.join(tmpdir(), "wrapping-"));
        writeFileSync(path.join(dir, "index.html"), "one");
    });
    after(async () => {
        rmSync(dir, { recursive: true });
        await local.close();
    });

    const SITE = ["--base-url", "https://www.example.com"];
    const commands: (() => string[])[] = [
        ...[
            [],
            ["doctor", "--help"],
            ["plan", "--help"],
            ["purge", "--help"],
            ["verify", "--help"],
            ["manifest", "--help"],
            ["explain", "--help"],
            ["completion", "--help"],
            ["explain"],
            ["explain", "stale"],
            ["explain", "limits"],
            ["explain", "missing-permission"],
            ["doctor", "--zone", "exmaple.com"],
            ["doctor", "--zone", "example.com", "--deploy"],
            ["doctor", "--curl", "-"],
            ["purge", "--zone", "example.com"],
            ["purge", "--url", "/a/path", "--zone", "example.com"],
            ["purge", "--zone", "example.com", "--nothing-like-that"],
            ["purge", "--token", "x"],
            ["verify"],
            ["frobnicate"],
        ].map((argv) => () => argv),
        () => ["doctor", "--zone", "example.com", ...at(local).edge],
        () => ["plan", "--from", dir, "--to", dir, ...SITE],
        () => ["purge", "--zone", "example.com", "--url", "https://www.example.com/a", ...at(local).edge],
        () => ["purge", "--zone", "example.com", "--prefix", "www.example.com/a/", "--always", "x", "--dry-run"],
        () => ["verify", "--dir", dir, ...SITE, ...at(local).edge],
    ];
    for (const columns of [80, 60, 40]) {
        it(`of any command, at ${columns} columns, and no word is lost`, async () => {
            for (const make of commands) {
                const argv = make();
                const stdin = "curl https://api.cloudflare.com/zones/x/purge_cache -X GET -H 'Authorization: x'";
                const { env } = at(local, token);
                const narrow = await invoke(argv, { env, stdin, tty: true, columns });
                for (const text of [narrow.out, narrow.err]) {
                    deepStrictEqual(tooLong(text, columns), [], argv.join(" "));
                }
                const plain = await invoke(argv, { env, stdin });
                strictEqual(narrow.code, plain.code, argv.join(" "));
                if (["explain", "plan", "frobnicate"].includes(argv[0] ?? "") && !argv.includes("--help")) {
                    deepStrictEqual(words(narrow.out), words(plain.out), argv.join(" "));
                }
            }
        });
    }

    it("leaves what programs read, and what is not a terminal, whole", async () => {
        const { env, edge } = at(local, token);
        for (const argv of [
            ["doctor", "--zone", "example.com", "--json", ...edge],
            ["doctor", "--zone", "exmaple.com", "--json", ...edge],
            ["plan", "--from", dir, "--to", dir, ...SITE, "--json"],
            ["purge", "--json", "--nothing-like-that"],
            ["purge", "--json", "--zone", "example.com"],
        ]) {
            const { out } = await invoke(argv, { env, tty: true, columns: 40 });
            ok(JSON.parse(out) !== undefined);
            ok(out.split("\n").some((line) => line.length > 40) || out.length < 200, argv.join(" "));
        }
        const manifest = ["manifest", dir, ...SITE];
        const [narrow, plain] = [await invoke(manifest, { tty: true, columns: 40 }), await invoke(manifest)];
        strictEqual(narrow.out, plain.out);
        const script = ["completion", "bash"];
        strictEqual((await invoke(script, { tty: true, columns: 40 })).out, (await invoke(script)).out);
        const { err } = await invoke(["purge", "--url", "/a/path", "--zone", "example.com"], { env });
        strictEqual(err.trim().split("\n").length, 1, err);
    });

    it("keeps every word of any line, in order, and every line in its width", () =>
        fc.assert(
            fc.property(
                fc.array(fc.stringMatching(/^[a-z/.:]{1,30}$/), { minLength: 1, maxLength: 20 }),
                fc.array(fc.constantFrom(" ", " ", " ", "  ", "   "), { minLength: 20, maxLength: 20 }),
                fc.constantFrom("", "  ", "    "),
                fc.integer({ min: 20, max: 80 }),
                (all, gaps, indent, width) => {
                    const line =
                        indent +
                        all
                            .map((word, i) => word + (gaps[i] ?? ""))
                            .join("")
                            .trimEnd();
                    const lines = wrapped(line, width);
                    deepStrictEqual(words(lines.join("\n")), all);
                    for (const one of lines) {
                        ok(one.length <= width || words(one).length === 1 || one === lines[0], one);
                        ok(one === one.trimEnd());
                    }
                },
            ),
            { numRuns: 500 },
        ));

    it("counts what a terminal shows: colours take no room, ideographs take two columns", () => {
        deepStrictEqual(wrapped("\u001b[31mfailed\u001b[0m one two", 14), ["\u001b[31mfailed\u001b[0m one two"]);
        deepStrictEqual(wrapped("你好你好你好 世界 x", 17), ["你好你好你好 世界", "x"]);
    });

    it("further lines of a row stand below its last column", () => {
        deepStrictEqual(wrapped("ok       zone     one two three four five six seven", 36), [
            "ok       zone     one two three four",
            "                  five six seven",
        ]);
    });
});
