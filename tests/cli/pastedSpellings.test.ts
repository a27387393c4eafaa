import { deepStrictEqual, strictEqual } from "node:assert";
import fc from "fast-check";
import { readPasted } from "../../components/cli/doctor";

const URL_A = "https://a.test/x";

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
    [
        "PHP: a text that grows, a table filled key by key, the environment",
        `$url = trim(getenv('HOST_A'));\n$url .= '/x';\n$data['a'] = 1;\n$ch = curl_init();\ncurl_setopt($ch, CURLOPT_URL, $url);\ncurl_setopt($ch, CURLOPT_HTTPHEADER, ['A: b']);\ncurl_setopt($ch, CURLOPT_POSTFIELDS, json_encode($data));`,
    ],
    [
        "PHP: the table of the environment",
        `curl_setopt_array($ch, [CURLOPT_URL => $_ENV['URL_A'], CURLOPT_HTTPHEADER => ['A: b'], CURLOPT_POSTFIELDS => '${JSON_A}']);`,
    ],
    [
        "PowerShell: a dictionary of .NET, JSON of an -InputObject",
        `$h = [System.Collections.Generic.Dictionary[string,string]]::new()\n$h.Add('A', 'b')\n$body = ConvertTo-Json -InputObject @{ a = 1 } -Compress\nirm ${URL_A} -Method Post -Headers $h -Body $body`,
    ],
];

describe("cli: one request, written in many ways", () => {
    const read = { method: "POST", url: URL_A, headers: { a: "b" }, body: JSON_A };
    for (const [what, text] of SAME) {
        it(`reads ${what}`, () => deepStrictEqual(readPasted(text, { URL_A, HOST_A: "https://a.test" }), read));
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
            "a token as a secure string",
            `irm ${URL_A} -Authentication Bearer -Token (ConvertTo-SecureString -String 'abc' -AsPlainText -Force)`,
            { method: "GET", url: URL_A, headers: { authorization: "Bearer abc" } },
        ],
        [
            "PHP's form",
            `curl_setopt($c, CURLOPT_URL, "${URL_A}"); curl_setopt($c, CURLOPT_POSTFIELDS, http_build_query(['a' => 1]));`,
            { method: "POST", url: URL_A, headers: {}, body: "a=1" },
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
