import * as assert from "node:assert/strict";
import type { LocalCloudflare } from "../../../local/cloudflare";
import { memorySite, startLocalCloudflare } from "../../../local/cloudflare";

interface View {
    readonly copies: readonly { readonly url: string; readonly state: string }[];
    readonly purges: readonly { readonly what: string; readonly accepted: boolean }[];
    readonly tokens: readonly { readonly name: string; readonly may: string; readonly on: string }[];
    readonly urlsPerSecond: number;
}

describe("the page to look at", () => {
    const files = new Map([["/app.js", "a"]]);
    let local: LocalCloudflare;
    before(async () => {
        local = await startLocalCloudflare({ origin: { site: memorySite(files) } });
    });
    after(() => local.close());

    const events = (token: string, signal?: AbortSignal) =>
        fetch(`${local.adminBaseUrl}/events`, {
            headers: { authorization: `Bearer ${token}` },
            ...(signal === undefined ? {} : { signal }),
        });

    it("holds no data and no token; its events want the token", async () => {
        const answer = await fetch(`${local.adminBaseUrl}/`);
        const text = await answer.text();
        assert.equal(answer.headers.get("content-type"), "text/html; charset=utf-8");
        assert.match(answer.headers.get("content-security-policy") ?? "", /default-src 'none'/);
        assert.equal(text.includes(local.adminToken), false);
        assert.equal((await events("wrong")).status, 401);
        assert.equal(
            (await fetch(`${local.adminBaseUrl}/`, { headers: { origin: "https://example.org" } })).status,
            403,
        );
    });

    it("an event for each change: a copy is kept, is stale when the origin has other bytes, and is purged", async () => {
        const stop = new AbortController();
        const answer = await events(local.adminToken, stop.signal);
        const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
        let text = "";
        /** Reads on until an event shows it. */
        const until = async (isShown: (view: View) => boolean): Promise<View> => {
            for (;;) {
                const parts = text.split("\n\n");
                text = parts.pop() ?? "";
                const found = parts.map((event) => JSON.parse(event.replace("data: ", "")) as View).find(isShown);
                if (found !== undefined) {
                    return found;
                }
                const { value, done } = await reader.read();
                assert.equal(done, false);
                text += value;
            }
        };
        await until(({ copies }) => copies.length === 0);
        await local.visit("https://www.example.com/app.js");
        await until(({ copies }) => copies.some(({ url, state }) => url.includes("/app.js") && state === "fresh"));
        const requests = local.origin.requests.length;
        files.set("/app.js", "b");
        const { copies: old } = await until(({ copies }) => copies.every(({ state }) => state === "stale"));
        assert.equal(old.length, 2);
        assert.equal(local.origin.requests.length, requests);
        const { value } = local.createToken({ name: "a purge token" });
        await fetch(`${local.apiBaseUrl}/zones/${local.zone.id}/purge_cache`, {
            method: "POST",
            headers: { authorization: `Bearer ${value}` },
            body: JSON.stringify({ files: ["https://www.example.com/app.js", "https://www.example.com/b.js"] }),
        });
        const { purges, tokens } = await until(({ copies }) => copies.length === 0);
        assert.deepEqual(
            purges.map(({ what, accepted }) => [what, accepted]),
            [["https://www.example.com/app.js and 1 more", true]],
        );
        const token = tokens.find(({ name }) => name === "a purge token");
        assert.deepEqual([token?.may, token?.on], ["Cache Purge", "example.com"]);
        assert.equal(JSON.stringify(tokens).includes(value), false);
        const bootstrap = tokens.find(({ may }) => may.includes("API Tokens Write"));
        assert.deepEqual(bootstrap?.on.split(", ").sort(), ["all accounts", "all zones", "the user"]);
        stop.abort();
    });
});
