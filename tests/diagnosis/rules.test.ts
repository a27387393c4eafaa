import assert from "node:assert/strict";
import type { ErrorDetails } from "../../components/cloudflare/cloudflareError";
import { CloudflareError } from "../../components/cloudflare/cloudflareError";
import { entryFor } from "../../components/cloudflare/errorCodes";
import { zoneOf } from "../../components/cloudflare/zone";
import { WORDS } from "../../components/component/zoneWords";
import type { Facts } from "../../components/diagnosis/probes";
import { firstFit } from "../../components/diagnosis/probes";
import { RULES } from "../../components/diagnosis/rules";
import { ambiguousZone, checkUrl, noZone } from "../../components/diagnosis/zoneProblems";
import type { Problem } from "../../components/errors/problem";
import { problemText } from "../../components/errors/problem";

const ID = "023e105f4ecef8ad9ca31a8372d0c353";
const ACCOUNT = "01a7362d577a6c3019a474fd6f485823";
const NOW = Date.UTC(2026, 5, 1);
const token = { id: "f".repeat(32), status: "active" };

function refused(codes: readonly number[], more: Partial<ErrorDetails> = {}): CloudflareError {
    const entry = entryFor(codes);
    const only = entry?.causes.length === 1 ? { key: entry.causes[0] as string } : {};
    return new CloudflareError({
        operation: "purge in zone example.com",
        kind: entry?.kind ?? "request",
        said: codes.map((code) => ({ code, message: "" })),
        cause: entry?.meaning ?? "cause.",
        remedy: entry?.remedy ?? "remedy.",
        ...only,
        ...more,
    });
}

type Given = Facts & { readonly refusal: CloudflareError };

function facts(more: Partial<Given> = {}): Given {
    return {
        refusal: refused([10000]),
        credential: { scheme: "token", owner: "user", ignored: [] },
        zone: zoneOf({ id: ID, name: "example.com" }),
        now: NOW,
        ...more,
    };
}

const diagnosed = ({ refusal, ...rest }: Given) => firstFit(RULES, rest, refusal);

const said = (message: string, code = 1): Partial<ErrorDetails> => ({ said: [{ code, message }] });
const account = { scheme: "token", owner: "account", ignored: [] } as const;

/** Rows of failures.md that are told from facts alone; the others are made at the local Cloudflare (diagnosis.test.ts). */
const rows: [string, string | undefined, Given, RegExp?][] = [
    ["2 a header without its scheme", "missing-bearer", facts({ refusal: refused([6003, 6111]) }), /Bearer/],
    [
        "6 the key is used, and a token is set too",
        "several-credentials",
        facts({
            credential: { scheme: "key", owner: "user", ignored: ["CLOUDFLARE_API_TOKEN"] },
            harmless: { refusal: refused([10000]) },
        }),
        /CLOUDFLARE_API_TOKEN is not/,
    ],
    [
        "6 a token that nobody knows is used, and a key is set too",
        "several-credentials",
        facts({
            credential: { scheme: "token", owner: "user", ignored: ["CLOUDFLARE_API_KEY"] },
            user: { refusal: refused([1000]) },
        }),
        /API token is used.*CLOUDFLARE_API_KEY is not/,
    ],
    ["8 files as text", "files-not-array", facts({ refusal: refused([1014]) }), /array/],
    [
        "9 a path in the request",
        "path-not-url",
        facts({ refusal: refused([1082]), items: ["https://example.com/", "/testing/test"] }),
        /"\/testing\/test"/,
    ],
    [
        "9 a path that Cloudflare quotes",
        "path-not-url",
        facts({ refusal: refused([1082], said("Unable to purge /testing/test: it must be a URL", 1082)) }),
    ],
    [
        "10 a URL of another zone",
        "url-outside-zone",
        facts({ refusal: refused([1082]), items: ["https://example.org/"] }),
        /example\.org/,
    ],
    ["10 nothing more is known", "url-outside-zone", facts({ refusal: refused([1082]) })],
    [
        "11 an answer that blames the plan",
        "prefix-plan-myth",
        facts({ refusal: refused([99], said("Only available to Enterprise zones")) }),
        /Every plan purges/,
    ],
    [
        "17 an account's token at the user",
        "account-token-wrong-verify",
        facts({
            credential: account,
            refusal: refused([1000], { operation: "verification of the token" }),
            zone: zoneOf({ id: ID, accountId: ACCOUNT }),
        }),
        /belongs to an account/,
    ],
    [
        "17 an older token that verifies at the account",
        "account-token-wrong-verify",
        facts({
            credential: { ...account, owner: "unknown" },
            refusal: refused([1000], { operation: "verification of the token" }),
            account: { value: token },
        }),
    ],
    [
        "18 the token may not be made",
        "cannot-create-tokens",
        facts({ refusal: refused([9109], { operation: "creation of the token" }) }),
        /may not make tokens/,
    ],
    [
        "18 permission groups may not be read",
        "cannot-create-tokens",
        facts({ refusal: refused([10000], { operation: "list of permission groups for tokens" }) }),
    ],
    ["19 too many items", "too-many-items", facts({ refusal: refused([1094]) })],
    ["20 too many requests", "rate-limited", facts({ refusal: refused([1134]) })],
    ["20 the general limit", "rate-limited", facts({ refusal: refused([971]) })],
    ["24 an HTML page", "not-the-api", facts({ refusal: refused([], { key: "not-the-api", kind: "not-the-api" }) })],
    [
        "a clock that is off by a day",
        "clock",
        facts({ user: { value: { ...token, notBefore: "2026-06-01T12:00:00Z" } }, serverTime: NOW + 86_400_000 }),
        /24\.0 h behind/,
    ],
    [
        "a clock that is off, and no date is asked for",
        "token-not-active",
        facts({ user: { value: { ...token, status: "disabled" } }, serverTime: NOW + 86_400_000 }),
    ],
    ["nothing known but the code", undefined, facts()],
    ["the network is down", undefined, facts({ refusal: refused([], { kind: "network" }) })],
];

