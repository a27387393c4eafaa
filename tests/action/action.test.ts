import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { readInputs } from "../../action/inputs";
import type { LocalCloudflare } from "../../local/cloudflare";
import { CACHE_PURGE, MovingClock, startLocalCloudflare, ZONE_READ } from "../../local/cloudflare";
import type { Ran } from "./run";
import { runAction } from "./run";

interface ActionFile {
    readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
    readonly outputs: Readonly<Record<string, object>>;
    readonly runs: { readonly using: string; readonly main: string };
}
const ROOT = path.join(__dirname, "..", "..");
const FILE = parse(readFileSync(path.join(ROOT, "action.yml"), "utf8")) as ActionFile;

describe("action: action.yml", () => {
    it("names the inputs that are read, and no other", () => {
        const read = new Set<string>();
        const env = new Proxy<Record<string, string>>(
            {},
            {
                get: (_, name: string) => {
                    read.add(name);
                    return name === "INPUT_ZONE" || name === "INPUT_API_TOKEN" ? "x" : "";
                },
            },
        );
        readInputs(env);
        const named = Object.keys(FILE.inputs).map((name) => `INPUT_${name.toUpperCase()}`);
        deepStrictEqual([...read].sort(), named.sort());
    });

    it("has every input of the action that it takes the place of", () => {
        for (const name of ["zone", "api_token", "URLs", "email", "global_token"]) {
            ok(name in FILE.inputs, name);
        }
    });

    it("runs a file that is there", () => {
        strictEqual(FILE.runs.using, "node24");
        ok(existsSync(path.join(ROOT, FILE.runs.main)));
    });
});

