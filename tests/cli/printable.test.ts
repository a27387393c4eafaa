import { deepStrictEqual, ok, throws } from "node:assert";
import type { ServerResponse } from "node:http";
import fc from "fast-check";
import type { CloudflareError } from "../../components/cloudflare/cloudflareError";
import { parseResponse } from "../../components/cloudflare/response";
import { lookUpFailure } from "../../components/component/zoneWords";
import { problemText } from "../../components/errors/problem";
import { json, refusal, serve, TOKEN } from "../cloudflare/servers";
import { invoke } from "./invoke";

/** What a terminal, or a CI log, takes for a command or does not show. */
const NASTY = ["\u001b[35m", "\u001b]0;x\u0007", "\r", "\n", "\n::error::x", "\n##[error]x", "##vso[task.setvariable]x"]
    .concat(["\u009b31m", "\u0085", "\u202e", "\u2066", "\u200b", "\u2028", "\ufeff", "\u0000", "\ud800"])
    .concat(["\u{e0041}"]);
const nasty = fc
    .array(fc.oneof(fc.constantFrom(...NASTY), fc.constantFrom("ok", "active", " ", "é", "/")), {
        minLength: 1,
        maxLength: 4,
    })
    .map((parts) => parts.join(""));

/** Characters that a terminal does not print, and words that a CI's log takes for a command. */
function unprintable(text: string): string[] {
    const commands = /^\s*::\w|##\[|##vso\[/gm;
    return [
        ...text.replaceAll("\n", "").matchAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu),
        ...text.matchAll(commands),
    ].map(([found]) => JSON.stringify(found));
}

/** What the command itself writes on a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for.
const COLOURS = /\u001b\[(?:0|2|31|32|33)m|\r\u001b\[K/g;

const ID = "023e105f4ecef8ad9ca31a8372d0c353";
const FIELDS = ["id", "name", "status", "account", "accountId", "plan", "token", "tokenStatus", "expires"] as const;
type Field = (typeof FIELDS)[number] | "message" | "type" | "location" | "cache" | "none";

/** An API, and an edge, that answers `text` in one field. */
function answer(field: Field, text: string, refused: boolean, url: string, response: ServerResponse): void {
    const or = (name: Field, usual: string): string => (field === name ? text : usual);
    const header = (value: string): string => value.replace(/[^\t\x20-\x7e\x80-\xff]/g, "");
    const good = (result: unknown) => ({ success: true, errors: [], messages: [], result });
    if (field === "type" || field === "location") {
        const headers = { "content-type": header(or("type", "text/html")), location: header(or("location", "/")) };
        response.writeHead(field === "type" ? 200 : 302, headers).end("<html>");
    } else if (url.includes("/tokens/verify")) {
        const token = { id: or("token", ID), status: or("tokenStatus", "active"), expires_on: or("expires", "2099") };
        json(response, 200, good(token));
    } else if (url.includes("purge_cache")) {
        const said = refusal({ code: 10000, message: or("message", "Authentication error") });
        json(response, refused ? 403 : 200, refused ? said : good({ id: ID }));
    } else if (url.includes("/zones")) {
        const zone = {
            id: or("id", ID),
            name: or("name", "example.com"),
            status: or("status", "active"),
            account: { id: or("accountId", ID), name: or("account", "Ours") },
            plan: { legacy_id: or("plan", "free") },
        };
        json(response, 200, good(refused ? [zone, { ...zone, id: "f".repeat(32) }] : [zone]));
    } else {
        const headers = { "cf-ray": "8f12ab-FRA", "cf-cache-status": header(or("cache", "HIT")) };
        response.writeHead(200, headers).end(url);
    }
}

describe("cli: what others say is printed without control characters", () => {
    const field: fc.Arbitrary<Field> = fc.constantFrom(...FIELDS, "message", "type", "location", "cache");
    const commands = fc.constantFrom(
        ["doctor", "--zone", "example.com"],
        ["doctor", "--zone", ID],
        ["doctor", "--zone", ID, "--deploy"],
        ["doctor", "--url", "https://www.example.com/a"],
        ["purge", "--zone", "example.com", "--url", "https://www.example.com/a"],
        ["purge", "--zone", ID, "--host", "www.example.com"],
    );
    it("whichever field of whichever answer holds them", () =>
        fc.assert(
            fc.asyncProperty(
                nasty,
                field,
                fc.boolean(),
                commands,
                fc.constantFrom("json", "tty", ""),
                async (text, one, bad, argv, how) => {
                    const served = await serve((_, { url = "" }, response) => answer(one, text, bad, url, response));
                    try {
                        const env = { CLOUDFLARE_BASE_URL: served.url, CLOUDFLARE_API_TOKEN: TOKEN };
                        const edge = ["--connect-to", `*=${served.url}`, "--retries", "0"];
                        const line = [...argv, ...edge, ...(how === "json" ? ["--json"] : [])];
                        const { out, err } = await invoke(line, { env, tty: how === "tty" });
                        const all = (out + err).replace(COLOURS, "");
                        ok(all !== "");
                        deepStrictEqual(unprintable(all), [], all);
                    } finally {
                        await served.close();
                    }
                },
            ),
            { numRuns: 300 },
        ));

    it("also where the command does not print it, but pulumi does", () =>
        fc.assert(
            fc.property(nasty, fc.constantFrom(200, 302, 403, 500), (text, status) => {
                const body = JSON.stringify(refusal({ code: 9109, message: `location: ${text}` }));
                const headers = { "content-type": text, location: text, "cf-ray": text };
                const circumstances = { operation: "purge", redact: (words: string) => words, now: 0 };
                for (const answered of [body, text]) {
                    throws(
                        () => parseResponse({ url: "https://a.test", status, headers, text: answered }, circumstances),
                        (error: CloudflareError) => {
                            deepStrictEqual(unprintable([error.message, JSON.stringify(error.said)].join("\n")), []);
                            return true;
                        },
                    );
                }
                const problem = lookUpFailure("The zone", "example.com", new Error(`403 ${text}`));
                deepStrictEqual(unprintable(problemText(problem)), []);
            }),
        ));

    it("and what was typed, or stands in a file, as well", async () => {
        for (const argv of [
            ["purge", "--zone", "a\u202eb\u001b[31m", "--url", "https://www.example.com/"],
            ["purge", "--zone", "example.com", "--url", "\u009b31m/a"],
            ["doctor", "--zone", "example.com", "--url", "\u202e"],
            ["doctor", "--curl", "-"],
        ]) {
            const stdin = "curl 'https://\u009b31m/a\u202e'";
            const { out, err } = await invoke(argv, { env: { CLOUDFLARE_API_TOKEN: TOKEN }, stdin });
            deepStrictEqual(unprintable(out + err), [], out + err);
        }
    });
});
