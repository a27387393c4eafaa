import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { readPasted } from "../../components/cli/doctor/pasted";
import type { LocalCloudflare } from "../../local/cloudflare";
import { startLocalCloudflare } from "../../local/cloudflare";
import { at, invoke, readingPurger } from "./invoke";

const URL_A = "https://a.test/x";

describe("cli: requests as people paste them", () => {
    const rows: [what: string, text: string, read: unknown][] = [
        ["short options in one word", `curl -sX POST ${URL_A}`, { method: "POST", url: URL_A, headers: {} }],
        [
            "and with the value in it",
            `curl -sSXPOST -HA:b ${URL_A}`,
            { method: "POST", url: URL_A, headers: { a: "b" } },
        ],
        ["a long option with =", `curl --header='A: b' ${URL_A}`, { method: "GET", url: URL_A, headers: { a: "b" } }],
        ["several -d", `curl ${URL_A} -d a=1 -d b=2`, { method: "POST", url: URL_A, headers: {}, body: "a=1&b=2" }],
        [
            "a body in a file",
            `curl ${URL_A} -d @body.json`,
            { method: "POST", url: URL_A, headers: {}, bodyFile: "body.json" },
        ],
        [
            "raw data is never a file",
            `curl ${URL_A} --data-raw @a`,
            { method: "POST", url: URL_A, headers: {}, body: "@a" },
        ],
        [
            "a name and password",
            `curl -u me:pw ${URL_A}`,
            { method: "GET", url: URL_A, headers: { authorization: "Basic bWU6cHc=" } },
        ],
        [
            "a bearer option",
            `curl --oauth2-bearer abc ${URL_A}`,
            { method: "GET", url: URL_A, headers: { authorization: "Bearer abc" } },
        ],
        ["JSON", `curl ${URL_A} --json '{"a":1}'`, { method: "POST", url: URL_A, headers: {}, body: '{"a":1}' }],
        [
            "bash's $'…'",
            `curl ${URL_A} -d $'{"a":"it\\'s\\n\\u0041"}'`,
            { method: "POST", url: URL_A, headers: {}, body: `{"a":"it's\nA"}` },
        ],
        [
            "a line that ends with a caret",
            `curl.exe ${URL_A} ^\r\n -H "A: b"`,
            { method: "GET", url: URL_A, headers: { a: "b" } },
        ],
        [
            "options whose value says nothing",
            `curl -m 5 --retry 3 -o /dev/null -w '%{http_code}' ${URL_A}`,
            { method: "GET", url: URL_A, headers: {} },
        ],
        [
            "an option that is not known",
            `curl --compressed --http2 ${URL_A}`,
            { method: "GET", url: URL_A, headers: {} },
        ],
        [
            "PowerShell",
            `Invoke-RestMethod -URI ${URL_A} -Method Post -Headers @{ 'A' = 'b'; "C-D" = "e" } -Body '{"a":1}'`,
            { method: "POST", url: URL_A, headers: { a: "b", "c-d": "e" }, body: '{"a":1}' },
        ],
        [
            "PowerShell with typographic quotes, on several lines, with a backtick",
            `irm -Uri “${URL_A}” \`\n -Method ‘POST’ -Headers @{\n “A” = “b”\n “C” = ‘d’\n} -Body “{\`"a\`":1}”`,
            { method: "POST", url: URL_A, headers: { a: "b", c: "d" }, body: '{"a":1}' },
        ],
        [
            "PowerShell with variables of the environment, and doubled quotes",
            `$r = Invoke-WebRequest ${URL_A} -H @{Authorization="Bearer $env:TOKEN"} -B "{""a"":1}"`,
            { method: "GET", url: URL_A, headers: { authorization: "Bearer t0k" }, body: '{"a":1}' },
        ],
        [
            "PHP",
            `<?php $ch = curl_init();\ncurl_setopt($ch, CURLOPT_URL, "${URL_A}");\ncurl_setopt($ch, CURLOPT_CUSTOMREQUEST, 'POST');\ncurl_setopt($ch, CURLOPT_HTTPHEADER, array('A: b', "C-D: e"));\ncurl_setopt($ch, CURLOPT_POSTFIELDS, '{"a":"b (c);"}');`,
            { method: "POST", url: URL_A, headers: { a: "b", "c-d": "e" }, body: '{"a":"b (c);"}' },
        ],
        ["something else", "wget https://a.test", undefined],
        ["nothing", "", undefined],
    ];
    for (const [what, text, read] of rows) {
        it(`reads ${what}`, () => deepStrictEqual(readPasted(text, { TOKEN: "t0k" }), read));
    }
});

