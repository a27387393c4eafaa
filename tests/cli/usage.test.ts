import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { invoke } from "./invoke";

const SECRET = "cfut_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCd";

describe("cli: the command line itself", () => {
    const rows: [argv: string[], code: number, stream: "out" | "err", text: RegExp][] = [
        [[], 0, "out", /Usage: cache-purge \[options\] \[command\]/],
        [["--help"], 0, "out", /Exit codes: 0 done/],
        [["--version"], 0, "out", /^\d+\.\d+\.\d+\n$/],
        [["version"], 0, "out", /^\d+\.\d+\.\d+\n$/],
        [["help", "purge"], 0, "out", /Examples:\n {2}\$ cache-purge purge/],
        [["prge"], 2, "err", /unknown command 'prge'\n\(Did you mean purge\?\)/],
        [
            ["purge", "--urll", "x"],
            2,
            "err",
            /unknown option '--urll'\n\(Did you mean --url\?\)\nSee: cache-purge purge --help/,
        ],
        [["purge"], 2, "err", /Nothing says what to purge\. Give --url, --prefix, --host or --tag/],
        [["purge", "--url"], 2, "err", /option '--url <url>' argument missing/],
        [["purge", "--url", "https://www.example.com/"], 2, "err", /--zone is missing\. Add the zone's name/],
        [["purge", "--zone", "", "--url", "https://www.example.com/"], 2, "err", /--zone is empty/],
        [["purge", "--zone", "example.com", "--everything"], 2, "err", /--everything empties .*Add --yes/],
        [
            ["purge", "--zone", "example.com", "--everything", "--yes", "--url", "https://a.test/"],
            2,
            "err",
            /--url and --everything do not go together/,
        ],
        [["purge", "--zone", "example.com", "--from", "a"], 2, "err", /--to is missing/],
        [["purge", "--zone", "example.com", "--from", "-", "--to", "-"], 2, "err", /both stdin/],
        [
            ["purge", "--zone", "example.com", "--host", "*.example.com"],
            2,
            "err",
            /--host "\*\.example\.com": not a host/,
        ],
        [["purge", "--zone", "example.com", "--prefix", "https://www.example.com/a"], 2, "err", /--prefix "https:/],
        [["purge", "--zone", "example.com", "--tag", "a b"], 2, "err", /--tag "a b": a tag has no spaces/],
        [
            ["purge", "--zone", "example.com", "--url-file", "nope"],
            2,
            "err",
            /--url-file nope cannot be read \(ENOENT\)/,
        ],
        [["purge", "--zone", "example.com", "--owed", "nope"], 2, "err", /--owed nope cannot be read/],
        [
            ["purge", "--rate", "fast"],
            2,
            "err",
            /'fast' is invalid\. Write a number from 1 to 3000 \(URLs per second\)/,
        ],
        [["purge", "--batch-size", "1.5"], 2, "err", /Write a whole number from 1 to 500/],
        [["purge", "--zone-plan", "gold"], 2, "err", /Allowed choices are free, pro, business, enterprise/],
        [["purge", "--connect-to", "www.example.com"], 2, "err", /Write HOST=ADDRESS/],
        [["purge", "--headers", "mobile"], 2, "err", /Write a JSON object/],
        [["plan", "--to", "x"], 2, "err", /--from is missing: a difference has two sides/],
        [["plan", "--from", "nope", "--to", "nope"], 2, "err", /nope: there is no such folder or file/],
        [["plan", "--from", "docs", "--to", "docs"], 2, "err", /docs is a folder, .*Add --base-url https:/],
        [
            ["plan", "--from", "docs", "--to", "docs", "--base-url", "www.example.com"],
            2,
            "err",
            /--base-url "www\.example\.com": it does not begin with https:/,
        ],
        [
            ["plan", "--from", "docs", "--to", "docs", "--base-url", "https://a.test", "--html-handling", "magic"],
            2,
            "err",
            /Allowed choices are auto-trailing-slash/,
        ],
        [
            ["plan", "--from", "docs", "--to", "docs", "--base-url", "https://a.test", "--fallback-under", "/app/"],
            2,
            "err",
            /--fallback-under is given without --fallback/,
        ],
        [
            ["manifest", "docs", "--base-url", "https://a.test", "--fallback", "no.md"],
            2,
            "err",
            /--fallback "no\.md": there is no such file in docs\. Name a file that is there, or leave/,
        ],
        [
            ["manifest", "docs", "--base-url", "https://a.test", "--not-found", "clii.md"],
            2,
            "err",
            /--not-found "clii\.md": there is no such file in docs\. Write "cli\.md"/,
        ],
        [
            ["manifest", "docs", "--base-url", "https://a.test", "--not-found", ""],
            2,
            "err",
            /--not-found "": it is not a file's name or path/,
        ],
        [
            ["manifest", "docs", "--base-url", "https://a.test", "--purge-not-found"],
            2,
            "err",
            /--purge-not-found "true": there is no 404\.html in docs/,
        ],
        [
            ["purge", "--zone", "a.test", "--from", "docs", "--to", "docs", "--base-url", "https://a.test"].concat(
                "--index-file",
                "index.php",
            ),
            2,
            "err",
            /--index-file "index\.php": there is no such file in docs/,
        ],
        [
            ["verify", "--dir", "docs", "--base-url", "https://a.test", "--include", "clii.md"],
            2,
            "err",
            /--include "clii\.md": there is no such file in docs\. Write "cli\.md"/,
        ],
        [["verify"], 2, "err", /--dir is missing/],
        [["verify", "--dir", "docs", "--manifest", "x"], 2, "err", /both given/],
        [["manifest"], 2, "err", /missing required argument 'dir'/],
        [["manifest", "docs"], 2, "err", /Add --base-url/],
        [["manifest", "show", "nope"], 2, "err", /nope: there is no such folder or file/],
        [["completion", "tcsh"], 2, "err", /Allowed choices are bash, zsh, fish/],
        [["doctor", "--curl", "nope"], 2, "err", /--curl nope cannot be read/],
        [["doctor", "--curl", "-"], 2, "err", /no request with a URL/],
        [["doctor", "--token-file", "nope"], 2, "err", /--token-file nope cannot be read \(ENOENT\)/],
        [["doctor", "--token-file", "a", "--token-stdin"], 2, "err", /both given/],
        [["doctor", "--api-base-url", "ftp://a.test"], 2, "err", /^error: --api-base-url has the scheme "ftp:"/],
        [
            ["doctor", "--api-base-url", "http://a.test"],
            2,
            "err",
            /^error: --api-base-url would send the credential unencrypted/,
        ],
    ];
    for (const [argv, code, stream, text] of rows) {
        it(`${argv.join(" ") || "(nothing)"} → ${code}`, async () => {
            const ran = await invoke(argv, { env: { CLOUDFLARE_API_TOKEN: SECRET } });
            match(ran[stream], text);
            strictEqual(ran.code, code);
            strictEqual(stream === "err" ? ran.out : ran.err, "", "nothing on the other stream");
            doesNotMatch(ran.err, /\n {4}at /, "no stack");
        });
    }

    for (const argv of [
        ["doctor", "--token", SECRET],
        ["purge", `--token=${SECRET}`, "--zone", "example.com"],
        ["purge", "--api-token", SECRET],
        ["purge", "--api-key", SECRET],
        ["--token", SECRET, "doctor"],
    ]) {
        it(`${argv.join(" ").replace(SECRET, "…")} is refused with the reason, and without the value`, async () => {
            const ran = await invoke(argv);
            strictEqual(ran.code, 2);
            match(ran.err, /is refused: other users of the machine can read a process's arguments.*--token-file/);
            ok(!ran.err.includes(SECRET) && ran.out === "");
        });
    }

    it("a misspelt option does not repeat its value, which may be a secret", async () => {
        for (const argv of [
            ["purge", "--tokenn=hush-hush"],
            ["purge", "--token_value=hush-hush"],
        ]) {
            const ran = await invoke(argv);
            strictEqual(ran.code, 2);
            ok(!ran.err.includes("hush"), ran.err);
        }
    });

    it("--json prints one JSON value for wrong usage too, whoever finds it, and no value of a secret", async () => {
        for (const [argv, cause] of [
            [["purge", "--json"], /^Nothing says what to purge\.$/],
            [["purge", "--json", "--token=hush-hush"], /^--token is refused/],
            [["purge", "--json", "--tokn=hush-hush"], /unknown option '--tokn'/],
            [["doctor", "--json", "--retries", "99"], /--retries/],
            [["nothing", "--json"], /unknown (?:command|option)/],
        ] as const) {
            const { code, out, err } = await invoke(argv);
            const { error } = JSON.parse(out);
            deepStrictEqual([code, Object.keys(error), error.key], [2, ["key", "cause", "remedy"], "usage"]);
            match(error.cause, cause);
            ok(!(out + err).includes("hush"));
        }
        deepStrictEqual((await invoke(["purge", "--help", "--json"])).code, 0);
    });

    it("every command has help with examples, and says what its options default to", async () => {
        for (const command of ["doctor", "plan", "purge", "verify", "manifest", "explain", "completion"]) {
            const { code, out, err } = await invoke([command, "--help"]);
            deepStrictEqual([code, err], [0, ""]);
            match(out, /Examples:\n {2}\$ /);
            match(out, /--no-color/);
        }
    });

    it("colours are for terminals, and can be turned off", async () => {
        const argv = ["doctor"];
        const sequence = "\u001b[";
        ok((await invoke(argv, { tty: true })).out.includes(sequence));
        ok(!(await invoke(argv)).out.includes(sequence));
        ok(!(await invoke([...argv, "--no-color"], { tty: true })).out.includes(sequence));
        ok(!(await invoke(["--no-color", ...argv], { tty: true })).out.includes(sequence));
        ok(!(await invoke(argv, { tty: true, env: { NO_COLOR: "1" } })).out.includes(sequence));
        ok((await invoke(argv, { env: { FORCE_COLOR: "1" } })).out.includes(sequence), "a CI log that shows colours");
        ok(!(await invoke(argv, { tty: true, env: { FORCE_COLOR: "0" } })).out.includes(sequence));
        ok(!(await invoke(argv, { env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).out.includes(sequence));
        ok(!(await invoke(argv, { tty: true, env: { TERM: "dumb" } })).out.includes(sequence));
    });
});

describe("cli: completion", () => {
    let dir: string;
    before(() => {
        dir = mkdtempSync(path.join(tmpdir(), "completion-"));
    });
    after(() => rmSync(dir, { recursive: true }));

    it("bash completes commands, options, choices", async () => {
        const file = path.join(dir, "bash.sh");
        writeFileSync(file, (await invoke(["completion", "bash"])).out);
        const complete = (...words: string[]): string[] => {
            const script = `source ${file}; COMP_WORDS=(${words.map((w) => `'${w}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _cache_purge; printf '%s\\n' "\${COMPREPLY[@]}"`;
            const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
            strictEqual(stderr, "");
            return stdout.split("\n").filter((line) => line !== "");
        };
        deepStrictEqual(complete("cache-purge", "p"), ["plan", "purge"]);
        deepStrictEqual(complete("cache-purge", "purge", "--re"), ["--rebound", "--retries"]);
        deepStrictEqual(complete("cache-purge", "--no-color", "purge", "--zone-plan", "e"), ["enterprise"]);
        deepStrictEqual(complete("cache-purge", "plan", "--html-handling", "n"), ["none"]);
        deepStrictEqual(complete("cache-purge", "completion", "z"), ["zsh"]);
        deepStrictEqual(complete("cache-purge", "manifest", "sho"), ["show"]);
    });

    it("zsh and fish name every command and option, with balanced quotes", async () => {
        const help = (await invoke(["purge", "--help"])).out;
        const options = [...help.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)]
            .map(([, name]) => name as string)
            .filter((name) => name !== "version");
        ok(options.length > 30);
        for (const [shell, spelt] of [
            ["zsh", (name: string) => `'*--${name}[`],
            ["fish", (name: string) => `__fish_seen_subcommand_from purge' -l ${name} `],
        ] as const) {
            const { code, out } = await invoke(["completion", shell]);
            strictEqual(code, 0);
            deepStrictEqual(
                options.filter((name) => !out.includes(spelt(name))),
                [],
            );
            // Without escaped quotes, every line must close what it opens.
            const open = out
                .split("\n")
                .filter((line) => (line.replaceAll("'\\''", "").replaceAll("\\'", "").split("'").length - 1) % 2 === 1);
            deepStrictEqual(open, []);
        }
    });
});
