import assert from "node:assert/strict";
import { CloudflareClient, waitUntilActive } from "../../components/cloudflare/client";
import type { LocalCloudflare } from "../../local/cloudflare";
import { MovingClock, startLocalCloudflare } from "../../local/cloudflare";
import { errorOf, json, refusal, serve, TOKEN } from "./servers";

describe("cloudflare/waitUntilActive", () => {
    const active = {
        success: true,
        errors: [],
        messages: [{ code: 10000, message: "This API Token is valid and active" }],
        result: { id: "a".repeat(32), status: "active" },
    };
    const unknown = refusal({ code: 1000, message: "Invalid API Token" });

    async function wait(
        answers: readonly { status: number; body: unknown }[],
        options: { timeout?: number; signal?: AbortSignal; auto?: boolean } = {},
    ) {
        const served = await serve((n, _, response) => {
            const { status, body } = answers[Math.min(n, answers.length - 1)] as { status: number; body: unknown };
            json(response, status, body);
        });
        const clock = new MovingClock(Date.UTC(2026, 5, 1), { auto: options.auto ?? true });
        const client = new CloudflareClient({ credential: { token: TOKEN }, baseUrl: served.url, retries: 0, clock });
        const start = clock.now();
        const outcome = waitUntilActive(client, { clock, random: () => 1, ...options });
        return { outcome, served, seconds: () => (clock.now() - start) / 1000 };
    }

    it("comes back at once for a token that is active", async () => {
        const { outcome, served, seconds } = await wait([{ status: 200, body: active }]);
        assert.equal((await outcome).status, "active");
        await served.close();
        assert.deepEqual([served.requests.length, seconds()], [1, 0]);
    });

    it("waits longer and longer for a token that is not known yet", async () => {
        const { outcome, served, seconds } = await wait([
            ...Array(6).fill({ status: 401, body: unknown }),
            { status: 200, body: active },
        ]);
        await outcome;
        await served.close();
        assert.deepEqual([served.requests.length, seconds()], [7, 0.25 + 0.5 + 1 + 2 + 4 + 4]);
    });

    it("gives up in time, with Cloudflare's last words", async () => {
        const { outcome, served, seconds } = await wait([{ status: 401, body: unknown }], { timeout: 10 });
        const error = await errorOf(outcome);
        await served.close();
        assert.deepEqual([error.kind, error.codes], ["authentication", [1000]]);
        assert.ok(seconds() <= 10);
    });

    const hopeless: [string, object, RegExp][] = [
        ["disabled", { status: "disabled" }, /is disabled/],
        ["expired", { status: "expired", expires_on: "2026-05-01T00:00:00Z" }, /is expired since 2026-05-01/],
        ["not valid yet", { not_before: "2026-07-01T00:00:00Z" }, /not valid before 2026-07-01/],
        ["past its date", { expires_on: "2026-05-31T23:59:59Z" }, /expired on 2026-05-31/],
    ];
    for (const [name, fields, words] of hopeless) {
        it(`does not wait for a token that is ${name}`, async () => {
            const { outcome, served } = await wait([
                { status: 200, body: { ...active, result: { ...active.result, ...fields } } },
            ]);
            const error = await errorOf(outcome);
            await served.close();
            assert.deepEqual([error.key, served.requests.length], ["token-not-active", 1]);
            assert.match(error.message, words);
        });
    }

    it("does not wait when something else is wrong", async () => {
        const { outcome, served } = await wait([
            {
                status: 403,
                body: refusal({ code: 9109, message: "Cannot use the access token from location: 192.0.2.7" }),
            },
        ]);
        const error = await errorOf(outcome);
        await served.close();
        assert.deepEqual([error.key, served.requests.length], ["address-not-allowed", 1]);
        assert.match(error.message, /192\.0\.2\.7/);
    });

    it("stops when it is aborted", async () => {
        const stop = new AbortController();
        const { outcome, served } = await wait([{ status: 401, body: unknown }], { signal: stop.signal, auto: false });
        setImmediate(() => stop.abort());
        assert.equal((await errorOf(outcome)).kind, "aborted");
        await served.close();
    });

    it("a token of the local Cloudflare that works after two seconds", async () => {
        const clock = new MovingClock(undefined, { auto: true });
        const local: LocalCloudflare = await startLocalCloudflare({ clock, tokenDelay: 2000 });
        const { value } = local.createToken();
        const client = new CloudflareClient({ credential: { token: value }, baseUrl: local.apiBaseUrl, clock });
        const start = clock.now();
        await waitUntilActive(client, { clock });
        await local.close();
        assert.ok(clock.now() - start >= 2000);
    });
});