describe("cloudflare/diagnosis rules", () => {
    for (const [name, key, given, words] of rows) {
        it(`${name}: ${key ?? "no verdict"}`, () => {
            const finding = diagnosed(given);
            assert.equal(finding?.key, key, finding?.cause);
            if (finding !== undefined) {
                assert.match(`${finding.cause} ${finding.remedy}`, words ?? /./);
                assert.ok(finding.remedy.length > 0);
            }
        });
    }

    it("does not blame the token when Cloudflare could not be asked", () => {
        const down = { refusal: refused([], { kind: "network" }) };
        assert.equal(diagnosed(facts({ user: down })), undefined);
    });

    const zone = (id: string, accountId: string, status = "active") =>
        zoneOf({ id, name: "example.com", status, accountId, plan: "free" });
    const lookups: [string, Problem, string, RegExp][] = [
        ["13 none", noZone("example.com", WORDS), "cannot-read-zone", /lacks Zone → Read/],
        [
            "13 a host of a zone",
            noZone("www.example.com", WORDS, undefined, zone("1".repeat(32), "a")),
            "cannot-read-zone",
            /a host in the zone example\.com\. Write zone: "example\.com"/,
        ],
        [
            "14 two",
            ambiguousZone([zone("1".repeat(32), "a"), zone("2".repeat(32), "b")], WORDS),
            "ambiguous-zone",
            /2 zones are named "example\.com": account a: zone 1+, active; account b/,
        ],
        [
            "14 one of two is pending",
            ambiguousZone([zone("1".repeat(32), "a", "pending"), zone("2".repeat(32), "b")], WORDS),
            "ambiguous-zone",
            /one of:\s+zone: \{ name: "example\.com", accountId: "b"/,
        ],
    ];
    for (const [name, problem, key, words] of lookups) {
        it(`look-up: ${name}: ${key}`, () => {
            assert.equal(problem.key, key);
            assert.match(problemText(problem), words);
        });
    }

    const urls: [string, string | undefined, string | undefined][] = [
        ["https://example.com/", "example.com", undefined],
        ["https://WWW.Example.COM/a", "example.com", undefined],
        ["http://a.b.example.com/", "Example.com", undefined],
        ["https://example.org/", undefined, undefined],
        ["https://example.org/", "example.com", "url-outside-zone"],
        ["https://notexample.com/", "example.com", "url-outside-zone"],
        ["https://example.com.evil.org/", "example.com", "url-outside-zone"],
        ["/testing/test", "example.com", "path-not-url"],
        ["testing", "example.com", "path-not-url"],
        ["www.example.com/testing", "example.com", "path-not-url"],
        ["https:/example.com/", "example.com", "path-not-url"],
        ["ftp://example.com/", "example.com", "path-not-url"],
        ["", "example.com", "path-not-url"],
    ];
    for (const [url, name, key] of urls) {
        it(`URL ${JSON.stringify(url)} in ${name}: ${key ?? "good"}`, () =>
            assert.equal(checkUrl(url, name)?.key, key));
    }
});
