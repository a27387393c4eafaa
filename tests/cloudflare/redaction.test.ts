import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import { CloudflareClient } from "../../components/cloudflare/client";
import { CloudflareError, noAnswer } from "../../components/cloudflare/cloudflareError";
import type { Credential } from "../../components/cloudflare/credential";
import { checkKey, checkToken } from "../../components/cloudflare/credential";
import { redactor } from "../../components/cloudflare/redact";
import type { ApiResponse } from "../../components/cloudflare/response";
import { parseResponse } from "../../components/cloudflare/response";
import { zoneOf } from "../../components/cloudflare/zone";
import { diagnose } from "../../components/diagnosis/diagnose";
import type { Served } from "./servers";
import { errorOf, json, serve, TOKEN } from "./servers";

const ALPHABET = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"];
const body = fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 40, maxLength: 40 });
const token = fc.oneof(
    body,
    body.map((b) => `cfut_${b}`),
    body.map((b) => `cfat_${b}`),
    body.map((b) => `cfk_${b}`),
    body.map((b) => `v1.0-${b}`),
    fc.string({ minLength: 12, maxLength: 60 }).filter((s) => s.trim().length >= 12),
    fc.string({ unit: "binary", minLength: 12, maxLength: 40 }).filter((s) => s.trim().length >= 12),
);

/** Everything that a log, a state file or a person may see of an error. */
function traces(error: unknown): string {
    const { stack, message } = error as Error;
    return [
        stack,
        message,
        String(error),
        JSON.stringify(error),
        inspect(error, { depth: 20, showHidden: true }),
        JSON.stringify(Object.getOwnPropertyDescriptors(error)),
    ].join("\n");
}

/** Ways in which somebody may echo a token. */
const echoes: ((token: string) => string)[] = [
    (t) => t,
    (t) => `Invalid token ${t}!`,
    (t) => `Authorization: Bearer ${t}`,
    (t) => `headers: {"authorization":"Bearer ${t}","x-auth-key":"${t}"}`,
    (t) => `https://api.example.com/?token=${encodeURIComponent(Buffer.from(t).toString())}`,
    (t) => `${t}${t}`,
    (t) => `x${"y".repeat(280)}${t}`,
];

/** Where in an answer. */
const answers: ((text: string) => Pick<ApiResponse, "status" | "headers" | "text">)[] = [
    (text) => ({
        status: 403,
        headers: {},
        text: JSON.stringify({ success: false, errors: [{ code: 10000, message: text }] }),
    }),
    (text) => ({
        status: 400,
        headers: {},
        text: JSON.stringify({
            success: false,
            errors: [{ code: 6003, message: "x", error_chain: [{ code: 6111, message: text }] }],
        }),
    }),
    (text) => ({
        status: 403,
        headers: {},
        text: JSON.stringify({
            success: false,
            errors: [{ code: 9109, message: `Cannot use the access token from location: ${text}` }],
        }),
    }),
    (text) => ({ status: 302, headers: { location: text, "content-type": text, "cf-ray": text }, text: "" }),
    (text) => ({ status: 500, headers: { "content-type": "text/html", "cf-ray": text, "retry-after": text }, text }),
    (text) => ({ status: 429, headers: { "retry-after": text }, text }),
    (text) => ({ status: 200, headers: { "content-type": text }, text: `<html>${text}` }),
];

