import { deepStrictEqual, match, strictEqual } from "node:assert";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LocalCloudflare } from "../../local/cloudflare";
import { CACHE_PURGE, startLocalCloudflare } from "../../local/cloudflare";
import type { Around } from "./invoke";
import { at, invoke, purgeAt, readingPurger } from "./invoke";

const ZONE = ["--zone", "example.com"];
const PAGE = "https://www.example.com/app.js";

describe("cli: purge", () => {
    let root: string;
    let local: LocalCloudflare;
    let token: string;
    const dir = (name: string): string => path.join(root, name);
    const put = (name: string, files: Record<string, string>): string => {
        rmSync(dir(name), { recursive: true, force: true });
        mkdirSync(dir(name));
        for (const [file, content] of Object.entries(files)) {
            writeFileSync(path.join(dir(name), file), content);
        }
        return dir(name);
    };
    beforeEach(async () => {
        root = mkdtempSync(path.join(tmpdir(), "purge-"));
        put("before", { "app.js": "1", "same.txt": "s" });
        put("after", { "app.js": "2", "same.txt": "s" });
        local = await startLocalCloudflare({ origin: { dir: dir("before") } });
        token = readingPurger(local);
    });
    afterEach(async () => {
        await local.close();
        rmSync(root, { recursive: true });
    });

    const purge = (argv: readonly string[], around?: Around) => purgeAt(local, token, argv, around);
    const difference = (): string[] => [
        ...ZONE,
        "--from",
        dir("before"),
        "--to",
        dir("after"),
        "--base-url",
        "https://www.example.com",
    ];
    const bodies = () => local.purgeLog.filter(({ accepted }) => accepted).map(({ body }) => body);

    it("copies for pages of other origins are purged and verified where these are named", async () => {
        const app = { headers: { origin: "https://app.example.net" } };
        const served = async () => (await local.visit(PAGE, app)).body.toString();
        strictEqual(await served(), "1");
        local.origin.setDir(dir("after"));
        strictEqual((await purge([...difference(), "--no-rebound"])).code, 0);
        strictEqual(await served(), "1", "it has a copy of its own");
        const named = ["--cross-origin", "https://app.example.net"];
        const ran = await purge([...difference(), ...named, "--no-rebound"]);
        match(ran.err, /crossOrigins adds 1 URL in no further request/);
        match(ran.out, /^purged 2 URLs in example\.com \(1 changed\): 1 request, .* 2 of 2 verified at the edge/);
        deepStrictEqual(bodies().at(-1), {
            files: [
                { url: PAGE, headers: {} },
                { url: PAGE, headers: { Origin: "https://app.example.net" } },
            ],
        });
        strictEqual(await served(), "2");
        const urls = await purge([...ZONE, "--url", PAGE, ...named, "--no-rebound"]);
        match(urls.out, /^purged 2 URLs .* 2 of 2 verified at the edge/);
    });

    it("takes the command that it prints, also for names with an asterisk", async () => {
        const [one, two] = ["https://www.example.com/x*/y.css", "https://www.example.com/*.html"];
        match((await purge([...ZONE, "--url", one])).err, /it holds a wildcard/);
        local.faults.add({ kind: "status", status: 500, path: "purge_cache", times: "always" });
        const ran = await purge([...ZONE, "--literal", "--url", one, "--url", two, "--retries", "0"]);
        const [, printed = ""] = /: cache-purge purge (.*)$/m.exec(ran.err) ?? [];
        const argv = printed.split(" ").map((word) => word.replace(/^'|'$/g, ""));
        local.faults.clear();
        strictEqual((await purge([...argv, "--no-rebound"])).code, 0);
        deepStrictEqual(bodies().at(-1), { files: [one, two] });
    });

    it("what a page's origin belongs to is named in the command that repeats it", async () => {
        local.faults.add({ kind: "status", status: 500, path: "purge_cache", times: "always" });
        const ran = await purge([
            ...ZONE,
            "--url",
            PAGE,
            "--cross-origin",
            "https://app.example.net",
            "--retries",
            "0",
        ]);
        match(ran.err, /purge --zone example\.com --url \S+app\.js --cross-origin https:\/\/app\.example\.net$/m);
    });

    it("purges what changed, once and once more, and proves it at the edge", async () => {
        await local.visit(PAGE);
        await local.visit("https://www.example.com/same.txt");
        local.origin.setDir(dir("after"));
        const ran = await purge(difference());
        deepStrictEqual([ran.code, ran.err.replace(/^purged once more 1 of 1\n/, "")], [0, ""]);
        match(
            ran.out,
            /^purged 1 URL in example\.com \(1 changed\): 1 request and 1 rebound, \d\.\d s; 1 of 1 verified at the edge\n$/,
        );
        deepStrictEqual(bodies(), [{ files: [PAGE] }, { files: [PAGE] }]);
        strictEqual((await local.visit(PAGE)).body.toString(), "2");
        strictEqual((await local.visit("https://www.example.com/same.txt")).cacheStatus, "HIT");
    });

    const ways: [argv: string[], body: unknown][] = [
        [["--url", PAGE, "--url", PAGE], { files: [PAGE] }],
        [["--url", "https://WWW.Example.com:443/ä"], { files: ["https://www.example.com/%C3%A4"] }],
        [["--prefix", "www.example.com/blog/"], { prefixes: ["www.example.com/blog/"] }],
        [["--host", "www.example.com"], { hosts: ["www.example.com"] }],
        [["--tag", "a", "--tag", "A", "--tag", "b"], { tags: ["a", "b"] }],
        [["--everything", "--yes"], { purge_everything: true }],
        [
            ["--url", PAGE, "--headers", '{"CF-Device-Type":"mobile"}'],
            { files: [{ url: PAGE, headers: { "CF-Device-Type": "mobile" } }] },
        ],
    ];
    for (const [argv, body] of ways) {
        it(`${argv.join(" ")} is the body that it says`, async () => {
            const ran = await purge([...ZONE, ...argv, "--no-rebound"]);
            strictEqual(ran.code, 0, ran.err);
            deepStrictEqual(bodies(), [body]);
        });
    }

    it("reads URLs from a file and from stdin", async () => {
        const stdin = `# pages\n${PAGE}\r\n\nhttps://www.example.com/b\n`;
        strictEqual((await purge([...ZONE, "--url-file", "-", "--no-rebound"], { stdin })).code, 0);
        deepStrictEqual(bodies(), [{ files: [PAGE, "https://www.example.com/b"] }]);
        match((await purge([...ZONE, "--url-file", "-"], { stdin: "# none\n" })).err, /holds no URL/);
    });

    it("--invalidate revalidates instead of evicting", async () => {
        strictEqual((await purge([...ZONE, "--url", PAGE, "--invalidate"])).code, 0);
        deepStrictEqual(
            local.purgeLog.map(({ endpoint }) => endpoint),
            ["invalidate_cache", "invalidate_cache"],
        );
    });

    it("everything is named once, and a zone whose name is not known has none in JSON", async () => {
        const dry = await purgeAt(local, token, ["--everything", "--yes", "--dry-run"]);
        strictEqual(dry.out, "everything  in the zone  asked for\npurge everything in the zone in 1 request\n");
        const resources = { [`com.cloudflare.api.account.zone.${local.zone.id}`]: "*" };
        const blind = local.createToken({ policies: [{ groups: [CACHE_PURGE], resources }] }).value;
        const argv = ["--zone", local.zone.id, "--everything", "--yes", "--no-rebound", "--no-verify"];
        const { zone } = JSON.parse((await purgeAt(local, blind, [...argv, "--json"])).out);
        deepStrictEqual(zone, { id: local.zone.id });
        local.faults.add({ target: "api", kind: "status", status: 503, path: "purge_cache", times: "always" });
        const { err } = await purgeAt(local, token, [...argv, "--retries", "0"]);
        local.faults.clear();
        match(err, /^still owed: 1 selector: everything in the zone$/m);
    });

    it("--dry-run sends nothing, and needs no credential", async () => {
        const ran = await invoke(["purge", ...difference(), "--dry-run"]);
        match(ran.out, /changed \/app\.js[\s\S]*purge 1 URL \(1 changed\) in 1 request/);
        match(ran.err, /nothing was sent/);
        const { out } = await invoke(["purge", ...difference(), "--dry-run", "--json"]);
        deepStrictEqual(JSON.parse(out).requests, [{ files: [PAGE] }]);
        deepStrictEqual([local.requestLog.length, ran.code], [0, 0]);
    });

    it("nothing changed: nothing is asked of anybody", async () => {
        const same = [...ZONE, "--from", dir("before"), "--to", dir("before"), "--base-url", "https://www.example.com"];
        const ran = await purge(same);
        deepStrictEqual([ran.code, ran.out, local.requestLog.length], [0, "nothing to purge\n", 0]);
        deepStrictEqual(JSON.parse((await purge([...same, "--json"])).out).owed, { selectors: [], samples: [] });
    });

    it("a purge that stops half-way names the rest, and --owed pays it", async () => {
        const urls = Array.from({ length: 5 }, (_, i) => ["--url", `https://www.example.com/${i}`]).flat();
        const args = [...ZONE, ...urls, "--batch-size", "1", "--no-rebound", "--no-verify", "--retries", "0", "--json"];
        local.faults.add({ kind: "status", status: 403, code: 10000, path: "purge_cache", skip: 2, times: "always" });
        const failed = await purge(args);
        strictEqual(failed.code, 1);
        const result = JSON.parse(failed.out);
        const rest = result.owed.selectors.map(({ value }: { value: string }) => value);
        deepStrictEqual(
            rest,
            [2, 3, 4].map((i) => `https://www.example.com/${i}`),
        );
        match(failed.err, /still owed: 3 URLs: https:\/\/www\.example\.com\/2, /);
        match(failed.err, /cache-purge purge --zone example\.com --url https:\/\/www\.example\.com\/2 --url/);
        local.faults.clear();
        const before = bodies().length;
        const paid = await purge([...ZONE, "--owed", "-", "--no-rebound", "--json"], { stdin: failed.out });
        strictEqual(paid.code, 0, paid.err);
        deepStrictEqual(bodies().slice(before), [{ files: rest }]);
        deepStrictEqual(JSON.parse(paid.out).owed.selectors, []);
    });

    it("--owed takes what was printed, names with an asterisk too", async () => {
        const urls = ["https://www.example.com/a*b.js", "https://www.example.com/d/*"];
        const selectors = urls.map((value) => ({ kind: "url", value, reasons: ["changed"] }));
        const stdin = JSON.stringify({ owed: { selectors, samples: [] } });
        const { code, out } = await purge([...ZONE, "--owed", "-", "--no-rebound", "--json"], { stdin });
        deepStrictEqual([code, JSON.parse(out).owed.selectors], [0, []]);
    });

    it("--owed takes each kind, and a URL with its header set", async () => {
        const headers = { "CF-Device-Type": "mobile" };
        const selectors = [
            { kind: "url", value: PAGE, reasons: [], headers },
            { kind: "url", value: PAGE, reasons: [], headers: { "CF-Device-Type": 1 } },
            { kind: "prefix", value: "www.example.com/blog/", reasons: [] },
            { kind: "host", value: "img.example.com", reasons: [] },
            { kind: "tag", value: "catalogue", reasons: [] },
        ];
        const stdin = JSON.stringify({ owed: { selectors } });
        const { code, err } = await purge([...ZONE, "--owed", "-", "--no-rebound", "--no-verify"], { stdin });
        strictEqual(code, 0, err);
        deepStrictEqual(
            new Set(bodies().map((body) => JSON.stringify(body))),
            new Set([
                JSON.stringify({
                    files: [
                        { url: PAGE, headers: {} },
                        { url: PAGE, headers },
                    ],
                }),
                '{"prefixes":["www.example.com/blog/"]}',
                '{"hosts":["img.example.com"]}',
                '{"tags":["catalogue"]}',
            ]),
        );
    });

    it("what fails before anything is sent is owed as a whole", async () => {
        const { env } = at(local);
        const { code, out } = await invoke(["purge", ...difference(), "--json"], { env });
        const { owed, receipt, error } = JSON.parse(out);
        deepStrictEqual([code, receipt, error.key], [1, null, "no-credential"]);
        deepStrictEqual(
            owed.selectors.map(({ value }: { value: string }) => value),
            [PAGE],
        );
        strictEqual((await purge([...ZONE, "--owed", "-"], { stdin: out })).code, 1, "the origin still has old bytes");
        local.origin.setDir(dir("after"));
        strictEqual((await purge([...ZONE, "--owed", "-"], { stdin: out })).code, 0);
    });

    const foreign: [name: string, owed: unknown, says: RegExp][] = [
        ["no purge's output", {}, /is not what a purge printed/],
        ["a prefix with a scheme", { owed: { selectors: [{ kind: "prefix", value: "https://a.b/" }] } }, /no scheme/],
        ["no selector", { owed: { selectors: [{ kind: "cookie", value: "x" }] } }, /selectors\[0\] is not a selector/],
        [
            "everything",
            { owed: { selectors: [{ kind: "everything", value: "everything" }] } },
            /never done from a file/,
        ],
        ["a path", { owed: { selectors: [{ kind: "url", value: "/a" }] } }, /a path, not a URL/],
    ];
    for (const [name, owed, says] of foreign) {
        it(`--owed refuses ${name}`, async () => {
            const { code, err } = await purge([...ZONE, "--owed", "-"], { stdin: JSON.stringify(owed) });
            strictEqual(code, 2);
            match(err, says);
            strictEqual(local.requestLog.length, 0);
        });
    }

    it("--owed refuses what is no JSON", async () => {
        const { code, err } = await purge([...ZONE, "--owed", "-"], { stdin: "purged 1 URL" });
        strictEqual(code, 2);
        match(err, /--owed - is not what a purge printed/);
    });

    const late: [args: string[], says: RegExp][] = [
        [
            ["--origin-ready"],
            /the origin still answers old bytes: https:\/\/www\.example\.com\/app\.js \(.*\)\. They were purged, and stay owed/,
        ],
        [[], /the origin still answers old bytes: https:\/\/www\.example\.com\/app\.js/],
    ];
    for (const [args, says] of late) {
        it(`an origin that has not got the new bytes keeps it owed: ${args.join(" ") || "no option"}`, async () => {
            const ran = await purge([...difference(), ...args, "--wait", "3", "--json"]);
            match(ran.err, says);
            const { owed } = JSON.parse(ran.out);
            deepStrictEqual([ran.code, owed.selectors.length, owed.samples.length], [1, 1, 1]);
        });
    }

    it("an added file that the origin does not have is owed where no file of its kind came, and can be purged later", async () => {
        put("after", { "app.js": "1", "same.txt": "s", "new.js": "n" });
        const ran = await purge([...difference(), "--wait", "1", "--json"]);
        const { owed } = JSON.parse(ran.out);
        deepStrictEqual(
            [ran.code, owed.selectors.map(({ value }: { value: string }) => value)],
            [1, ["https://www.example.com/new.js"]],
        );
        match(ran.err, /the origin does not have https:\/\/www\.example\.com\/new\.js \(404\)/);
        strictEqual((await local.visit("https://www.example.com/new.js")).status, 404, "and a visitor has it cached");
        local.origin.setDir(dir("after"));
        strictEqual((await purge([...ZONE, "--owed", "-"], { stdin: ran.out })).code, 0);
        strictEqual((await local.visit("https://www.example.com/new.js")).body.toString(), "n");
    });

    it("an added file that the upload leaves out, beside one that came, is noted and no failure", async () => {
        put("after", { "app.js": "1", "same.txt": "s", "new.js": "n", "new.js.map": "m" });
        local.origin.setDir(put("uploaded", { "app.js": "1", "same.txt": "s", "new.js": "n" }));
        const ran = await purge([...difference(), "--wait", "1"]);
        strictEqual(ran.code, 0, ran.err);
        match(ran.err, /the origin does not have https:\/\/www\.example\.com\/new\.js\.map \(404\)/);
    });

    it("429 is waited for, and said", async () => {
        local.faults.add({ kind: "rate-limit", path: "purge_cache", times: 2, retryAfter: 30 });
        const ran = await purge([...ZONE, "--url", PAGE, "--no-rebound"]);
        deepStrictEqual([ran.code, bodies().length], [0, 1]);
        match(ran.err, /^status 429; retry 1 in 30\.\d s$/m);
    });

    it("a page that its origin serves under another name is verified there", async () => {
        const args = [...ZONE, "--base-url", "https://www.example.com", "--no-rebound"];
        const [old, now] = [put("pages1", { "about.html": "1" }), put("pages2", { "about.html": "2" })];
        local.origin.setDir(now);
        const ran = await purge([...args, "--from", old, "--to", now]);
        deepStrictEqual([ran.code, ran.err], [0, ""]);
        match(ran.out, /^purged 2 URLs in example\.com \(2 changed\): .*; 1 of 1 verified/);
    });

    it("--deadline bounds it, and what is not done is owed", async () => {
        local.faults.add({ kind: "stall", path: "purge_cache", times: "always" });
        const ran = await purge([...ZONE, "--url", PAGE, "--deadline", "1"]);
        strictEqual(ran.code, 1);
        match(
            ran.err,
            /^error: The purge was not done within 1 s\. Give it more time with --deadline\.\nstill owed: 1 URL/m,
        );
    });

    it("stops when it is told to, and names the rest", async () => {
        const stop = new AbortController();
        stop.abort();
        const ran = await purge([...ZONE.slice(0, 1), local.zone.id, "--url", PAGE], { signal: stop.signal });
        strictEqual(ran.code, 1);
        match(ran.err, /It was stopped\.[\s\S]*still owed: 1 URL: https:\/\/www\.example\.com\/app\.js/);
        strictEqual(local.requestLog.length, 0);
    });

    it("many URLs go in batches of the plan's size, assets before pages", async () => {
        const urls = Array.from({ length: 150 }, (_, i) => `https://www.example.com/${i}.js`);
        const stdin = ["https://www.example.com/", ...urls].join("\n");
        strictEqual((await purge([...ZONE, "--url-file", "-", "--no-rebound", "--no-verify"], { stdin })).code, 0);
        const sent = bodies() as { files: string[] }[];
        deepStrictEqual(
            sent.map(({ files }) => files.length),
            [100, 51],
        );
        strictEqual(sent.at(-1)?.files.at(-1), "https://www.example.com/");
    });
});
