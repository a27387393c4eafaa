import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { invoke } from "./invoke";

/** Nothing of these commands may reach for the network or a credential: there is none of either here. */
const env = { CLOUDFLARE_BASE_URL: "http://127.0.0.1:1" };
const SITE = ["--base-url", "https://www.example.com"];

describe("cli: plan and manifest", () => {
    let root: string;
    let from: string;
    let to: string;
    const put = (dir: string, files: Record<string, string>): string => {
        const place = path.join(root, dir);
        for (const [name, content] of Object.entries(files)) {
            mkdirSync(path.dirname(path.join(place, name)), { recursive: true });
            writeFileSync(path.join(place, name), content);
        }
        return place;
    };
    const save = (name: string, text: string): string => {
        writeFileSync(path.join(root, name), text);
        return path.join(root, name);
    };
    before(() => {
        root = mkdtempSync(path.join(tmpdir(), "plan-"));
        from = put("from", { "app.js": "1", "old.css": "x", "same.txt": "s", "index.html": "home" });
        to = put("to", { "app.js": "2", "new.css": "y", "same.txt": "s", "index.html": "home" });
    });
    after(() => rmSync(root, { recursive: true }));

    const json = async (...argv: string[]) => {
        const { code, out, err } = await invoke(["plan", ...argv, "--json"], { env });
        strictEqual(code, 0, err);
        return JSON.parse(out);
    };

    it("--markdown is a summary with a folded table", async () => {
        const { code, out } = await invoke(["plan", "--from", from, "--to", to, ...SITE, "--markdown"], { env });
        strictEqual(code, 0);
        match(out, /^\*\*Cache purge:\*\* purge 3 URLs \(1 added, 1 changed, 1 removed\) in 1 request\n\n<details>\n/);
        match(out, /\n\| url \| `https:\/\/www\.example\.com\/app\.js` \| changed \/app\.js \|\n/);
        const same = await invoke(["plan", "--from", to, "--to", to, ...SITE, "--markdown"], { env });
        strictEqual(same.out, "**Cache purge:** nothing to purge\n");
    });

    it("says where nothing changed but what --exclude leaves out", async () => {
        const made = await invoke(["manifest", from, ...SITE], { env });
        const argv = ["plan", "--from", save("all.manifest", made.out), "--to", from, ...SITE, "--exclude", "*.css"];
        match(
            (await invoke(argv, { env })).out,
            /note: nothing changed but what exclude leaves out: "\*\.css" matches files/,
        );
    });

    it("--json has the keys that are promised, and the requests as sent", async () => {
        deepStrictEqual(await json("--from", from, "--to", to, ...SITE), {
            changes: { added: ["/new.css"], changed: ["/app.js"], removed: ["/old.css"] },
            selectors: [
                {
                    kind: "url",
                    value: "https://www.example.com/app.js",
                    reasons: ["changed /app.js"],
                    change: "changed",
                },
                { kind: "url", value: "https://www.example.com/new.css", reasons: ["added /new.css"], change: "added" },
                {
                    kind: "url",
                    value: "https://www.example.com/old.css",
                    reasons: ["removed /old.css"],
                    change: "removed",
                },
            ],
            requests: [
                {
                    files: [
                        "https://www.example.com/app.js",
                        "https://www.example.com/new.css",
                        "https://www.example.com/old.css",
                    ],
                },
            ],
            collateral: 0,
            seconds: 0,
        });
    });

    it("the table names each URL with its reason, and ends with a summary", async () => {
        const { code, out, err } = await invoke(["plan", "--from", from, "--to", to, ...SITE], { env });
        deepStrictEqual([code, err], [0, ""]);
        match(out, /^url {2}https:\/\/www\.example\.com\/app\.js {3}changed \/app\.js$/m);
        match(out, /\npurge 3 URLs \(1 added, 1 changed, 1 removed\) in 1 request\n$/);
    });

    it("equal states are an empty plan, and no failure", async () => {
        const same = await json("--from", from, "--to", from, ...SITE);
        deepStrictEqual([same.selectors, same.requests], [[], []]);
        match((await invoke(["plan", "--from", from, "--to", from, ...SITE])).out, /^nothing to purge\n/);
    });

    it("options reach the plan", async () => {
        const args = ["--from", from, "--to", to, ...SITE, "--base-url", "https://example.com"];
        const { selectors } = await json(...args, "--always", "/feed.xml", "--exclude", "*.css");
        deepStrictEqual(
            selectors.map(({ value }: { value: string }) => value),
            [
                "https://example.com/app.js",
                "https://example.com/feed.xml",
                "https://www.example.com/app.js",
                "https://www.example.com/feed.xml",
            ],
        );
        const headers = await json(...args, "--include", "app.js", "--headers", '{"CF-Device-Type":"mobile"}');
        deepStrictEqual(headers.requests[0].files[0], {
            url: "https://example.com/app.js",
            headers: { "CF-Device-Type": "mobile" },
        });
    });

    it("widens above the number that was given", async () => {
        const many = (mark: string) => Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`v/${i}.js`, mark]));
        const args = ["--from", put("many1", many("1")), "--to", put("many2", many("2")), ...SITE];
        strictEqual((await json(...args)).requests.length, 3);
        deepStrictEqual((await json(...args, "--widen-above", "100")).requests, [{ prefixes: ["www.example.com/v/"] }]);
        strictEqual((await json(...args, "--zone-plan", "enterprise")).requests.length, 1);
    });

    it("a fallback page's change purges the host", async () => {
        const after = put("spa", { "app.js": "1", "old.css": "x", "same.txt": "s", "index.html": "new home" });
        const { requests } = await json("--from", from, "--to", after, ...SITE, "--fallback", "index.html");
        deepStrictEqual(requests, [{ hosts: ["www.example.com"] }]);
        const below = await json(
            "--from",
            from,
            "--to",
            after,
            ...SITE,
            "--fallback",
            "index.html",
            "--fallback-under",
            "/app/",
        );
        ok(JSON.stringify(below.requests).includes("www.example.com/app/"));
    });

    it("a fallback page that only one side has counts there, and one that neither has is refused", async () => {
        const with404 = put("with404", { "app.js": "1", "404.html": "not here" });
        const args = [...SITE, "--fallback", "404.html"];
        for (const sides of [
            ["--from", from, "--to", with404],
            ["--from", with404, "--to", from],
        ]) {
            deepStrictEqual((await json(...sides, ...args)).requests, [{ hosts: ["www.example.com"] }]);
        }
        const { code, err } = await invoke(["plan", "--from", from, "--to", to, ...args]);
        strictEqual(code, 2);
        match(err, /--fallback "404\.html": there is no such file in .*to\./);
    });

    const names: [title: string, named: string, flags: readonly string[]][] = [
        ["a page for what is not found", "404.html", ["--not-found", "404.html"]],
        ["its path", "errors/404.html", ["--not-found", "errors/404.html"]],
        ["one to purge", "404.html", ["--purge-not-found"]],
        ["a file that stands for its folder", "index.htm", ["--index-file", "index.htm"]],
        ["a file to include", "only.js", ["--include", "only.js", "--include", "*.js"]],
        ["a fallback", "spa.html", ["--fallback", "spa.html"]],
    ];
    for (const [title, named, flags] of names) {
        it(`${title} may be new or gone, and must not lack on both sides`, async () => {
            const holds = put(`holds ${title}`, { "app.js": "1", [named]: "x" });
            for (const sides of [
                ["--from", from, "--to", holds],
                ["--from", holds, "--to", from],
            ]) {
                await json(...sides, ...SITE, ...flags);
            }
            const { code, err } = await invoke(["plan", "--from", from, "--to", to, ...SITE, ...flags]);
            deepStrictEqual([code, err.includes(flags[0] as string), err.includes(named)], [2, true, true], err);
        });
    }

    it("a page that a manifest has the mark of may be gone from the folder", async () => {
        for (const [flags, file] of [
            [["--fallback", "spa.html"], "spa.html"],
            [["--not-found", "errors/404.html"], "errors/404.html"],
            [["--purge-not-found"], "404.html"],
        ] as const) {
            const holds = put(`marked ${file}`, { "app.js": "1", [file]: "x" });
            const { out } = await invoke(["manifest", holds, ...SITE, ...flags]);
            await json("--from", save("marked.manifest", out), "--to", to, ...SITE, ...flags);
            const { out: bare } = await invoke(["manifest", from, ...SITE]);
            const { code } = await invoke([
                "plan",
                "--from",
                save("bare.manifest", bare),
                "--to",
                to,
                ...SITE,
                ...flags,
            ]);
            strictEqual(code, 2, file);
        }
    });

    it("a pattern that matches nothing on either side is one warning, in the name of its flag", async () => {
        const argv = ["plan", "--from", from, "--to", to, ...SITE];
        const told = async (...flags: string[]) => (await invoke([...argv, ...flags])).err;
        match(await told("--exclude", "drafts"), /^warning: --exclude "drafts": it matches nothing in .*to\..*\n$/);
        match(
            await told("--include", "*.js", "--include", "*.htm"),
            /^warning: --include "\*\.htm": it matches nothing.*\n$/,
        );
        strictEqual(await told("--exclude", "old.css"), "", "it matches one side");
    });

    it("a page for what is not found is purged where it answers when it is told to", async () => {
        const sides = [
            "--from",
            put("404a", { "d/404.html": "1" }),
            "--to",
            put("404b", { "d/404.html": "2" }),
            ...SITE,
        ];
        const quiet = await json(...sides);
        ok(JSON.stringify(quiet.requests).includes("/d/404.html") && quiet.requests[0].files);
        deepStrictEqual((await json(...sides, "--purge-not-found")).requests[0], {
            prefixes: ["www.example.com/d/"],
        });
    });

    const pages = (id: string, text: string, more: Record<string, string> = {}) => ({
        ...Object.fromEntries(
            ["a", "b", "c", "d"].map((name) => [`${name}.html`, `<p>${name}</p><script src="/x?${id}">${id}`]),
        ),
        "e.html": text,
        ...more,
    });
    const notes = async (name: string, before: Record<string, string>, after: Record<string, string>) => {
        const sides = ["--from", put(`${name}1`, before), "--to", put(`${name}2`, after), ...SITE];
        return (await invoke(["plan", ...sides], { env })).out
            .split("\n")
            .filter((line) => line.includes("differ only"));
    };

    it("says when a build ID is behind it, and what keeps that", async () => {
        const next = { "_next/x.js": "1" };
        deepStrictEqual(await notes("next", pages("AbC-12345", "old", next), pages("dEf_67890", "new text", next)), [
            "note: 4 of 5 changed files differ only in AbC-12345 → dEf_67890 (a build ID); " +
                "Next.js keeps it with generateBuildId in next.config.js",
        ]);
        match(
            (await notes("other", pages("AbC-12345", "e"), pages("dEf_67890", "e"))).join(),
            /4 of 4 .*a generator that/,
        );
    });

    it("does not say so of pages that differ in more, or in a word", async () => {
        deepStrictEqual(await notes("words", pages("AbC-12345", "e"), pages("short", "e")), []);
        const different = Object.fromEntries(
            ["a", "b", "c", "d"].map((name) => [`${name}.html`, `${name} is another page`]),
        );
        deepStrictEqual(await notes("texts", pages("AbC-12345", "e"), pages("AbC-12345", "e", different)), []);
    });

    it("takes manifests that were written on Windows", async () => {
        const { out } = await invoke(["manifest", from, ...SITE], { env });
        const windows = out.replaceAll("\n", "\r\n");
        const bytes: [string, Buffer][] = [
            ["crlf", Buffer.from(windows)],
            ["bom", Buffer.from(`\ufeff${windows}`)],
            ["utf16le", Buffer.from(`\ufeff${windows}`, "utf16le")],
            ["utf16be", Buffer.from(`\ufeff${windows}`, "utf16le").swap16()],
        ];
        for (const [name, content] of bytes) {
            const file = path.join(root, `${name}.manifest`);
            writeFileSync(file, content);
            deepStrictEqual((await json("--from", file, "--to", from, ...SITE)).selectors, [], name);
        }
    });

    it("takes folders, manifests, stdin and a stack export for one another", async () => {
        const { out: manifest, code } = await invoke(["manifest", from, ...SITE], { env });
        strictEqual(code, 0);
        const exported = JSON.stringify({
            version: 3,
            deployment: {
                resources: [
                    { type: "pulumi:pulumi:Stack" },
                    { type: "pulumi-nodejs:dynamic/cloudflareCachePurge:Journal", outputs: { manifest } },
                ],
            },
        });
        const expected = await json("--from", from, "--to", to, ...SITE);
        deepStrictEqual(await json("--from", save("a.manifest", manifest), "--to", to, ...SITE), expected);
        deepStrictEqual(await json("--from", save("stack.json", exported), "--to", to, ...SITE), expected);
        const piped = await invoke(["plan", "--from", "-", "--to", to, ...SITE, "--json"], { env, stdin: manifest });
        deepStrictEqual(JSON.parse(piped.out), expected);
        strictEqual((await invoke(["manifest", "show", "-"], { stdin: exported })).out, manifest);
    });

    it("base URLs that have nothing in common are pointed out", async () => {
        const manifest = save(
            "b.manifest",
            (await invoke(["manifest", from, "--base-url", "https://old.example"])).out,
        );
        const { code, err } = await invoke(["plan", "--from", manifest, "--to", to, ...SITE]);
        strictEqual(code, 0);
        match(err, /warning: --from is at https:\/\/old\.example and --to at https:\/\/www\.example\.com/);
    });

    it("manifest packs above 5 000 URLs, and show unpacks", async () => {
        const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`${i}.html`, String(i % 7)]));
        const { out: packed } = await invoke(["manifest", put("large", many), ...SITE]);
        match(packed, /^cache-purge manifest 1 packed\n5005 URLs of https:\/\/www\.example\.com\n/);
        const { out: shown } = await invoke(["manifest", "show", save("large.manifest", packed)]);
        match(shown, /^cache-purge manifest 1\nbase https:\/\/www\.example\.com\n[0-9a-f]{32} {2}\/0\n/);
        strictEqual(shown.split("\n").length, 5008);
        deepStrictEqual(
            (await json("--from", save("large.txt", shown), "--to", path.join(root, "large"), ...SITE)).requests,
            [],
        );
    });

    const broken: [name: string, text: string, says: RegExp][] = [
        ["an empty file", "", /broken: line 1: a manifest begins with "cache-purge manifest 1"\. Write it anew/],
        ["a cut line", "cache-purge manifest 1\nbase https://a.test\n0123", /line 3: the last line is cut short/],
        ["a wrong line", "cache-purge manifest 1\nbase https://a.test\nxyz\n", /line 3: neither/],
        ["a newer version", "cache-purge manifest 9\n", /version 9, .*upgrade pulumi-cloudflare-cache-purge/],
        [
            "packed and cut",
            "cache-purge manifest 1 packed\n1 URLs of x\nAAAA\n",
            /offset \d+: its checksum does not match/,
        ],
        ["another JSON", "{}", /is JSON, but no stack export with a CachePurge/],
        ["no JSON after all", "{", /neither a manifest nor JSON/],
        [
            "an export with two",
            JSON.stringify({
                deployment: {
                    resources: ["a", "b"].map((urn) => ({ type: "x:Journal", urn, outputs: { manifest: "m" } })),
                },
            }),
            /holds 2 CachePurge components: a, b/,
        ],
    ];
    for (const [name, text, says] of broken) {
        it(`refuses ${name}, with the place`, async () => {
            const { code, out, err } = await invoke(["manifest", "show", save("broken", text)]);
            match(err, says);
            ok(code !== 0 && out === "");
        });
    }
});
