import assert from "node:assert/strict";
import fc from "fast-check";
import { checkKey, checkToken, tokenOwner } from "../../components/cloudflare/credential";
import { startLocalCloudflare } from "../../local/cloudflare";
import { TOKEN } from "./servers";

const OLD = "Sn3lZJTBX6kkg7OdcBUAxOO963GEIyGQqnFTOFYY"; // 40 characters, as in Cloudflare's own documentation
const KEY = "c2547eb745079dac9320b638f5e225cf483cc5cfdda41";

describe("cloudflare/credential", () => {
    const tokens: [string, string, string | undefined, RegExp?][] = [
        ["a user's token", TOKEN, undefined],
        ["an account's token", TOKEN.replace("cfut", "cfat"), undefined],
        ["an older token", OLD, undefined],
        ["a token with 'your' in it", `${OLD.slice(0, 20)}yourtoken${OLD.slice(20, 31)}`, undefined],
        ["a token that happens to hold a word", `${OLD.slice(0, 20)}-my-${OLD.slice(24)}`, undefined],
        ["an OAuth token, as wrangler has it", `cfoat_${OLD}.${OLD}${OLD}`, undefined],
        ["a line of an .env file", `CLOUDFLARE_API_TOKEN=${OLD}`, "malformed-token", /variable's name/],
        ["a line of a shell script", `export CF_TOKEN="${OLD}"`, "malformed-token", /variable's name/],
        ["a placeholder in small letters", "your-api-token-your-api-token-your-api-token", "malformed-token", /place/],
        ["nothing", "", "malformed-token", /is empty/],
        ["white space", " \n", "malformed-token", /is empty/],
        ["a space at the end", `${OLD} `, "malformed-token", /a space at its end/],
        ["a newline at the end", `${OLD}\n`, "malformed-token", /a newline at its end/],
        ["a carriage return", `${OLD}\r\n`, "malformed-token", /a carriage return in it/],
        ["a tab at the start", `\t${OLD}`, "malformed-token", /a tab at its start/],
        ["quotes", `"${OLD}"`, "malformed-token", /a quotation mark \("\) at its start/],
        ["typographic quotes", `\u201c${OLD}\u201d`, "malformed-token", /typographic/],
        ["a byte order mark", `\ufeff${OLD}`, "malformed-token", /byte order mark/],
        ["a space in the middle", `${OLD.slice(0, 20)} ${OLD.slice(20)}`, "malformed-token", /a space in it/],
        ["an invisible character", `${OLD}\u200b`, "malformed-token", /invisible/],
        ["a letter outside ASCII", `${OLD.slice(1)}é`, "malformed-token", /U\+00E9/],
        ["an emoji", `🔑${OLD}`, "malformed-token", /U\+1F511 at its start/],
        ["the scheme along with it", `Bearer ${OLD}`, "malformed-token", /word "Bearer"/],
        ["a placeholder in brackets", "<API_TOKEN>", "malformed-token", /placeholder/],
        ["a placeholder in words", "YOUR_CLOUDFLARE_API_TOKEN_GOES_RIGHT_HERE_1", "malformed-token", /placeholder/],
        ["a short placeholder", "yourtoken", "malformed-token", /placeholder/],
        ["a shell variable", "$CLOUDFLARE_API_TOKEN", "malformed-token", /placeholder/],
        ["crosses", "x".repeat(40), "malformed-token", /placeholder/],
        ["half a token", OLD.slice(0, 25), "malformed-token", /has 25 characters/],
        ["two tokens", OLD + TOKEN, "malformed-token", /has \d+ characters/],
        ["a token's ID", "f267e341f3dd4697bd3b9f71dd96247f", "token-id-as-token", /an ID \(32 hexadecimal digits\)/],
        ["the global key", KEY, "global-key-as-token", /global API key/],
        ["the global key of 37 digits", KEY.slice(0, 37), "global-key-as-token"],
        ["the new global key", `cfk_${OLD}a1b2c3d4`, "global-key-as-token"],
        ["an Origin CA key", "v1.0-144cac2c8b2e4f8f1a6-0a1b2c", "origin-ca-key", /certificates/],
    ];
    for (const [name, value, key, words] of tokens) {
        it(`token, ${name}: ${key ?? "good"}`, () => {
            const problem = checkToken(value);
            assert.equal(problem?.key, key);
            if (problem !== undefined) {
                assert.match(problem.cause, words ?? /./);
                assert.ok(problem.remedy.endsWith("."), problem.remedy);
                assert.ok(value.trim().length < 8 || !`${problem.cause}${problem.remedy}`.includes(value.trim()));
            }
        });
    }

    const keys: [string, string, string, string | undefined][] = [
        ["the global key", KEY, "a@example.com", undefined],
        ["the new global key", `cfk_${OLD}a1b2c3d4`, "a@example.com", undefined],
        ["an API token", OLD, "a@example.com", "token-as-auth-key"],
        ["a prefixed API token", TOKEN, "a@example.com", "token-as-auth-key"],
        ["no address", KEY, "", "token-as-auth-key"],
        ["an address that is none", KEY, "somebody", "token-as-auth-key"],
    ];
    for (const [name, key, email, expected] of keys) {
        it(`key, ${name}: ${expected ?? "good"}`, () => assert.equal(checkKey(key, email)?.key, expected));
    }

    it("tells whose a token is", () => {
        assert.deepEqual([TOKEN, TOKEN.replace("cfut", "cfat"), OLD].map(tokenOwner), ["user", "account", "unknown"]);
    });

    it("finds no fault with random characters, whatever words they happen to make", () => {
        const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"];
        const random = fc.string({ unit: fc.constantFrom(...letters), minLength: 40, maxLength: 40 });
        const word = fc.constantFrom("my", "key", "api", "your", "token", "here", "MY", "Key", "todo", "example");
        const one = fc.tuple(random, word, fc.nat(30)).map(([text, w, at]) => {
            const held = `${text.slice(0, at)}-${w}_${text.slice(at)}`.slice(0, 38);
            return `a${held}Z`;
        });
        fc.assert(fc.property(one, (value) => assert.equal(checkToken(value), undefined)));
        fc.assert(fc.property(one, (value) => assert.equal(checkToken(`cfut_${value}`), undefined)));
    });

    it("finds no fault with the local Cloudflare's tokens", async () => {
        const local = await startLocalCloudflare();
        const owned = local.createToken({ owner: { kind: "account", accountId: local.accountId } });
        await local.close();
        assert.deepEqual([local.token, owned.value].map(checkToken), [undefined, undefined]);
        assert.equal(tokenOwner(owned.value), "account");
    });
});
