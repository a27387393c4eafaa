import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import path from "node:path";
import type { LocalCloudflare } from "../../local/cloudflare";
import { CACHE_PURGE, memorySite, startLocalCloudflare, ZONE_READ } from "../../local/cloudflare";
import { Texts } from "../texts";
import type { Case } from "./failureCase";
import { ACCOUNTS, curl, ENVIRONMENTS, KEYS, PAGE, PURGE, value, ZONES } from "./failureCase";
import { CASES } from "./failureCases";
import type { Around, Ran } from "./invoke";
import { at, invoke, readingPurger } from "./invoke";

const HEAD = `# What the command line says

Each known mistake, made as the person made it, and what \`cache-purge\` answers. Written by \`tests/cli/failures.test.ts\`
(\`UPDATE_TEXTS=1\` writes it anew); the test fails when a text changes.
`;

describe("cli: every known mistake", () => {
    const texts = new Texts(path.join(__dirname, "texts.snap.md"), HEAD);
    const files = new Map([
        ["/a.js", "one"],
        ["/index.html", "home"],
    ]);
    let local: LocalCloudflare;
    before(async () => {
        local = await startLocalCloudflare({
            accounts: [
                { id: ACCOUNTS.ours, name: "Ours" },
                { id: ACCOUNTS.theirs, name: "Theirs" },
            ],
            zones: [
                {
                    name: "example.com",
                    id: ZONES.main,
                    accountId: ACCOUNTS.ours,
                    cacheEverything: true,
                    unproxied: ["grey.example.com"],
                    environments: [ENVIRONMENTS.staging, ENVIRONMENTS.byVisitor],
                    selectedByVisitor: [ENVIRONMENTS.byVisitor],
                },
                { name: "paused.example", accountId: ACCOUNTS.ours, paused: true },
                { name: "twice.example", id: ZONES.other, accountId: ACCOUNTS.ours },
                { name: "twice.example", id: `${"e".repeat(31)}1`, accountId: ACCOUNTS.theirs, status: "pending" },
            ],
            origin: { site: memorySite(files) },
        });
    });
    after(() => local.close());
    afterEach(() => local.faults.clear());

    for (const one of CASES) {
        it(`${one.command}: ${one.title} → ${one.key ?? "works"}`, async () => {
            const { env, edge } = at(local, tokenOf(one, local));
            const secrets = { ...env, ...one.env?.(local) };
            const args = typeof one.args === "function" ? one.args(local) : one.args;
            const stdin = one.stdin?.(local) ?? "";
            const around = (): Around => ({
                env: secrets,
                stdin,
                ...(one.clock === undefined ? {} : { clock: one.clock() }),
            });
            if (one.fault !== undefined) {
                local.faults.add(one.fault);
            }
            const told = await invoke([one.command, ...args, ...edge], around());
            const json = await invoke([one.command, ...args, "--json", ...edge], around());

            deepStrictEqual([told.code, json.code], [one.code, one.code], told.out + told.err);
            const text = told.out + told.err;
            for (const pattern of one.says) {
                match(text, pattern);
            }
            if (one.code !== 2) {
                strictEqual(keyOf(one.command, json.out), one.key);
            }
            const others = KEYS.filter((key) => key !== one.key && text.includes(key));
            deepStrictEqual(others, [], "no other row is named");
            noSecret([told.out, told.err, json.out, json.err].join("\n"), secrets, stdin);
            if (one.varies) {
                return;
            }
            texts.add({ title: `${one.title} (${one.command})`, command: typed(one, args, stdin), ...said(told) });
        });
    }

    it("the story of the thread: four wrong calls, each answered, and a purge that works", async () => {
        const token = value(local);
        const story = [
            {
                call: curl(ACCOUNTS.ours, `Authorization: Bearer ${token}`, `{"files":["${PAGE}"]}`),
                key: "wrong-zone-id",
            },
            { call: curl(ZONES.main, `Authorization: ${token}`, `{"files":["${PAGE}"]}`), key: "missing-bearer" },
            { call: curl(ZONES.main, `Authorization: Bearer ${token}`, `{"files":"${PAGE}"}`), key: "files-not-array" },
            {
                call: curl(ZONES.main, `Authorization: Bearer ${token}`, '{"files":["/testing/test"]}'),
                key: "path-not-url",
            },
        ];
        const { edge, env } = at(local);
        for (const [i, { call, key }] of story.entries()) {
            const ran = await invoke(["doctor", "--curl", "-", ...edge], { env, stdin: call });
            strictEqual(ran.code, 1);
            match(ran.out, new RegExp(`unhealthy \\(${key}\\)\nremedy: .`));
            deepStrictEqual(
                KEYS.filter((other) => other !== key && ran.out.includes(other)),
                [],
            );
            texts.add({ title: `The thread, call ${i + 1}`, command: hidden(call, "doctor --curl -"), ...said(ran) });
        }
        const before = local.purgeLog.length;
        const right = curl(ZONES.main, `Authorization: Bearer ${token}`, `{"files":["${PAGE}"]}`);
        strictEqual((await invoke(["doctor", "--curl", "-", ...edge], { env, stdin: right })).code, 0);
        const ran = await invoke(["purge", ...PURGE, ...edge], { env: { ...env, CLOUDFLARE_API_TOKEN: token } });
        strictEqual(ran.code, 0, ran.err);
        texts.add({
            title: "The thread, the purge that works",
            command: `cache-purge purge ${PURGE.join(" ")}`,
            ...said(ran),
        });
        const calls = local.purgeLog.slice(before);
        ok(calls.length > 0 && calls.every(({ accepted }) => accepted));
        deepStrictEqual(calls.at(-1)?.body, { files: [PAGE] });
    });

    it("every text is the one in texts.snap.md", () => {
        strictEqual(texts.written, texts.expected());
    });
});

