import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import fc from "fast-check";
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

const JSON_A = '{"a":1}';
/** Every way of writing one request: POST to URL_A with `A: b` and `{"a":1}`. */
const SAME: [what: string, text: string][] = [
    ["the body in single quotes", `curl -X POST ${URL_A} -H 'A: b' -d '${JSON_A}'`],
    ["cut names", `curl --req POST --heade 'A: b' --data-bin '${JSON_A}' ${URL_A}`],
    ["what the shell sets before", `URL="${URL_A}"\nexport B=b\ncurl "$URL" -H "A: $B" -d '${JSON_A}'`],
    ["a default of a variable", `curl \${URL:-${URL_A}} -H A:b -d '${JSON_A}'`],
    ["a here-document", `curl -sS ${URL_A} -H 'A: b' --data-binary @- <<'EOF'\n${JSON_A}\nEOF\n`],
    ["a here-string", `curl ${URL_A} -H 'A: b' -d @- <<< '${JSON_A}'`],
    ["a pipe into it", `echo '${JSON_A}' | curl -X POST -H 'A: b' -d @- ${URL_A}`],
    ["a pipe out of it", `curl ${URL_A} -H 'A: b' -d '${JSON_A}' | jq -r .x -d y`],
    ["an error stream elsewhere", `curl ${URL_A} -H 'A: b' -d '${JSON_A}' 2>&1 > /dev/null -s`],
    ["another command after it", `curl ${URL_A} -H 'A: b' -d '${JSON_A}' && curl https://b.test -H 'A: c'`],
    ["another request after it", `curl ${URL_A} -H 'A: b' -d '${JSON_A}' --next https://b.test -H 'A: c'`],
    ["in a substitution", `answer=$(curl -s -X POST "${URL_A}" -H "A: b" -d '${JSON_A}')`],
    ["spaces after a backslash", `curl ${URL_A} \\  \n -H 'A: b' \\ \n -d '${JSON_A}'`],
    ["a prompt on each line", `$ curl ${URL_A} \\\n> -H 'A: b' \\\n> -d '${JSON_A}'`],
    ["lines that lost their backslashes", `curl ${URL_A}\n  -H 'A: b'\n  -d '${JSON_A}'`],
    ["cmd, as browsers copy it", `curl ^"${URL_A}^" ^\r\n  -H ^"A: b^" ^\r\n  --data-raw ^"^{^\\^"a^\\^":1^}^"`],
    ["a variable of cmd", `curl %URL_A% -H "A: b" -d "{\\"a\\":1}"`],
    ["a comment before it", `# curl is used here\ncurl -H 'A: b' --json '${JSON_A}' ${URL_A}`],
    ["words before it", `I use curl like this, and it fails:\n\n    curl ${URL_A} -H 'A: b' -d '${JSON_A}'`],
    ["curl.exe in PowerShell", `curl.exe -X POST ${URL_A} \`\n  -H "A: b" \`\n  -d '${JSON_A}'`],
    ["a path and sudo", `sudo /usr/local/bin/curl -fsSL -X POST ${URL_A} -H"A: b" -d'${JSON_A}'`],
    [
        "PowerShell: splatting",
        `$p = @{\n  Uri = '${URL_A}'\n  Method = 'POST'\n  Headers = @{ 'A' = 'b' }\n  Body = '${JSON_A}'\n}\n$r = Invoke-RestMethod @p`,
    ],
    [
        "PowerShell: splatting beside parameters",
        `$h = @{ Headers = @{ A = "b" } }; Invoke-RestMethod @h -Uri ${URL_A} -Method Post -Body '${JSON_A}'`,
    ],
    [
        "PowerShell: a table made JSON",
        `$body = @{ a = 1 } | ConvertTo-Json -Compress\nInvoke-RestMethod -Uri "${URL_A}" -Method POST -Headers @{A="b"} -Body $body -ContentType "application/json"`,
    ],
    [
        "PowerShell: made JSON in place",
        `irm ${URL_A} -Method:Post -Headers @{ A = 'b' } -Body (ConvertTo-Json @{ a = 1 })`,
    ],
    [
        "PowerShell: made JSON over several lines",
        `Invoke-WebRequest -Uri ${URL_A} -Method Post -Headers @{ A = 'b' } -Body (@{\n  a = 1\n} |\n  ConvertTo-Json -Depth 3)`,
    ],
    [
        "PowerShell: headers one by one",
        `$headers = New-Object "System.Collections.Generic.Dictionary[[String],[String]]"\n$headers.Add("A", "b")\n$body = @"\n${JSON_A}\n"@\n$response = Invoke-RestMethod '${URL_A}' -Method 'POST' -Headers $headers -Body $body\n$response | ConvertTo-Json`,
    ],
    [
        "PowerShell: what is added to",
        `$u = 'https://a'; $u += '.test/x'; $h = @{}; $h += @{ A = 'b' }; irm $u -Method Post -Headers $h -Body '${JSON_A}'`,
    ],
    [
        "PowerShell: headers by their keys",
        `$headers = @{}\n$headers["A"] = "b"\n[string]$json = '${JSON_A}'\nInvoke-RestMethod -Uri '${URL_A}' -Method post -Headers $headers -Body $json`,
    ],
    [
        "PowerShell: variables in texts",
        `$b = "b"; $where = "a.test"\ntry {\n  Invoke-RestMethod -Uri "https://$where/x" -Method Post -Headers @{ "A" = "$($b)" } -Body '${JSON_A}'\n} catch { $_ }`,
    ],
    [
        "PowerShell: parameters that say nothing, before those that do",
        `Invoke-WebRequest -UseBasicParsing -SessionVariable s -ErrorAction Stop -TimeoutSec 30 -Uri ${URL_A} -Method Post -Headers @{A='b'} -ContentType 'application/json' -Body '${JSON_A}'`,
    ],
    [
        "PowerShell: sums and formats",
        `$u = 'https://{0}/{1}' -f 'a.test', 'x'\nInvoke-RestMethod -Uri $u -Method Post -Headers @{ A = ('b' + '') } -Body ('{"a"' + ':1}')`,
    ],
    [
        "PowerShell: with its alias",
        `curl -Uri ${URL_A} -Method POST -Headers @{ "A" = "b" } -Body '${JSON_A}' # comment`,
    ],
    [
        "PowerShell: typographic quotes and dashes, on several lines",
        `Invoke-RestMethod –Uri ‘${URL_A}’ –Method Post \`\n –Headers @{\n   “A” = “b”;\n } –Body ‘${JSON_A}’`,
    ],
    [
        "PHP: all options in an array",
        `curl_setopt_array($ch, [\n  CURLOPT_URL => '${URL_A}',\n  CURLOPT_POST => true,\n  CURLOPT_HTTPHEADER => ['A: b'],\n  CURLOPT_POSTFIELDS => '${JSON_A}',\n]);`,
    ],
    [
        "PHP: variables, joined texts, JSON",
        `$host = "a.test";\n$b = 'b';\n$headers = array();\n$headers[] = 'A: ' . $b;\n$data = array('a' => 1);\n$ch = curl_init("https://{$host}/x");\ncurl_setopt($ch, CURLOPT_CUSTOMREQUEST, "post"); // comment\ncurl_setopt($ch, CURLOPT_HTTPHEADER, $headers);\ncurl_setopt($ch, CURLOPT_POSTFIELDS, json_encode($data));\n$r = curl_exec($ch);`,
    ],
    [
        "PHP: constants and sprintf",
        `const HOST = 'a.test';\ndefine('B', 'b');\n$ch = curl_init();\ncurl_setopt($ch, CURLOPT_URL, sprintf('https://%s/x', HOST));\ncurl_setopt($ch, CURLOPT_POST, 1);\ncurl_setopt($ch, CURLOPT_HTTPHEADER, array("A: " . B, ));\ncurl_setopt($ch, CURLOPT_POSTFIELDS, "{\\"a\\":1}");`,
    ],
];

