import { pasting } from "./pasting";

describe("cli: the four calls of a founding thread, in PowerShell and PHP", () => {
    const { zone: zoneId, token, expectWrong } = pasting();

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
            it(`${how}: ${what} → ${keys.join(", ")}`, () => expectWrong(write(make(token(), zoneId())), keys, says));
        }
    }
});
