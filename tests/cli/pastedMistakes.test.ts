import { pasting } from "./pasting";

describe("cli: everything that is wrong with a pasted request", () => {
    const { zone, token, expectWrong } = pasting();

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
            const fill = (text: string): string => text.replace("ZONE", zone()).replace("TOKEN", token());
            const place = fill(url ?? `${API}/zones/ZONE/purge_cache`);
            const curl = `curl -X ${method} '${place}' -H 'Authorization: ${fill(auth)}' -d '${body}'`;
            await expectWrong(curl, keys, [says]);
        });
    }
});