describe("cli: one request, written in many ways", () => {
    const read = { method: "POST", url: URL_A, headers: { a: "b" }, body: JSON_A };
    for (const [what, text] of SAME) {
        it(`reads ${what}`, () => deepStrictEqual(readPasted(text, { URL_A }), read));
    }
    const others: [what: string, text: string, read: unknown][] = [
        ["-G: no body", `curl -G ${URL_A} -d a=1`, { method: "GET", url: URL_A, headers: {} }],
        ["-I", `curl -sI ${URL_A}`, { method: "HEAD", url: URL_A, headers: {} }],
        ["an upload", `curl -T body.json ${URL_A}`, { method: "PUT", url: URL_A, headers: {}, bodyFile: "body.json" }],
        ["a form", `curl ${URL_A} -F files=a`, { method: "POST", url: URL_A, headers: {}, body: "files=a" }],
        [
            "encoded data",
            `curl ${URL_A} --data-urlencode '{"a":1}'`,
            { method: "POST", url: URL_A, headers: {}, body: "%7B%22a%22%3A1%7D" },
        ],
        [
            "a header whose name is that of a prototype",
            `curl ${URL_A} -H '__proto__: b'`,
            { method: "GET", url: URL_A, headers: Object.fromEntries([["__proto__", "b"]]) },
        ],
        [
            "a table that is sent as a form",
            `Invoke-RestMethod -Uri ${URL_A} -Method Post -Body @{ files = 'https://a.test/' }`,
            { method: "POST", url: URL_A, headers: {}, body: "files=https%3A%2F%2Fa.test%2F" },
        ],
        [
            "what only running it would tell",
            `$body = Get-Content body.json\nInvoke-RestMethod -Uri ${URL_A} -Method Post -Body $body`,
            { method: "POST", url: URL_A, headers: {}, bodyFile: "an expression" },
        ],
        [
            "a list in a table",
            `irm ${URL_A} -Method Post -Body (@{ files = @('https://a.test/1', 'https://a.test/2') } | ConvertTo-Json)`,
            { method: "POST", url: URL_A, headers: {}, body: '{"files":["https://a.test/1","https://a.test/2"]}' },
        ],
        [
            "PHP's list in a table",
            `curl_setopt_array($c, array(CURLOPT_URL => "${URL_A}", CURLOPT_POSTFIELDS => json_encode(array("files" => array("https://a.test/1")))));`,
            { method: "POST", url: URL_A, headers: {}, body: '{"files":["https://a.test/1"]}' },
        ],
        [
            "PHP's function of one's own",
            `curl_setopt($c, CURLOPT_URL, "${URL_A}"); curl_setopt($c, CURLOPT_POSTFIELDS, body_of($x, [1, 2]));`,
            { method: "POST", url: URL_A, headers: {}, bodyFile: "an expression" },
        ],
    ];
    for (const [what, text, expected] of others) {
        it(`reads ${what}`, () => deepStrictEqual(readPasted(text, {}), expected));
    }
    const RETYPED: [what: string, text: string][] = [
        ["curl", `curl –X POST “${URL_A}” —header ‘A: b’ -d ‘${JSON_A}’`],
        [
            "PHP",
            `curl_setopt($ch, CURLOPT_URL, “${URL_A}”);\ncurl_setopt($ch, CURLOPT_HTTPHEADER, [‘A: b’]);\ncurl_setopt($ch, CURLOPT_POSTFIELDS, ‘${JSON_A}’);`,
        ],
    ];
    for (const [what, text] of RETYPED) {
        it(`reads ${what} with typographic quotes, and says so`, () =>
            deepStrictEqual(readPasted(text, {}), { ...read, retyped: true }));
    }
    it("typographic quotes inside straight ones are text", () => {
        strictEqual(readPasted(`curl ${URL_A} -d '{"a":"it’s “so”"}'`, {})?.retyped, undefined);
        strictEqual(readPasted(`curl_setopt($c, CURLOPT_URL, "${URL_A}?it’s");`, {})?.retyped, undefined);
    });
    it("reads what is in files that the command names", () => {
        const files: Record<string, string> = { "h.txt": "A: b\r\nC: d\n", "b.json": '{\n"a":1}\n' };
        deepStrictEqual(
            readPasted(`curl ${URL_A} -H @h.txt -d @b.json`, {}, (name) => files[name]),
            {
                method: "POST",
                url: URL_A,
                headers: { a: "b", c: "d" },
                body: JSON_A,
            },
        );
    });
    it("ends on every text, and throws on none", () => {
        const pieces = [
            ..."\"'`$@{}()[];=,|.\\\n ^%<>-“’#",
            "curl ",
            "irm ",
            "-Uri ",
            "$a",
            "CURLOPT_URL",
            "curl_setopt(",
            "array(",
            "=>",
            "https://a.test/",
            "EOF",
            "<<",
        ];
        fc.assert(
            fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (parts) => {
                for (const start of [
                    "",
                    "curl https://a.test ",
                    "irm https://a.test -Body ",
                    "curl_setopt($c, CURLOPT_URL, ",
                ]) {
                    readPasted(start + parts.join(""), {});
                }
            }),
            { numRuns: 1000 },
        );
    });
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

describe("cli: everything that is wrong with a pasted request", () => {
    let local: LocalCloudflare;
    let token: string;
    before(async () => {
        local = await startLocalCloudflare();
        token = readingPurger(local);
    });
    after(() => local.close());

    const API = "https://api.cloudflare.com/client/v4";
    const GOOD = '{"files":["https://www.example.com/a.js"]}';
    interface Mistake {
        readonly url?: string;
        readonly method?: string;
        readonly auth?: string;
        readonly body?: string;
    }
    const rows: [what: string, mistake: Mistake, keys: string[], says: RegExp][] = [
        ["a GET", { method: "GET" }, ["wrong-method"], /is a GET; a purge is a POST.*-X POST/s],
        ["a PUT", { method: "put" }, ["wrong-method"], /is a PUT/],
        ["no zone", { url: `${API}/zones/purge_cache` }, ["wrong-zone-id"], /names no zone/],
        ["an account", { url: `${API}/accounts/ZONE/purge_cache` }, ["wrong-zone-id"], /names no zone/],
        ["an empty variable", { url: `${API}/zones//purge_cache` }, ["wrong-zone-id"], /"" is not a zone ID/],
        [
            "no encryption",
            { url: "http://api.cloudflare.com/client/v4/zones/ZONE/purge_cache" },
            ["not-the-api"],
            /Write https:/,
        ],
        ["Bearer alone", { auth: "Bearer " }, ["missing-bearer"], /no token behind it/],
        ["Bearer with a colon", { auth: "Bearer: TOKEN" }, ["missing-bearer"], /one space/],
        ["another word", { auth: "Token TOKEN" }, ["missing-bearer"], /another word than Bearer/],
        ["a placeholder", { auth: "Bearer <your-token>" }, ["malformed-token"], /placeholder/],
        [
            "urls for files",
            { body: '{"urls":["https://www.example.com/"]}' },
            ["malformed-body"],
            /does not know "urls".*"files"/s,
        ],
        ["file for files", { body: '{"file":["https://www.example.com/"]}' }, ["malformed-body"], /"files"/],
        [
            "a key of a prototype",
            { body: '{"__proto__":{"files":[]}}' },
            ["malformed-body"],
            /does not know "__proto__"/,
        ],
        ["nothing", { body: "{}" }, ["malformed-body"], /names nothing/],
        ["an empty list", { body: '{"files":[]}' }, ["malformed-body"], /`files` is empty/],
        ["a list alone", { body: '["https://www.example.com/"]' }, ["malformed-body"], /not a JSON object/],
        ["a text for true", { body: '{"purge_everything":"true"}' }, ["malformed-body"], /can only be true/],
        ["two selectors", { body: '{"hosts":["www.example.com"],"tags":["a"]}' }, ["malformed-body"], /hosts and tags/],
        ["a number in files", { body: '{"files":[1]}' }, ["malformed-body"], /not a string/],
        ["a wildcard", { body: '{"files":["https://www.example.com/*"]}' }, ["malformed-body"], /wildcard/],
        [
            "a prefix with a scheme",
            { body: '{"prefixes":["https://www.example.com/a"]}' },
            ["malformed-body"],
            /no scheme/,
        ],
        [
            "a prefix alone",
            { body: '{"prefixes":"www.example.com/a"}' },
            ["files-not-array"],
            /`prefixes` is not an array/,
        ],
        [
            "hosts with a path",
            { body: '{"hosts":["www.example.com/a"]}' },
            ["malformed-body"],
            /neither scheme nor path/,
        ],
        ["a tag with a comma", { body: '{"tags":["a,b"]}' }, ["malformed-body"], /no commas/],
        ["typographic quotes in it", { body: "{“files”:[]}" }, ["malformed-body"], /typographic/],
        [
            "a path in a string",
            { body: '{"files":"/testing/test"}' },
            ["files-not-array"],
            /not an array.*"https:\/\/www\.example\.com\/testing\/test"/s,
        ],
        [
            "a second URL of another zone",
            { body: '{"files":["https://www.example.com/","https://a.test/"]}' },
            ["url-outside-zone"],
            /a\.test/,
        ],
        ["a prefix of another zone", { body: '{"prefixes":["a.test/x"]}' }, ["url-outside-zone"], /a\.test/],
        [
            "five at once",
            { url: `${API}/zones/example.com/purge_cache`, method: "GET", auth: "TOKEN", body: '{"files":["/a","b"]}' },
            ["wrong-zone-id", "missing-bearer", "wrong-method", "path-not-url", "path-not-url"],
            /"\/a" is not an absolute URL.*"b" is not/s,
        ],
    ];
    for (const [what, { url, method = "POST", auth = "Bearer TOKEN", body = GOOD }, keys, says] of rows) {
        it(`${what} → ${keys.join(", ")}`, async () => {
            const fill = (text: string): string => text.replace("ZONE", local.zone.id).replace("TOKEN", token);
            const place = fill(url ?? `${API}/zones/ZONE/purge_cache`);
            const stdin = `curl -X ${method} '${place}' -H 'Authorization: ${fill(auth)}' -d '${body}'`;
            const { env, edge } = at(local);
            const { code, out } = await invoke(["doctor", "--curl", "-", ...edge], { env, stdin });
            const failed = out.match(/^failed {3}\s*(?:request|url) .*/gm) ?? [];
            deepStrictEqual([code, failed.length], [1, keys.length], out);
            match(out, says);
            match(out, new RegExp(`unhealthy \\(${keys[0]}\\)`));
            ok(!out.includes(token));
        });
    }
});