describe("cli: the four calls of a founding thread, in PowerShell and PHP", () => {
    let local: LocalCloudflare;
    let token: string;
    before(async () => {
        local = await startLocalCloudflare();
        token = readingPurger(local);
    });
    after(() => local.close());

    const PAGE = "https://www.example.com/a.js";
    const api = (zone: string): string => `https://api.cloudflare.com/client/v4/zones/${zone}/purge_cache`;
    type Call = { zone: string; headers: Record<string, string>; body: string };
    const powershell = ({ zone, headers, body }: Call, q = "'"): string => {
        const [open, close] = q === "'" ? ["'", "'"] : ["“", "”"];
        const pairs = Object.entries(headers).map(([k, v]) => `${open}${k}${close} = ${open}${v}${close}`);
        return `Invoke-RestMethod -URI ${open}${api(zone)}${close} -Method Post -Headers @{${pairs.join("; ")}} -Body '${body}'`;
    };
    const php = ({ zone, headers, body }: Call): string => {
        const lines = Object.entries(headers).map(([k, v]) => `"${k}: ${v}"`);
        return [
            `curl_setopt($ch, CURLOPT_URL, "${api(zone)}");`,
            `curl_setopt($ch, CURLOPT_POST, true);`,
            `curl_setopt($ch, CURLOPT_HTTPHEADER, [${lines.join(", ")}]);`,
            `curl_setopt($ch, CURLOPT_POSTFIELDS, '${body}');`,
        ].join("\n");
    };
    const calls: [string, (token: string, zone: string) => Call, string[], RegExp[]][] = [
        [
            "the token as X-Auth-Key beside an address, and files is a string",
            (secret, zone) => ({
                zone,
                headers: { "X-Auth-Email": "me@example.com", "X-Auth-Key": secret },
                body: `{"files":"${PAGE}"}`,
            }),
            ["token-as-auth-key", "files-not-array"],
            [
                /does not have the form of a global API key/,
                /`files` is not an array/,
                /\{"files":\["https:\/\/www\.example\.com\/a\.js"\]\}/,
            ],
        ],
        [
            "Authorization without Bearer",
            (secret, zone) => ({ zone, headers: { Authorization: secret }, body: `{"files":["${PAGE}"]}` }),
            ["missing-bearer"],
            [/without the word Bearer/, /`Authorization: Bearer <token>`/],
        ],
        [
            "the zone's name in place of its ID",
            (secret) => ({
                zone: "example.com",
                headers: { Authorization: `Bearer ${secret}` },
                body: `{"files":["${PAGE}"]}`,
            }),
            ["wrong-zone-id"],
            [/"example\.com" is not a zone ID/, /zone's overview page/],
        ],
        [
            "files is a path",
            (secret, zone) => ({
                zone,
                headers: { Authorization: `Bearer ${secret}` },
                body: '{"files":["/testing/test"]}',
            }),
            ["path-not-url"],
            [/"\/testing\/test" is not an absolute URL/, /https:\/\/www\.example\.com\/testing\/test/],
        ],
        [
            "everything at once",
            (secret) => ({ zone: "example.com", headers: { Authorization: secret }, body: '{"files":"/a"}' }),
            ["wrong-zone-id", "missing-bearer", "files-not-array"],
            [/is not a zone ID/, /without the word Bearer/, /not an array/],
        ],
    ];
    const writers: [string, (call: Call) => string][] = [
        ["PowerShell", powershell],
        ["PowerShell, typographic quotes", (call) => powershell(call, "“")],
        ["PHP", php],
    ];
    for (const [how, write] of writers) {
        for (const [what, make, keys, says] of calls) {
            it(`${how}: ${what} → ${keys.join(", ")}`, async () => {
                const stdin = write(make(token, local.zone.id));
                const { code, out, err } = await invoke(["doctor", "--curl", "-"], { env: at(local).env, stdin });
                strictEqual(code, 1, err);
                for (const pattern of says) {
                    match(out, pattern);
                }
                match(out, new RegExp(`unhealthy \\(${keys[0]}\\)`));
                strictEqual(out.match(/^failed {3}request/gm)?.length, keys.length, out);
                ok(!out.includes(token));
            });
        }
    }
});