/** Row 21 needs a cache that holds old bytes. */
describe("cli: purged, and still old", () => {
    /** A site whose a.js changed after it was cached at `cached`. */
    async function changed(cached: string, headers: Record<string, string> = {}) {
        const files = new Map([["/a.js", "one"]]);
        const local = await startLocalCloudflare({ origin: { site: memorySite(files), headers } });
        await local.visit(cached);
        files.set("/a.js", "two");
        const { env, edge } = at(local, readingPurger(local));
        const ran = await invoke(["doctor", ...PURGE, ...edge], { env });
        await local.close();
        return ran;
    }

    it("doctor: the other scheme has a copy of its own", async () => {
        const { code, out } = await changed("http://www.example.com/a.js");
        strictEqual(code, 1, out);
        match(out, /a\.js is new, but http:\/\/www\.example\.com\/a\.js is old: it is another entry of the cache/);
        match(out, /unhealthy \(purged-but-stale\)\nremedy: Purge both schemes/);
    });

    it("doctor: the edge is new, and browsers keep what they have", async () => {
        const { code, out } = await changed(PAGE, { "cache-control": "public, max-age=86400" });
        strictEqual(code, 0, out);
        match(out, /ok +edge .*tells browsers to keep what they have for 86400 s.*Ctrl\+Shift\+R/);
    });

    for (const command of ["purge", "doctor"] as const) {
        it(`${command}: the edge keeps what it has, and the origin has something newer`, async () => {
            const files = new Map([["/a.js", "one"]]);
            const local = await startLocalCloudflare({ propagation: 10_000_000, origin: { site: memorySite(files) } });
            try {
                const policies = [
                    { groups: [CACHE_PURGE, ZONE_READ], resources: { "com.cloudflare.api.account.zone.*": "*" } },
                ];
                const { env, edge } = at(local, local.createToken({ policies }).value);
                await local.visit(PAGE);
                files.set("/a.js", "two");
                const ran = await invoke([command, ...PURGE, "--json", ...edge], { env });
                strictEqual(ran.code, 1, ran.out);
                match(ran.out, /The edge serves old bytes of https:\/\/www\.example\.com\/a\.js \(HIT, age \d+ s\)/);
                const json = JSON.parse(ran.out);
                if (command === "doctor") {
                    strictEqual(json.cause, "purged-but-stale");
                } else {
                    deepStrictEqual([json.receipt.owed, json.receipt.stale], [1, 1]);
                    deepStrictEqual(json.owed.selectors[0].value, PAGE);
                    match(
                        ran.err,
                        /still owed: 1 URL: https:\/\/www\.example\.com\/a\.js\nto repeat: cache-purge purge/,
                    );
                }
                const others = KEYS.filter((key) => key !== "purged-but-stale" && (ran.out + ran.err).includes(key));
                deepStrictEqual(others, []);
            } finally {
                await local.close();
            }
        });
    }
});

/** Both streams, and the exit code. */
function said({ out, err, code }: Ran): { text: string; end: string } {
    const streams = [out, err].filter((text) => text !== "").map((text) => text.trimEnd());
    return { text: streams.join("\n"), end: `exit ${code}` };
}

function tokenOf({ token }: Case, local: LocalCloudflare): string | undefined {
    return typeof token === "function" ? token(local) : value(local, token);
}

function keyOf(command: Case["command"], out: string): string | null {
    const json = JSON.parse(out) as { cause?: string | null; error?: { key: string } | null };
    return command === "doctor" ? (json.cause ?? null) : (json.error?.key ?? null);
}

/** No value of a credential comes back in any output. */
function noSecret(text: string, env: Record<string, string>, stdin: string): void {
    const secrets = [env.CLOUDFLARE_API_TOKEN, env.CLOUDFLARE_API_KEY, ...(stdin.match(/cf[ua]t_\w+/g) ?? [])];
    for (const secret of secrets) {
        const bare = secret?.replace(/[\s"]/g, "") ?? "";
        ok(bare.length < 20 || !text.includes(bare), "a credential in the output");
    }
}

function typed({ command, stdin }: Case, args: readonly string[], text: string): string {
    const line = `${command} ${args.join(" ")}`;
    return stdin === undefined ? `cache-purge ${line}` : hidden(text, line);
}

function hidden(text: string, line: string): string {
    const call = text.replace(/cf[ua]t_\w+/g, "<token>").replace(/(\{"prefixes":\["[^"]*").*\]\}/, "$1, …]}");
    return `cache-purge ${line} <<'EOF'\n${call}\nEOF`;
}
