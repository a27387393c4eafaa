import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { readPasted } from "../../components/cli/doctor";
import type { LocalCloudflare } from "../../local/cloudflare";
import {
    ACCOUNT_TOKENS_READ,
    ACCOUNT_TOKENS_WRITE,
    CACHE_PURGE,
    memorySite,
    startLocalCloudflare,
    USER_TOKENS_READ,
    ZONE_READ,
} from "../../local/cloudflare";
import { json, serve } from "../cloudflare/servers";
import { at, invoke } from "./invoke";

const good = (result: unknown) => ({ success: true, errors: [], messages: [], result });

/** Answers as another server does. */
function forward(
    base: string,
    url: string,
    headers: import("node:http").IncomingHttpHeaders,
    response: import("node:http").ServerResponse,
): void {
    const { authorization = "" } = headers;
    void fetch(`${base}${url.replace(/^\/client\/v4/, "")}`, { headers: { authorization } }).then(async (answer) =>
        json(response, answer.status, await answer.json()),
    );
}

const PAGE = "https://www.example.com/a.js";

describe("cli: doctor", () => {
    const files = new Map([
        ["/a.js", "one"],
        ["/old.js", "old"],
    ]);
    let local: LocalCloudflare;
    let token: string;
    before(async () => {
        local = await startLocalCloudflare({ origin: { site: memorySite(files) } });
        token = tokenFor(local.zone.id);
    });
    after(() => local.close());

    const tokenFor = (zone: string, groups = [CACHE_PURGE, ZONE_READ], more = {}) => {
        const resources = { [`com.cloudflare.api.account.zone.${zone}`]: "*" };
        return local.createToken({ policies: [{ groups, resources }], ...more }).value;
    };
    const doctor = async (argv: readonly string[], value = token) => {
        const { env, edge } = at(local, value);
        const { code, out, err } = await invoke(["doctor", ...argv, "--json", ...edge], { env });
        return { code, err, ...JSON.parse(out) };
    };
    const statuses = (checks: { name: string; status: string }[]) =>
        Object.fromEntries(checks.map(({ name, status }) => [name, status]));

    it("--json has exactly the keys that are promised", async () => {
        const { env, edge } = at(local, token);
        const { code, out, err } = await invoke(["doctor", "--zone", "example.com", "--json", ...edge], { env });
        const report = JSON.parse(out);
        deepStrictEqual([code, err, Object.keys(report)], [0, "", ["healthy", "proven", "checks", "cause", "remedy"]]);
        deepStrictEqual([report.healthy, report.proven, report.cause, report.remedy], [true, true, null, null]);
        deepStrictEqual(
            report.checks.map(({ name, status, ...rest }: Record<string, string>) => [name, status, Object.keys(rest)]),
            ["credential", "api", "clock", "token", "zone", "purge", "edge"].map((name) => [name, "ok", ["detail"]]),
        );
    });

    it("purges one URL that no site has, and nothing else", async () => {
        const before = local.purgeLog.length;
        await doctor(["--zone", "example.com"]);
        deepStrictEqual(
            local.purgeLog.slice(before).map(({ body, accepted }) => [body, accepted]),
            [[{ files: ["https://example.com/.well-known/cache-purge-probe"] }, true]],
        );
    });

    it("a token that may only purge is healthy with the zone's ID", async () => {
        const { healthy, checks, cause } = await doctor(
            ["--zone", local.zone.id],
            tokenFor(local.zone.id, [CACHE_PURGE]),
        );
        deepStrictEqual([healthy, cause], [true, null]);
        deepStrictEqual(statuses(checks), {
            credential: "ok",
            api: "ok",
            clock: "ok",
            token: "ok",
            zone: "skipped",
            purge: "ok",
            edge: "skipped",
        });
    });

    it("finds the zone by the URL's host, or takes the only one", async () => {
        match(JSON.stringify((await doctor(["--url", PAGE])).checks), /"zone","status":"ok","detail":"example\.com/);
        match(JSON.stringify((await doctor([])).checks), /"zone","status":"ok","detail":"example\.com/);
    });

    it("several zones and none named: says so, and purges nowhere", async () => {
        const other = local.addZone({ name: "second.example" });
        const resources = { "com.cloudflare.api.account.zone.*": "*" };
        const all = local.createToken({ policies: [{ groups: [CACHE_PURGE, ZONE_READ], resources }] }).value;
        const before = local.purgeLog.length;
        const { healthy, proven, code, cause, checks, remedy } = await doctor([], all);
        deepStrictEqual([healthy, statuses(checks).purge, local.purgeLog.length], [false, "skipped", before]);
        deepStrictEqual([proven, code, cause], [false, 1, "zone-not-given"]);
        match(JSON.stringify(checks), /can read 2 zones \(example\.com, second\.example\)/);
        match(remedy, /--zone example\.com/);
        strictEqual((await doctor(["--zone", other.name], all)).healthy, true);
        const { env, edge } = at(local, all);
        match((await invoke(["doctor", ...edge], { env })).out, /\n\nnot examined \(zone-not-given\)\nremedy: /);
    });

    it("a token that reads no zone, with and without a URL: not examined, never healthy", async () => {
        const blind = tokenFor(local.zone.id, [CACHE_PURGE]);
        for (const argv of [[], ["--url", PAGE]]) {
            const { healthy, proven, code, cause, checks, remedy } = await doctor(argv, blind);
            deepStrictEqual([healthy, proven, code, cause], [false, false, 1, "cannot-read-zone"]);
            deepStrictEqual([statuses(checks).purge, statuses(checks).edge], ["skipped", "skipped"]);
            match(remedy, /--zone/);
        }
        strictEqual((await doctor(["--zone", local.zone.id], blind)).healthy, true);
    });

    it("--deploy says that making a token is not proven", async () => {
        const { env } = at(local, local.token);
        const ran = await invoke(["doctor", "--zone", "example.com", "--deploy", "--json"], { env });
        const { healthy, proven, checks } = JSON.parse(ran.out);
        deepStrictEqual([ran.code, healthy, proven, checks.at(-1).status], [0, true, false, "warning"]);
        match(checks.at(-1).detail, /not proven/);
    });

    describe("--deploy --make-token", () => {
        const ARGV = ["doctor", "--zone", "example.com", "--deploy", "--make-token"];
        const making = async (value: string, around: { url?: string; argv?: string[]; signal?: AbortSignal } = {}) => {
            const { env } = at(local, value);
            const { url, argv = ARGV, ...rest } = around;
            const base = url === undefined ? {} : { CLOUDFLARE_BASE_URL: url };
            const ran = await invoke([...argv, "--json"], { env: { ...env, ...base }, ...rest });
            return { ...ran, report: JSON.parse(ran.out) };
        };
        const tokens = () => local.directory.tokens.map(({ id }) => id);
        const values: string[] = [];
        const remember = () => {
            const { createToken } = local.directory;
            values.length = 0;
            local.directory.createToken = (...args) => {
                const made = createToken.apply(local.directory, args);
                values.push(made.value);
                return made;
            };
            return () => {
                local.directory.createToken = createToken;
            };
        };
        const policies = [
            {
                groups: [ACCOUNT_TOKENS_WRITE, ACCOUNT_TOKENS_READ],
                resources: { "com.cloudflare.api.account.*": "*" as const },
            },
            { groups: [ZONE_READ], resources: { "com.cloudflare.api.account.zone.*": "*" as const } },
        ];
        const ofAccount = () =>
            local.createToken({ owner: { kind: "account", accountId: local.accountId }, policies }).value;

        for (const [whose, credential, path] of [
            ["the user's", () => local.token, "/user/tokens"],
            ["the account's", ofAccount, "/accounts/"],
        ] as const) {
            it(`makes one of ${whose} tokens, names it, and deletes it`, async () => {
                const value = credential();
                const before = tokens();
                const forget = remember();
                const requests = local.requestLog.length;
                const { code, report, out, err } = await making(value);
                forget();
                deepStrictEqual(
                    [code, report.healthy, report.proven, report.checks.at(-1).status],
                    [0, true, true, "ok"],
                );
                match(
                    report.checks.at(-1).detail,
                    /made a token named "cache-purge doctor example\.com" \(ID [0-9a-f]{32}\)/,
                );
                deepStrictEqual(tokens(), before);
                const [made] = values;
                ok(values.length === 1 && made !== undefined && !`${out}${err}`.includes(made));
                const [post] = local.requestLog.slice(requests).filter(({ method }) => method === "POST");
                ok(post?.path.includes(path), post?.path);
            });
        }

        it("has the component's own policy, and expires in a minute by Cloudflare's clock", async () => {
            let body: Record<string, unknown> = {};
            const { createToken } = local.directory;
            local.directory.createToken = (asked) => {
                body = { ...asked };
                return createToken.call(local.directory, asked);
            };
            await making(local.token);
            local.directory.createToken = createToken;
            const [policy] = body.policies as { permission_groups: { id: string }[]; resources: object }[];
            deepStrictEqual(
                [policy?.permission_groups.map(({ id }) => id), policy?.resources],
                [[CACHE_PURGE.id], { [`com.cloudflare.api.account.zone.${local.zone.id}`]: "*" }],
            );
            const left = Date.parse(String(body.expiresOn)) - local.clock.now();
            ok(left > 50_000 && left <= 61_000, `${left}`);
        });

        it("a failed deletion is an error that names the ID", async () => {
            const before = tokens();
            const id = "0123456789abcdef0123456789abcdef";
            const served = await serve((_, { method = "", url = "", headers }, response) =>
                method === "DELETE"
                    ? json(response, 403, { success: false, errors: [{ code: 9109, message: "Unauthorized" }] })
                    : method === "POST"
                      ? json(response, 200, good({ id, value: "never-shown-value", name: "x" }))
                      : forward(local.apiBaseUrl, url, headers, response),
            );
            const { code, report, out, err } = await making(local.token, { url: served.url });
            await served.close();
            deepStrictEqual([code, report.healthy, report.cause], [1, false, "token-not-deleted"]);
            match(report.checks.at(-1).detail, new RegExp(`ID ${id}`));
            match(report.remedy, new RegExp(`Delete the token ${id} at .*expires by itself at \\d{4}-`));
            ok(!`${out}${err}`.includes("never-shown-value"));
            deepStrictEqual(tokens(), before);
        });

        it("a creation that is not answered is not sent twice", async () => {
            let posts = 0;
            const served = await serve((_, { method = "", url = "", headers }, response) => {
                if (method !== "POST") {
                    return forward(local.apiBaseUrl, url, headers, response);
                }
                posts++;
                json(response, 503, { success: false, errors: [] });
            });
            const { code, report } = await making(local.token, { url: served.url });
            await served.close();
            deepStrictEqual([code, report.healthy, posts], [1, false, 1]);
        });

        it("a credential that may read tokens and not make them", async () => {
            const user = `com.cloudflare.api.user.${local.directory.user.id}`;
            const { value } = local.createToken({
                policies: [
                    { groups: [USER_TOKENS_READ], resources: { [user]: "*" } },
                    { groups: [ZONE_READ], resources: { "com.cloudflare.api.account.zone.*": "*" } },
                ],
            });
            const { code, report } = await making(value);
            deepStrictEqual([code, report.proven, report.cause], [1, false, "cannot-create-tokens"]);
            const only = await making(value, { argv: ARGV.slice(0, -1) });
            deepStrictEqual([only.code, only.report.healthy, only.report.proven], [0, true, false]);
            match(only.report.checks.at(-1).detail, /not proven: prove it with --make-token --zone example\.com/);
        });

        for (const [what, argv] of [
            ["--deploy", ["doctor", "--zone", "example.com", "--make-token"]],
            ["--zone", ["doctor", "--deploy", "--make-token"]],
        ] as const) {
            it(`needs ${what}`, async () => {
                const before = local.requestLog.length;
                const { code, err } = await invoke([...argv], { env: at(local, local.token).env });
                deepStrictEqual([code, local.requestLog.length], [2, before]);
                match(err, new RegExp(`--make-token needs ${what}`));
            });
        }
    });

    it("a zone's name that is one letter off: names the one that is meant", async () => {
        const { cause, checks, remedy } = await doctor(["--zone", "exmaple.com"]);
        strictEqual(cause, "cannot-read-zone");
        match(`${JSON.stringify(checks)} ${remedy}`, /No zone .*exmaple\.com.*--zone example\.com/);
    });

    it("a paused zone is not healthy: it has no cache", async () => {
        const zone = { id: local.zone.id, name: "example.com", status: "active", paused: true };
        const served = await serve((_, { url = "" }, response) =>
            json(response, 200, good(url.includes("/zones?") ? [zone] : { id: local.zone.id, status: "active" })),
        );
        const { env } = at(local, token);
        const argv = ["doctor", "--zone", "example.com", "--json", "--connect-to", "*=127.0.0.1:1"];
        const ran = await invoke(argv, { env: { ...env, CLOUDFLARE_BASE_URL: served.url } });
        await served.close();
        const { healthy, checks } = JSON.parse(ran.out);
        deepStrictEqual([ran.code, healthy, statuses(checks).zone], [1, false, "failed"]);
        match(JSON.stringify(checks), /is paused/);
    });

    it("--url is purged and looked at: the origin's new bytes come", async () => {
        await local.visit("https://www.example.com/old.js");
        files.set("/old.js", "new");
        const { healthy, checks } = await doctor(["--zone", "example.com", "--url", "https://www.example.com/old.js"]);
        strictEqual(healthy, true);
        match(checks.at(-1).detail, /is what its origin has|keep what they have/);
        strictEqual((await local.visit("https://www.example.com/old.js")).body.toString(), "new");
    });

    it("an origin in trouble is a warning, not a finding about the purge", async () => {
        local.faults.add({ target: "origin", kind: "status", status: 503, times: "always" });
        const { healthy, checks } = await doctor(["--url", "https://www.example.com/down.js"]);
        local.faults.clear();
        strictEqual(healthy, true);
        deepStrictEqual([checks.at(-1).status, /answers 503/.test(checks.at(-1).detail)], ["warning", true]);
    });

    it("an edge that cannot be asked from here is skipped", async () => {
        const { env } = at(local, token);
        const ran = await invoke(["doctor", "--zone", "example.com", "--json", "--connect-to", "*=127.0.0.1:1"], {
            env,
        });
        const { healthy, checks } = JSON.parse(ran.out);
        deepStrictEqual([healthy, checks.at(-1).status], [true, "skipped"]);
        match(checks.at(-1).detail, /ECONNREFUSED.*--connect-to/);
    });

    it("an account's token needs its account only to be verified", async () => {
        const owner = { kind: "account" as const, accountId: local.accountId };
        const value = tokenFor(local.zone.id, [CACHE_PURGE], { owner });
        const without = await doctor(["--zone", local.zone.id], value);
        deepStrictEqual([without.healthy, statuses(without.checks).token], [true, "skipped"]);
        const named = await doctor(["--zone", local.zone.id, "--account", local.accountId], value);
        deepStrictEqual([named.healthy, statuses(named.checks).token], [true, "ok"]);
    });

    const calls: [text: string, env: Record<string, string>, read: unknown][] = [
        ["curl https://a.test/x", {}, { method: "GET", url: "https://a.test/x", headers: {} }],
        [
            `$ curl -sS -XPOST --url="https://a.test/x" \\\n -H 'A: b' --header "C:d" -d '{"a":1}' -o /dev/null`,
            {},
            { method: "POST", url: "https://a.test/x", headers: { a: "b", c: "d" }, body: '{"a":1}' },
        ],
        [
            `curl "https://a.test/\${ZONE}/x" -H "Authorization: Bearer $TOKEN" --json "{\\"a\\":1}"`,
            { ZONE: "z", TOKEN: "t" },
            { method: "POST", url: "https://a.test/z/x", headers: { authorization: "Bearer t" }, body: '{"a":1}' },
        ],
        [
            "curl 'https://a.test/$X' -H \"B: $MISSING\"",
            { X: "no" },
            { method: "GET", url: "https://a.test/$X", headers: { b: "$MISSING" } },
        ],
        ["/usr/bin/curl --request DELETE https://a.test", {}, { method: "DELETE", url: "https://a.test", headers: {} }],
        ["wget https://a.test", {}, undefined],
        ["curl -v", {}, undefined],
        ["", {}, undefined],
    ];
    for (const [text, env, read] of calls) {
        it(`reads ${JSON.stringify(text)}`, () => deepStrictEqual(readPasted(text, env), read));
    }

    const requests: [what: string, url: string, header: string, body: string, cause: string | null][] = [
        ["a zone's name for its ID", "/zones/example.com/purge_cache", "Bearer TOKEN", "{}", "wrong-zone-id"],
        ["bearer in small letters", "/zones/ZONE/purge_cache", "bearer TOKEN", "{}", "missing-bearer"],
        ["a variable that is not set", "/zones/ZONE/purge_cache", "Bearer $CF_TOKEN", "{}", "malformed-token"],
        ["no JSON", "/zones/ZONE/purge_cache", "Bearer TOKEN", "files=a", "malformed-body"],
        [
            "a URL of another zone",
            "/zones/ZONE/purge_cache",
            "Bearer TOKEN",
            '{"files":["https://a.test/"]}',
            "url-outside-zone",
        ],
        [
            "URLs with headers",
            "/zones/ZONE/purge_cache",
            "Bearer TOKEN",
            `{"files":[{"url":"${PAGE}","headers":{}}]}`,
            null,
        ],
        ["prefixes", "/zones/ZONE/purge_cache", "Bearer TOKEN", '{"prefixes":["www.example.com/a/"]}', null],
        ["nothing wrong with verify", "/user/tokens/verify", "Bearer TOKEN", "", null],
    ];
    for (const [what, url, header, body, cause] of requests) {
        it(`--curl: ${what} → ${cause ?? "healthy"}`, async () => {
            const fill = (text: string) => text.replace("ZONE", local.zone.id).replace("TOKEN", token);
            const data = body === "" ? "" : ` --data '${body}'`;
            const stdin = `curl https://api.cloudflare.com/client/v4${fill(url)} -H "Authorization: ${header.startsWith("Bearer $") ? header : fill(header)}"${data}`;
            const { env, edge } = at(local);
            const ran = await invoke(["doctor", "--curl", "-", "--json", ...edge], { env, stdin });
            deepStrictEqual([JSON.parse(ran.out).cause, ran.code], [cause, cause === null ? 0 : 1], ran.out);
        });
    }

    it("--curl: a URL without /client/v4", async () => {
        const stdin = `curl https://api.cloudflare.com/zones/${local.zone.id}/purge_cache -H "Authorization: Bearer ${token}"`;
        const { out } = await invoke(["doctor", "--curl", "-", "--json"], { env: at(local).env, stdin });
        strictEqual(JSON.parse(out).cause, "not-the-api");
    });
});
