import { deepStrictEqual } from "node:assert";
import { readPasted } from "../../components/cli/doctor";

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
