import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import type { CloudflareError } from "../../components/cloudflare/cloudflareError";
import { CATALOGUE, entryFor } from "../../components/cloudflare/errorCodes";
import { parseResponse } from "../../components/cloudflare/response";
import { refusal } from "./servers";

const root = path.join(__dirname, "../..");
const docs = readFileSync(path.join(root, "docs/errors.md"), "utf8");

describe("cloudflare/errors", () => {
    it("knows every code that is known to come", () => {
        const codes = [
            10000, 1000, 6003, 6111, 6103, 9103, 9106, 9109, 7003, 7000, 1012, 1013, 1014, 1082, 1092, 1094, 1095, 1134,
            1136, 971,
        ];
        assert.deepEqual(
            CATALOGUE.map((e) => e.code),
            codes,
        );
    });

    for (const entry of CATALOGUE) {
        it(`${entry.code} is whole, and stands in docs/errors.md as it is`, () => {
            const causes = entry.causes.map((c) => `\`${c}\``).join(", ");
            assert.ok(docs.includes(`| ${entry.code} | ${entry.statuses.join(", ")} | ${entry.meaning} | ${causes} |`));
            assert.match(entry.meaning, /\.$/);
            assert.match(entry.remedy, /[.}]\.?$/);
            assert.match(entry.page, /^developers\.cloudflare\.com\//);
        });
    }

    it("every key in the code has a row in docs/errors.md, and every row of failures.md is there", () => {
        const folders = ["cloudflare", "diagnosis"].map((name) => path.join(root, "components", name));
        const files = folders.flatMap((folder) =>
            readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name)),
        );
        const text = files
            .filter((file) => file.endsWith(".ts"))
            .map((file) => readFileSync(file, "utf8"))
            .join("\n");
        const inCode = [...text.matchAll(/\bkey: "([a-z-]+)"|problem\(\s*"([a-z-]+)"/g)].map((m) => m[1] ?? m[2]);
        const rows = [...docs.matchAll(/^\| `([a-z-]+)` \|/gm)].map((m) => m[1]);
        assert.ok(inCode.length > 30);
        const wanted = new Set([...inCode, ...CATALOGUE.flatMap((e) => e.causes)]);
        assert.deepEqual(
            [...wanted].filter((key) => !rows.includes(key)),
            [],
        );
        assert.equal(rows.length, 45);
    });

    const chains: [readonly number[], number | undefined][] = [
        [[6003, 6111], 6111],
        [[6003, 6103], 6103],
        [[7003, 7000], 7003],
        [[10000], 10000],
        [[6003], 6003],
        [[4, 1082], 1082],
        [[4], undefined],
        [[], undefined],
    ];
    for (const [codes, expected] of chains) {
        it(`${codes.join(" → ") || "no code"}: told by ${expected}`, () =>
            assert.equal(entryFor(codes)?.code, expected));
    }

    const judged = (status: number, body: unknown): CloudflareError => {
        const answer = {
            url: "https://api.example.com/x",
            status,
            headers: { "cf-ray": "8f12ab-FRA" },
            text: JSON.stringify(body),
        };
        try {
            parseResponse(answer, { operation: "purge in zone example.com (ID)", redact: (text) => text, now: 0 });
        } catch (error) {
            return error as CloudflareError;
        }
        throw new Error("it was accepted");
    };

    it("reads as what, where, what Cloudflare said, what is wrong, what to do", () => {
        const chain = [{ code: 6111, message: "Invalid format for Authorization header" }];
        const error = judged(400, refusal({ code: 6003, message: "Invalid request headers", error_chain: chain }));
        assert.equal(
            error.message,
            "purge in zone example.com (ID): Cloudflare answered 400 (6003 Invalid request headers → 6111 Invalid format for Authorization header). " +
                "The Authorization header is not in a form that Cloudflare accepts. " +
                "Send `Authorization: Bearer <token>` with the bare value: no quotes, spaces or line ends.",
        );
        assert.deepEqual(
            [error.codes, error.status, error.kind, error.ray],
            [[6003, 6111], 400, "authentication", "8f12ab-FRA"],
        );
    });

    it("names the address that may not use the token", () => {
        const error = judged(
            403,
            refusal({ code: 9109, message: "Cannot use the access token from location: 2001:db8::1" }),
        );
        assert.deepEqual([error.key, error.kind], ["address-not-allowed", "permission"]);
        assert.match(error.message, /from the address 2001:db8::1\./);
    });

    it("names Cloudflare's own block page, with the Ray ID that its support asks for", () => {
        const headers = { "content-type": "text/html", server: "cloudflare", "cf-ray": "8f12ab-FRA" };
        assert.throws(
            () =>
                parseResponse(
                    { url: "https://api.cloudflare.com/client/v4/zones", status: 403, headers, text: "<html>" },
                    { operation: "look-up", redact: (text) => text, now: 0 },
                ),
            /look-up: answered with status 403\. Cloudflare blocks .*Ray ID 8f12ab-FRA.*another address/,
        );
    });

    it("says that an answer is empty", () => {
        assert.throws(
            () =>
                parseResponse(
                    { url: "https://api.cloudflare.com/client/v4/zones", status: 200, headers: {}, text: "" },
                    { operation: "look-up", redact: (text) => text, now: 0 },
                ),
            /answered with an empty body/,
        );
    });

    it("a status speaks louder than a code", () => {
        assert.equal(judged(429, refusal({ code: 10000 })).kind, "rate-limit");
        assert.equal(judged(503, refusal({ code: 10000 })).kind, "server");
        assert.equal(judged(401, refusal()).kind, "authentication");
        assert.equal(judged(404, refusal()).kind, "not-found");
    });

    it("keeps an answer of a thousand errors to a line", () => {
        const error = judged(
            400,
            refusal(
                ...Array.from({ length: 1000 }, (_, i) => ({ code: i + 1, message: `m\n\u2028${"x".repeat(5000)}` })),
            ),
        );
        assert.ok(error.message.length < 4000 && !/[\n\u2028]/.test(error.message));
    });

    it("is plain data: a cause in words, and JSON that says everything", () => {
        const error = judged(403, refusal({ code: 10000, message: "Authentication error" }));
        assert.equal(typeof error.cause, "string");
        const { message, codes, remedy } = JSON.parse(JSON.stringify(error));
        assert.deepEqual([message, codes, remedy], [error.message, [10000], error.remedy]);
        assert.ok(!inspect(error).includes("undefined"));
    });

    it("told anew, it keeps what was said", () => {
        const error = judged(403, refusal({ code: 10000, message: "Authentication error" }));
        const better = error.with({ key: "wrong-zone-id", cause: "Cause.", remedy: "Remedy." });
        assert.equal(
            better.message,
            "purge in zone example.com (ID): Cloudflare answered 403 (10000 Authentication error). Cause. Remedy.",
        );
        assert.deepEqual([better.codes, better.kind, better.key], [[10000], "authentication", "wrong-zone-id"]);
    });
});