describe("cloudflare: no secret in any error", () => {
    it("whatever an answer echoes, and wherever", () =>
        fc.assert(
            fc.property(token, fc.constantFrom(...echoes), fc.constantFrom(...answers), (secret, echo, answer) => {
                const redact = redactor({ token: secret });
                const given = { url: "https://api.example.com/client/v4/zones", ...answer(echo(secret)) };
                let error: unknown;
                try {
                    parseResponse(given, { operation: "purge", redact, now: 0 });
                } catch (thrown) {
                    error = thrown;
                }
                assert.ok(error instanceof CloudflareError);
                assertAbsent(error, secret);
            }),
            { numRuns: 2000 },
        ));

    it("whatever is wrong with a token or a key", () =>
        fc.assert(
            fc.property(token, (secret) => {
                for (const problem of [checkToken(secret), checkKey(secret, "a@example.com")]) {
                    assert.ok(
                        problem === undefined || !JSON.stringify(problem).includes(JSON.stringify(secret).slice(1, -1)),
                    );
                }
            }),
            { numRuns: 1000 },
        ));

    it("whatever a library's error carries", () =>
        fc.assert(
            fc.property(token, (secret) => {
                const config = { headers: { Authorization: `Bearer ${secret}` } };
                const axiosError = Object.assign(new Error(`failed with ${secret}`), {
                    isAxiosError: true,
                    code: "ERR_NETWORK",
                    config,
                });
                for (const error of [
                    CloudflareError.from(axiosError, "purge"),
                    CloudflareError.from(
                        new Error(`Authorization: Bearer ${secret.replace(/[\s"',;]/g, "x")}`),
                        "purge",
                    ),
                    noAnswer("ERR_NETWORK", "https://api.example.com", "purge", 30),
                ]) {
                    assertAbsent(error, secret);
                }
            }),
            { numRuns: 500 },
        ));

    describe("over HTTP", () => {
        let served: Served;
        const credentials: [string, Credential, string[]][] = [
            ["token", { token: TOKEN }, [TOKEN]],
            [
                "key",
                { key: "c2547eb745079dac9320b638f5e225cf483cc", email: "owner@example.com" },
                ["c2547eb745079dac9320b638f5e225cf483cc", "owner@example.com"],
            ],
        ];
        const faults: [string, (response: import("node:http").ServerResponse, echo: string) => void][] = [
            [
                "refused, with all headers echoed",
                (r, echo) => json(r, 403, { success: false, errors: [{ code: 10000, message: echo }] }),
            ],
            [
                "an HTML page with all headers echoed",
                (r, echo) => r.writeHead(200, { "content-type": "text/html" }).end(echo),
            ],
            [
                "a redirect with all headers echoed",
                (r, echo) => r.writeHead(302, { location: encodeURI(`https://x.example/?${echo}`) }).end(),
            ],
            [
                "5xx with all headers echoed",
                (r, echo) => json(r, 500, { success: false, errors: [{ code: 1, message: echo }] }),
            ],
            ["reset", (r) => r.socket?.resetAndDestroy()],
            [
                "cut off",
                (r) => {
                    r.writeHead(200, { "content-length": "9" }).write("{");
                    setImmediate(() => r.destroy());
                },
            ],
        ];
        afterEach(() => served.close());
        for (const [scheme, credential, secrets] of credentials) {
            for (const [name, fault] of faults) {
                it(`${scheme}: ${name}`, async () => {
                    served = await serve((_, request, response) => fault(response, JSON.stringify(request.headers)));
                    const client = new CloudflareClient({ credential, baseUrl: served.url, retries: 0 });
                    const error = await errorOf(client.purge({ id: "0".repeat(32) }, { tags: ["a"] }, "purge"));
                    const zone = zoneOf({ id: "0".repeat(32) });
                    const diagnosis = await diagnose(error, { client, credential, zone });
                    for (const secret of secrets) {
                        assertAbsent(error, secret);
                        assertAbsent(diagnosis.error, secret);
                        assert.ok(!inspect(diagnosis, { depth: 20 }).includes(secret));
                        assert.ok(!inspect(client, { depth: 20, showHidden: true }).includes(secret));
                    }
                });
            }
        }
    });

    const spellings: [string, (t: string) => string][] = [
        ["its first 39 characters", (t) => t.slice(0, 39)],
        ["its last 39 characters", (t) => t.slice(-39)],
        ["twelve characters of its middle", (t) => t.slice(20, 32)],
        ["base64", (t) => Buffer.from(t).toString("base64")],
        ["base64 of the header", (t) => Buffer.from(`Authorization: Bearer ${t}`).toString("base64")],
        ["base64 of Bearer and it", (t) => Buffer.from(`Bearer ${t}`).toString("base64")],
        ["base64url", (t) => Buffer.from(`>>>???${t}`).toString("base64url")],
        ["base64 of half of it, in a word", (t) => `id=x${Buffer.from(t.slice(0, 24)).toString("base64")}`],
        ["base64 of half of it, behind two letters", (t) => `id=xy${Buffer.from(t.slice(0, 24)).toString("base64")}`],
        ["base64 of half of it, behind three", (t) => `id=xyz${Buffer.from(t.slice(0, 24)).toString("base64")}`],
        ["hex", (t) => Buffer.from(t).toString("hex")],
        ["hex in capitals, after a digit", (t) => `0x7${Buffer.from(t).toString("hex").toUpperCase()}`],
        ["percent-encoded", (t) => [...Buffer.from(t)].map((b) => `%${b.toString(16)}`).join("")],
        ["every other character percent-encoded", (t) => t.replace(/(.)(.)/gs, (_, a, b) => `%${hex(a)}${b}`)],
        ["percent-encoded twice", (t) => [...Buffer.from(t)].map((b) => `%25${b.toString(16)}`).join("")],
        ["escaped as in JSON", (t) => [...t].map((c) => `\\u00${hex(c)}`).join("")],
        ["with zero-width characters", (t) => [...t].join("\u200b")],
        ["with soft hyphens and a mark", (t) => `\ufeff${[...t].join("\u00ad")}`],
        ["percent-encoded base64", (t) => encodeURIComponent(Buffer.from(`Bearer ${t}=`).toString("base64"))],
        ["backwards", (t) => [...t].reverse().join("")],
        ["in capitals", (t) => t.toUpperCase()],
        ["in wide letters", (t) => t.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))],
        ["with spaces between", (t) => [...t].join(" ")],
        ["with zeros between, as UTF-16 has them", (t) => [...t].join("\0")],
        ["with variation selectors between", (t) => [...t].join("\ufe0f")],
        ["in groups of eight", (t) => t.replace(/(.{8})(?=.)/gs, "$1-")],
        ["base64 of UTF-16", (t) => Buffer.from(t, "utf16le").toString("base64")],
        [
            "base64 in lines of 20",
            (t) =>
                Buffer.from(t)
                    .toString("base64")
                    .replace(/(.{20})/g, "$1\n"),
        ],
        ["hex with colons", (t) => [...t].map(hex).join(":")],
        ["hex as a program has it", (t) => [...t].map((c) => `0x${hex(c)}`).join(", ")],
        ["escaped as in JavaScript", (t) => [...t].map((c) => `\\x${hex(c)}`).join("")],
        ["escaped with braces", (t) => [...t].map((c) => `\\u{${hex(c)}}`).join("")],
        ["escaped as in HTML", (t) => [...t].map((c) => `&#x${hex(c)};`).join("")],
        ["escaped as in HTML, decimal", (t) => [...t].map((c) => `&#${c.charCodeAt(0)};`).join("")],
        ["escaped as in C", (t) => [...t].map((c) => `\\${c.charCodeAt(0).toString(8)}`).join("")],
        ["as in mail", (t) => [...t].map((c) => `=${hex(c).toUpperCase()}`).join("")],
        ["as numbers", (t) => JSON.stringify([...Buffer.from(t)]).slice(1, -1)],
    ];
    const hex = (c: string): string => c.charCodeAt(0).toString(16).padStart(2, "0");
    for (const [name, spell] of spellings) {
        it(`takes a token out, also as: ${name}`, () =>
            fc.assert(
                fc.property(body, fc.constantFrom("", "cfut_", "cfat_", "cfoat_"), (random, prefix) => {
                    const secret = prefix + random;
                    const spelt = spell(secret);
                    const clean = redactor({ token: secret })(`said: ${spelt} (end)`);
                    assert.ok(spelt === "" || !clean.includes(spelt), clean);
                    assert.ok(clean.startsWith("said: ") && clean.endsWith(" (end)"), clean);
                    const bare = clean.replace(/[\u200b\u00ad\ufeff]/g, "");
                    for (let i = 0; i + 12 <= secret.length; i++) {
                        assert.ok(!bare.includes(secret.slice(i, i + 12)), clean);
                    }
                }),
                { numRuns: 100 },
            ));
    }

    it("takes an email address out that is too short to be known by a part of it", () => {
        const email = "me@a.io";
        const redact = redactor({ key: "c2547eb745079dac9320b638f5e225cf483cc", email });
        for (const spelt of [email, encodeURIComponent(email), Buffer.from(email).toString("base64")]) {
            assert.equal(redact(`said: ${spelt} (end)`), "said: [redacted] (end)");
        }
    });

    it("a zone ID that was given as the token can still be named in part", () => {
        const id = "023e105f4ecef8ad9ca31a8372d0c353";
        const redact = redactor({ token: id });
        assert.equal(redact(`zone ${id.slice(0, 20)}`), `zone ${id.slice(0, 20)}`);
        assert.ok(!redact(`zone ${id}`).includes(id));
    });

    it("keeps what is no secret", () => {
        const redact = redactor({ token: TOKEN });
        const text =
            'Unable to purge https://www.example.com/a?b=c: "files" must be within the zone 023e105f4ecef8ad9ca31a8372d0c353';
        assert.equal(redact(text), text);
    });
});

function assertAbsent(error: unknown, secret: string): void {
    const all = traces(error);
    for (const spelling of new Set([secret, secret.trim(), JSON.stringify(secret).slice(1, -1)])) {
        assert.ok(!all.includes(spelling), `found ${spelling} in ${all}`);
    }
}
