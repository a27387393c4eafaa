import assert from "node:assert/strict";
import { credentialFrom } from "../../components/cloudflare/environment";

describe("cloudflare/environment", () => {
    const T = "CLOUDFLARE_API_TOKEN";
    const K = "CLOUDFLARE_API_KEY";
    const E = "CLOUDFLARE_EMAIL";
    const cases: [Record<string, string>, unknown][] = [
        [{}, undefined],
        [{ [T]: "" }, undefined],
        [{ [E]: "a@example.com" }, undefined],
        [{ [T]: "t" }, { credential: { token: "t" }, used: T, ignored: [] }],
        [
            { [K]: "k", [E]: "a@example.com" },
            { credential: { key: "k", email: "a@example.com" }, used: K, ignored: [] },
        ],
        [{ [K]: "k" }, { credential: { key: "k", email: "" }, used: K, ignored: [] }],
        [
            { [T]: "t", [K]: "k", [E]: "a@example.com" },
            { credential: { token: "t" }, used: T, ignored: [K] },
        ],
        [
            { [T]: "", [K]: "k", [E]: "a@example.com" },
            { credential: { key: "k", email: "a@example.com" }, used: K, ignored: [] },
        ],
    ];
    for (const [env, expected] of cases) {
        it(JSON.stringify(env), () => assert.deepEqual(credentialFrom(env), expected));
    }
});