describe("action: as the runner starts it", () => {
    let local: LocalCloudflare;
    let dir: string;
    let token: string;
    before(async () => {
        dir = mkdtempSync(path.join(tmpdir(), "action-"));
        for (const name of ["origin", "old", "new"]) {
            mkdirSync(path.join(dir, name));
        }
        const zones = ["example.com", "example.net"].map((name) => ({ name, cacheEverything: true }));
        local = await startLocalCloudflare({ zones, origin: { dir: path.join(dir, "origin") } });
        token = tokenOf("example.com", "example.net");
        write("old", { "app.js": "1", "same.js": "s", "old.js": "o" });
        write("new", { "app.js": "2", "same.js": "s" });
        write("origin", { "app.js": "2", "same.js": "s" });
    });
    after(async () => {
        await local.close();
        rmSync(dir, { recursive: true });
    });
    beforeEach(() => {
        local.faults.clear();
        rmSync(kept(), { force: true });
        rmSync(`${kept()}.owed`, { force: true });
        seen = local.purgeLog.length;
    });

    let seen = 0;
    const kept = (): string => path.join(dir, "deployed.manifest");
    const write = (folder: string, files: Record<string, string>): void => {
        for (const [name, text] of Object.entries(files)) {
            writeFileSync(path.join(dir, folder, name), text);
        }
    };
    function tokenOf(...names: string[]): string {
        const ids = local.zones.filter(({ name }) => names.includes(name)).map(({ id }) => id);
        const resources = Object.fromEntries(ids.map((id) => [`com.cloudflare.api.account.zone.${id}`, "*"]));
        return local.createToken({ policies: [{ groups: [CACHE_PURGE, ZONE_READ], resources }] }).value;
    }
    /** Bodies of accepted requests of this test, each once. */
    const purged = (): unknown[] => {
        const bodies = local.purgeLog.slice(seen).filter(({ accepted }) => accepted);
        return [...new Set(bodies.map(({ body }) => JSON.stringify(body)))].map((text) => JSON.parse(text));
    };
    /** @param copy where the file that the output `manifest` names is copied to, before the runner's folder goes. */
    async function use(inputs: Record<string, string>, copy?: string): Promise<Ran> {
        const credential = "api_token" in inputs || "email" in inputs ? {} : { api_token: token };
        const ran = await runAction(
            { "connect-to": `*=${local.edgeBaseUrl}`, ...credential, ...inputs },
            { CLOUDFLARE_BASE_URL: local.apiBaseUrl },
            { onEnd: ({ manifest }) => copy !== undefined && copyFileSync(manifest ?? "", copy) },
        );
        for (const text of [ran.log, ran.summary, JSON.stringify(ran.outputs)]) {
            ok(!text.includes(token), text);
        }
        return ran;
    }
    const difference = (): Record<string, string> => ({
        zone: "example.com",
        to: path.join(dir, "new"),
        "base-urls": "https://www.example.com",
    });

    it("the inputs of the former action: a zone's ID, a token, URLs one a line", async () => {
        const { code, log, outputs, summary } = await use({
            zone: local.zone.id,
            URLs: "https://www.example.com/app.js\n  https://www.example.com/same.js\n\n",
        });
        strictEqual(code, 0, log);
        deepStrictEqual(purged(), [{ files: ["https://www.example.com/app.js", "https://www.example.com/same.js"] }]);
        deepStrictEqual([outputs.purged, outputs.requests, outputs.owed], ["2", "2", "0"]);
        match(summary, /\| purged \| 2 URLs \|/);
    });

    it("the former action without URLs purges everything; so does this, and says what would have been enough", async () => {
        const { code, log } = await use({ zone: local.zone.id });
        strictEqual(code, 0, log);
        deepStrictEqual(purged(), [{ purge_everything: true }]);
        match(log, /^::notice title=Cache purge::Everything in the zone is purged.*give `URLs`/m);
    });

    it("the former action's email and global_token", async () => {
        const { code, log } = await use({ zone: local.zone.id, email: "a@example.com", global_token: "0".repeat(37) });
        strictEqual(code, 1);
        match(log, /^::error title=Cache purge::/m);
        doesNotMatch(log, /0{37}/);
    });

    it("prefixes, hosts and tags, each in a request of its own", async () => {
        const { code, log } = await use({
            zone: "example.com",
            prefixes: "www.example.com/blog/",
            hosts: "img.example.com",
            tags: "catalogue",
        });
        strictEqual(code, 0, log);
        deepStrictEqual(purged(), [
            { prefixes: ["www.example.com/blog/"] },
            { tags: ["catalogue"] },
            { hosts: ["img.example.com"] },
        ]);
    });

    it("what differs between two folders, verified at the edge", async () => {
        const { code, log, summary } = await use({ ...difference(), from: path.join(dir, "old") });
        strictEqual(code, 0, log);
        deepStrictEqual(purged(), [{ files: ["https://www.example.com/app.js", "https://www.example.com/old.js"] }]);
        match(summary, /\| verified \| [12] of [12] verified at the edge \|/);
    });

    it("hosts of several zones, each in its own", async () => {
        const { code, log, summary } = await use({
            zone: "example.com\nexample.net",
            URLs: "https://www.example.com/a.js\nhttps://example.net/b.js",
        });
        strictEqual(code, 0, log);
        deepStrictEqual(purged(), [
            { files: ["https://www.example.com/a.js"] },
            { files: ["https://example.net/b.js"] },
        ]);
        match(summary, /### Cache purge: example\.com[\s\S]*### Cache purge: example\.net/);
    });

    it("one folder that two zones serve", async () => {
        const { code, log } = await use({
            ...difference(),
            from: path.join(dir, "old"),
            zone: "example.com\nexample.net",
            "base-urls": "https://www.example.com\nhttps://www.example.net",
        });
        strictEqual(code, 0, log);
        deepStrictEqual(
            purged(),
            ["com", "net"].map((end) => ({
                files: [`https://www.example.${end}/app.js`, `https://www.example.${end}/old.js`],
            })),
        );
    });

    it("a host in none of the zones is refused before anything is sent", async () => {
        const { code, log } = await use({ zone: "example.com\nexample.net", URLs: "https://example.org/" });
        strictEqual(code, 1);
        match(log, /^::error title=Cache purge::example\.org lies in none of the zones/m);
        deepStrictEqual(purged(), []);
    });

    it("a folder that is served outside all of the zones is refused before anything is sent", async () => {
        for (const zone of ["example.com\nexample.net", local.zones.map(({ id }) => id).join("\n")]) {
            const { code, log } = await use({
                ...difference(),
                manifest: kept(),
                zone,
                "base-urls": "https://www.example.com\nhttps://www.example.org",
            });
            strictEqual(code, 1, log);
            match(log, /^::error title=Cache purge::www\.example\.(com|org) lies in none of the zones/m);
            deepStrictEqual(purged(), []);
            ok(!existsSync(kept()));
        }
    });

    it("of two zones that hold a host, the nearer one is purged", async () => {
        const inner = { zone: "example.com\nwww.example.com", "dry-run": "true" };
        const { log, outputs } = await use({ ...difference(), ...inner, from: path.join(dir, "old") });
        const results = JSON.parse(outputs.results ?? "") as { zone: string; requests: unknown[] }[];
        deepStrictEqual(
            results.map(({ zone, requests }) => [zone, requests.length]),
            [
                ["example.com", 0],
                ["www.example.com", 1],
            ],
            log,
        );
    });

    it("what the last deploy served outside all of the zones is left out, with a warning", async () => {
        const common = { zone: "example.com\nexample.net", manifest: kept(), "dry-run": "false" };
        const bases = "https://www.example.com\nhttps://www.example.net";
        await use({ ...difference(), ...common, to: path.join(dir, "old"), "base-urls": bases });
        writeFileSync(kept(), readFileSync(kept(), "utf8").replaceAll("www.example.net", "www.example.org"));
        seen = local.purgeLog.length;
        const { code, log } = await use({ ...difference(), ...common, "base-urls": "https://www.example.com" });
        strictEqual(code, 0, log);
        match(log, /^::warning title=Cache purge::.*https:\/\/www\.example\.org.*none of the zones/m);
        deepStrictEqual(purged(), [{ files: ["https://www.example.com/app.js", "https://www.example.com/old.js"] }]);
    });

    it("the log says what was purged", async () => {
        const { log } = await use({ ...difference(), from: path.join(dir, "old") });
        match(log, /^credential: the input api_token \(CLOUDFLARE_API_TOKEN\)$/m);
        match(log, /^purged 2 URLs in example\.com \(1 changed, 1 removed\): 1 request and 1 rebound, .*verified/m);
        const again = await use({ ...difference(), from: path.join(dir, "new") });
        match(again.log, /^nothing to purge in example\.com$/m);
    });

    it("more URLs than one request takes", async () => {
        const clock = new MovingClock(Date.now(), { auto: true });
        const paced = await startLocalCloudflare({ clock });
        const urls = Array.from({ length: 10_000 }, (_, i) => `https://www.example.com/${i}`);
        const inputs = { zone: paced.zone.id, api_token: paced.createToken().value, verify: "false" };
        const env = { CLOUDFLARE_BASE_URL: paced.apiBaseUrl };
        const ran = await runAction({ ...inputs, URLs: urls.join("\r\n") }, env, { clock });
        await paced.close();
        const { code, log, outputs, summary } = ran;
        strictEqual(code, 0, log);
        deepStrictEqual([outputs.purged, outputs.owed], ["10000", "0"]);
        const bodies = paced.purgeLog.filter(({ accepted }) => accepted).map(({ body }) => body as { files: string[] });
        deepStrictEqual([...new Set(bodies.flatMap(({ files }) => files))].sort(), urls.sort());
        // GitHub takes 1 MB of outputs and of a step's summary.
        ok(JSON.stringify(outputs).length < 100_000);
        ok(summary.length < 10_000);
    });

    it("hosts outside the zone with custom-hostnames, which the refusal names", async () => {
        const foreign = { zone: local.zone.id, URLs: "https://shop.customer.example/" };
        const refused = await use({ ...foreign, zone: "example.com" });
        match(refused.log, /add --custom-hostnames/);
        const { code, log } = await use({
            ...foreign,
            zone: "example.com",
            "custom-hostnames": "true",
            verify: "false",
        });
        match(log, /1082|^purged 1 URL/m);
        strictEqual(code, /^purged 1 URL/m.test(log) ? 0 : 1);
    });

    it("a pattern that matches nothing in either folder is a warning, by the name of the input", async () => {
        const inputs = { ...difference(), from: path.join(dir, "old"), "dry-run": "true" };
        const { log } = await use({ ...inputs, exclude: "drafts\nold.js" });
        const warnings = log.match(/^::warning .*$/gm) ?? [];
        strictEqual(warnings.length, 1, log);
        match(warnings[0] ?? "", /^::warning title=Cache purge::exclude "drafts": it matches nothing in /);
    });

    it("dry-run shows the requests and sends none", async () => {
        const dry = { ...difference(), from: path.join(dir, "old"), "dry-run": "true" };
        const { code, log, outputs, summary } = await use(dry);
        strictEqual(code, 0, log);
        deepStrictEqual(purged(), []);
        match(log, /dry run in example\.com: 1 request would be sent/);
        strictEqual(outputs.purged, "0");
        match(summary, /### Cache purge: example\.com[\s\S]*\| url \| `https:\/\/www\.example\.com\/app\.js` \|/);
    });

    describe("with the manifest of the last deploy", () => {
        it("the first run purges every URL once and writes it; the next one purges what changed", async () => {
            const first = await use({ ...difference(), to: path.join(dir, "old"), manifest: kept() });
            strictEqual(first.code, 0, first.log);
            match(first.log, /^::notice title=Cache purge::There is no manifest/m);
            strictEqual(first.outputs.manifest, kept());
            seen = local.purgeLog.length;
            const second = await use({ ...difference(), manifest: kept() });
            strictEqual(second.code, 0, second.log);
            deepStrictEqual(purged(), [
                { files: ["https://www.example.com/app.js", "https://www.example.com/old.js"] },
            ]);
            seen = local.purgeLog.length;
            const third = await use({ ...difference(), manifest: kept() });
            strictEqual(third.code, 0, third.log);
            deepStrictEqual(purged(), []);
        });

        it("what was refused is kept beside it, and purged by the next run though nothing changed", async () => {
            await use({ ...difference(), to: path.join(dir, "old"), manifest: kept() });
            const mend = local.faults.add({ kind: "status", status: 500, path: "purge_cache", times: "always" });
            const refused = await use({ ...difference(), manifest: kept() });
            mend();
            deepStrictEqual([refused.code, refused.outputs.owed], [1, "2"]);
            match(refused.log, /^::error title=Cache purge::example\.com: /m);
            // No difference finds it any more.
            seen = local.purgeLog.length;
            const next = await use({ ...difference(), to: path.join(dir, "new"), manifest: kept() });
            strictEqual(next.code, 0, next.log);
            deepStrictEqual(purged(), [
                { files: ["https://www.example.com/app.js", "https://www.example.com/old.js"] },
            ]);
            ok(!existsSync(`${kept()}.owed`));
        });

        it("in a folder that is not there yet", async () => {
            const manifest = path.join(dir, "cache", "deep", "deployed.manifest");
            const { code, log } = await use({ ...difference(), manifest });
            strictEqual(code, 0, log);
            ok(existsSync(manifest));
        });

        it("a folder in its place, and a damaged list of what is owed, are errors in a sentence", async () => {
            const folder = await use({ ...difference(), manifest: dir });
            match(folder.log, /^::error title=Cache purge::.*: it is a folder\./m);
            for (const text of ['{"x', "null", '[{"zone":1}]']) {
                writeFileSync(`${kept()}.owed`, text);
                const { code, log } = await use({ ...difference(), manifest: kept() });
                strictEqual(code, 1);
                match(
                    log,
                    /^::error title=Cache purge::.*deployed\.manifest\.owed is not what this action wrote\..*Remove it/m,
                );
            }
            deepStrictEqual(purged(), []);
        });

        it("after a refusal the summary says that the next run purges what is owed", async () => {
            await use({ ...difference(), to: path.join(dir, "old"), manifest: kept() });
            local.faults.add({ kind: "status", status: 500, path: "zones?", times: "always" });
            const { summary } = await use({ ...difference(), manifest: kept() });
            match(summary, /### Cache purge: example\.com/);
            match(summary, /`cache-purge purge --zone example\.com --url/);
        });

        it("from an address; a 404 is a first deploy, anything else an error", async () => {
            let status = 404;
            const server = http.createServer((_, answer) => {
                answer.statusCode = status;
                answer.end(readFileSync(kept()));
            });
            await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
            const manifest = `http://127.0.0.1:${(server.address() as AddressInfo).port}/site.manifest`;
            try {
                await use({ ...difference(), to: path.join(dir, "old"), manifest: kept() });
                match((await use({ ...difference(), manifest })).log, /There is no manifest of an earlier deploy/);
                status = 500;
                const failed = await use({ ...difference(), manifest });
                strictEqual(failed.code, 1);
                match(failed.log, /cannot be read: it answers 500/);
                status = 200;
                seen = local.purgeLog.length;
                await use({ ...difference(), manifest });
                deepStrictEqual(purged(), [
                    { files: ["https://www.example.com/app.js", "https://www.example.com/old.js"] },
                ]);
                // What a later step uploads after a refusal must not hide what is owed.
                local.faults.add({ kind: "status", status: 500, path: "purge_cache", times: "always" });
                const out = path.join(dir, "out.manifest");
                const warned = await use({ ...difference(), manifest, "on-failure": "warn" }, out);
                strictEqual(warned.code, 0, warned.log);
                strictEqual(readFileSync(out, "utf8"), readFileSync(kept(), "utf8"));
            } finally {
                server.close();
            }
        });
    });

    it("on-failure: warn lets the job pass, with a warning", async () => {
        local.faults.add({ kind: "status", status: 500, path: "purge_cache", times: "always" });
        const { code, log } = await use({ zone: "example.com", hosts: "www.example.com", "on-failure": "warn" });
        strictEqual(code, 0);
        match(log, /^::warning title=Cache purge::example\.com: /m);
        doesNotMatch(log, /^::error/m);
    });

    it("a refusal names cause and remedy", async () => {
        const other = tokenOf("example.net");
        const { code, log } = await use({ zone: local.zone.id, hosts: "www.example.com", api_token: other });
        strictEqual(code, 1);
        match(log, /^::error title=Cache purge::.*The token is active, but/m);
        doesNotMatch(log, new RegExp(other));
    });

    const wrong: [string, Record<string, string>, RegExp][] = [
        ["no zone", { zone: "" }, /The input zone is missing/],
        ["an empty secret", { zone: "example.com", api_token: "" }, /The input api_token is missing, or the secret/],
        ["an email alone", { zone: "example.com", api_token: "", email: "a@b.c" }, /The input global_token is missing/],
        ["to without from", { zone: "example.com", to: "dist" }, /Nothing says what was deployed before/],
        ["from without to", { zone: "example.com", from: "dist" }, /The input to is missing/],
        [
            "base-urls without to, where a variable was empty",
            { zone: "example.com", "base-urls": "https://www.example.com" },
            /The input to is missing/,
        ],
        [
            "a rebound that is not a number",
            { zone: "example.com", rebound: "soon" },
            /The input rebound is "soon"\. Write/,
        ],
        ["connect-to without =", { zone: "example.com", "connect-to": "www" }, /The input connect-to is "www"\. Write/],
        [
            "a prefix with its scheme, and two zones",
            { zone: "example.com\nexample.net", prefixes: "https://www.example.com/blog/" },
            /a prefix has no scheme/,
        ],
        ["a tag that no header can hold", { zone: "example.com", tags: "ü" }, /a tag has printable ASCII only/],
        ["a folder without base-urls", { zone: "example.com", from: "a", to: "b" }, /The input base-urls is missing/],
        [
            "URLs and a difference",
            { zone: "example.com", from: "a", to: "b", URLs: "https://a/" },
            /given besides from/,
        ],
        ["a flag that is neither", { zone: "example.com", "dry-run": "yes" }, /The input dry-run is "yes"/],
        ["another on-failure", { zone: "example.com", "on-failure": "stop" }, /The input on-failure is "stop"/],
        [
            "a folder that is not there",
            { zone: "example.com", from: "/a", to: "/b", "base-urls": "https://www.example.com" },
            /\/a: there is no such folder/,
        ],
    ];
    for (const [title, inputs, text] of wrong) {
        it(`${title}: an error in a sentence, and nothing is sent`, async () => {
            const { code, log } = await use(inputs);
            strictEqual(code, 1);
            match(log, text);
            match(log, /^::error title=Cache purge::/m);
            deepStrictEqual(purged(), []);
        });
    }

    it("what others say is no command to the runner", async () => {
        const { log } = await use({ zone: "example.com", URLs: "::set-env name=A::b" });
        doesNotMatch(log, /^\s*::set-env/m);
    });
});
