import assert from "node:assert/strict";
import type http from "node:http";
import { CloudflareClient } from "../../components/cloudflare/client";
import type { ErrorKind } from "../../components/cloudflare/cloudflareError";
import type { RetryEvent } from "../../components/cloudflare/retry";
import { MovingClock } from "../../local/cloudflare";
import type { Served } from "./servers";
import { ACCEPTED, errorOf, json, refusal, serve, TOKEN, ZONE } from "./servers";

type Fault = (response: http.ServerResponse, request: http.IncomingMessage) => void;

const html: Fault = (response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end("<html><body>Welcome to the guest network</body></html>");
};
const status =
    (code: number, body: unknown = refusal({ code }), headers: Record<string, string> = {}): Fault =>
    (response) =>
        json(response, code, body, headers);
const cut: Fault = (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
    response.write('{"success": true, "resu');
    setImmediate(() => response.destroy());
};
const halfBody: Fault = (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"success": true, "resu');
};
const reset: Fault = (_, request) => {
    request.socket.resetAndDestroy();
};

describe("cloudflare/client under faults", () => {
    let served: Served;
    afterEach(() => served.close());

    async function clientFor(
        faults: readonly Fault[],
        options: { retries?: number; timeout?: number; signal?: AbortSignal; tokenSettles?: number } = {},
    ) {
        served = await serve((n, request, response) => {
            const fault = faults[n];
            if (fault === undefined) {
                json(response, 200, ACCEPTED);
            } else {
                fault(response, request);
            }
        });
        const clock = new MovingClock(Date.UTC(2026, 0, 1), { auto: true });
        const events: RetryEvent[] = [];
        const client = new CloudflareClient({
            credential: { token: TOKEN },
            baseUrl: served.url,
            clock,
            random: () => 0.5,
            onRetry: (event) => events.push(event),
            ...options,
        });
        return { client, clock, events };
    }

    const passing: [string, Fault][] = [
        ["500", status(500)],
        [
            "502 of a proxy, in HTML",
            (response) => response.writeHead(502, { "content-type": "text/html" }).end("<html>"),
        ],
        ["503 with Retry-After", status(503, {}, { "retry-after": "3" })],
        ["429", status(429, refusal({ code: 1134 }), { "retry-after": "7" })],
        ["429 without Retry-After", status(429, refusal({ code: 971 }))],
        ["a connection that is reset", reset],
        ["an answer that is cut off on the wire", cut],
        ["an answer that is cut off in its body", halfBody],
    ];
    for (const [name, fault] of passing) {
        it(`tries again after ${name}, and says so`, async () => {
            const { client, events } = await clientFor([fault, fault]);
            assert.equal((await client.purge(ZONE, { tags: ["a"] }, "purge")).id, ACCEPTED.result.id);
            assert.equal(served.requests.length, 3);
            assert.deepEqual(
                events.map((e) => e.attempt),
                [1, 2],
            );
            assert.equal(new Set(served.requests.map((r) => r.body)).size, 1, "the same body each time");
            assert.ok(served.requests.every((r) => r.headers.authorization === `Bearer ${TOKEN}`));
        });
    }

    const waits: [string, Fault, number][] = [
        ["Retry-After: 7 asks for 7 s, and jitter of half a second", status(429, {}, { "retry-after": "7" }), 7.5],
        ["Retry-After as a date", status(429, {}, { "retry-after": "Thu, 01 Jan 2026 00:01:00 GMT" }), 60.5],
        ["Retry-After in the past", status(429, {}, { "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }), 0.5],
        ["Retry-After that makes no sense", status(503, {}, { "retry-after": "soon" }), 0.5],
        ["five minutes, as the general limit asks", status(429, {}, { "retry-after": "300" }), 300.5],
    ];
    for (const [name, fault, seconds] of waits) {
        it(`waits: ${name}`, async () => {
            const { client, clock, events } = await clientFor([fault]);
            const start = clock.now();
            await client.purge(ZONE, { tags: ["a"] }, "purge");
            assert.equal(events[0]?.delay, seconds * 1000);
            assert.equal(clock.now() - start, seconds * 1000);
        });
    }

    it("doubles its own waits, with full jitter, up to 30 s", async () => {
        const { client, events } = await clientFor(
            Array.from({ length: 8 }, () => status(500)),
            { retries: 8 },
        );
        await client.purge(ZONE, { tags: ["a"] }, "purge");
        assert.deepEqual(
            events.map((e) => e.delay),
            [500, 1000, 2000, 4000, 8000, 15000, 15000, 15000],
        );
    });

    const hour = { "retry-after": "3600" };
    for (const [title, limited] of [
        ["a known code", status(429, refusal({ code: 971 }), hour)],
        ["a code that nobody knows", status(429, refusal({ code: 99999 }), hour)],
        ["a page", (response) => response.writeHead(429, hour).end("slow down")],
    ] as [string, Fault][]) {
        it(`does not wait for an hour, and says how long it is: ${title}`, async () => {
            const { client } = await clientFor([limited]);
            const error = await errorOf(client.purge(ZONE, { tags: ["a"] }, "purge"));
            assert.deepEqual([error.kind, error.retryAfter, served.requests.length], ["rate-limit", 3600, 1]);
            assert.equal(error.remedy, "Wait 60 min, as Cloudflare asks, then run it again, one run at a time.");
        });
    }

    const final: [string, Fault, ErrorKind, string, number][] = [
        ["500 for good", status(500), "server", "server-error", 6],
        ["429 for good", status(429, refusal({ code: 1134 })), "rate-limit", "rate-limited", 6],
        ["403", status(403, refusal({ code: 10000 })), "authentication", "unknown", 1],
        ["400 with a code that nobody knows", status(400, refusal({ code: 99999 })), "request", "unknown", 1],
        ["success: false with 200", status(200, refusal({ code: 1082 })), "request", "unknown", 1],
        ["success: false with 200 and no errors", status(200, { success: false }), "request", "unknown", 1],
        ["HTML with 200", html, "not-the-api", "not-the-api", 1],
        ["JSON that is no envelope", status(200, { hello: "world" }), "not-the-api", "not-the-api", 6],
        ["a success without an ID", status(200, { ...ACCEPTED, result: {} }), "not-the-api", "not-the-api", 1],
        [
            "a success with an empty ID",
            status(200, { ...ACCEPTED, result: { id: "" } }),
            "not-the-api",
            "not-the-api",
            1,
        ],
        ["a success without a result", status(200, { ...ACCEPTED, result: null }), "not-the-api", "not-the-api", 1],
        ["success as a word", status(200, { ...ACCEPTED, success: "true" }), "not-the-api", "not-the-api", 6],
        ["an empty 200", (response) => response.writeHead(200).end(), "not-the-api", "not-the-api", 6],
        [
            "Cloudflare's block page",
            (response) =>
                response
                    .writeHead(403, { "content-type": "text/html", server: "cloudflare", "cf-ray": "8f12ab-FRA" })
                    .end("<title>Attention Required! | Cloudflare</title>"),
            "not-the-api",
            "blocked",
            1,
        ],
        [
            "Cloudflare's challenge",
            (response) =>
                response
                    .writeHead(503, {
                        "content-type": "text/html",
                        "cf-mitigated": "challenge",
                        "cf-ray": "8f12ab-FRA",
                    })
                    .end("<title>Just a moment...</title>"),
            "server",
            "blocked",
            6,
        ],
        [
            "a block through a proxy that hides whose it is",
            (response) =>
                response
                    .writeHead(403, { "content-type": "text/html", server: "proxy", "cf-ray": "8f12ab-FRA" })
                    .end("<title>Access denied</title>"),
            "not-the-api",
            "blocked",
            1,
        ],
        [
            "a block without Cloudflare's headers",
            (response) =>
                response
                    .writeHead(403, { "content-type": "text/html" })
                    .end("<p>Cloudflare Ray ID: <strong class='x'>8f12ab0011223344</strong></p>"),
            "not-the-api",
            "blocked",
            1,
        ],
        [
            "a block in one line",
            (response) => response.writeHead(403, { "content-type": "text/plain" }).end("error code: 1020"),
            "not-the-api",
            "blocked",
            1,
        ],
        [
            "a challenge that does not name itself",
            (response) =>
                response
                    .writeHead(503, { "content-type": "text/html", "cf-ray": "8f12ab-FRA" })
                    .end("<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x.js'>"),
            "server",
            "blocked",
            6,
        ],
        ["an empty 204", (response) => response.writeHead(204).end(), "not-the-api", "not-the-api", 1],
        [
            "a redirect",
            (response) => response.writeHead(302, { location: "https://login.example.com/" }).end(),
            "not-the-api",
            "not-the-api",
            1,
        ],
        [
            "404 in HTML",
            (response) => response.writeHead(404, { "content-type": "text/html" }).end("<html>"),
            "not-the-api",
            "not-the-api",
            1,
        ],
        ["a proxy that wants a password", (response) => response.writeHead(407).end(), "not-the-api", "not-the-api", 1],
        [
            "an acceptance of 9 MiB: an answer is read up to 8 MiB",
            (response) => response.writeHead(200).end(JSON.stringify(ACCEPTED) + " ".repeat(9 * 1024 * 1024)),
            "not-the-api",
            "not-the-api",
            1,
        ],
    ];
    for (const [name, fault, kind, key, requests] of final) {
        it(`fails: ${name} → ${kind}`, async () => {
            const { client } = await clientFor(Array.from({ length: 9 }, () => fault));
            const error = await errorOf(client.purge(ZONE, { tags: ["a"] }, "purge"));
            assert.deepEqual([error.kind, error.key, served.requests.length], [kind, key, requests]);
            assert.match(error.message, /^purge in zone example\.com \(023e105f4ecef8ad9ca31a8372d0c353\): /);
            assert.ok(error.remedy !== "" && error.cause !== "");
        });
    }

    describe("a token that is seconds old", () => {
        const tooNew = status(403, refusal({ code: 10000 }));

        it("is tried again for as long as it may settle", async () => {
            const { client, clock } = await clientFor([tooNew, tooNew, tooNew], { tokenSettles: 30 });
            await client.purge(ZONE, { tags: ["a"] }, "purge");
            assert.deepEqual([served.requests.length, clock.now() - Date.UTC(2026, 0, 1)], [4, 3500]);
        });

        it("and no longer", async () => {
            const { client } = await clientFor(
                Array.from({ length: 9 }, () => tooNew),
                { tokenSettles: 3, retries: 9 },
            );
            const error = await errorOf(client.purge(ZONE, { tags: ["a"] }, "purge"));
            assert.deepEqual([error.kind, served.requests.length], ["authentication", 4]);
        });

        it("a purge that was accepted proves it: a refusal after that is one", async () => {
            const { client } = await clientFor([tooNew, (response) => json(response, 200, ACCEPTED), tooNew], {
                tokenSettles: 30,
            });
            await client.purge(ZONE, { tags: ["a"] }, "purge");
            await errorOf(client.purge(ZONE, { tags: ["b"] }, "purge"));
            assert.equal(served.requests.length, 3);
        });

        it("other refusals, other requests and other clients are not tried again", async () => {
            const refused = [status(403, refusal({ code: 9109 })), tooNew, tooNew];
            const { client } = await clientFor(refused, { tokenSettles: 30 });
            await errorOf(client.purge(ZONE, { tags: ["a"] }, "purge"));
            await errorOf(client.verifyToken());
            await errorOf(client.with({}).purge(ZONE, { tags: ["a"] }, "purge"));
            assert.equal(served.requests.length, 3);
        });
    });

    it("never follows a redirect with the credential", async () => {
        const other = await serve((_, __, response) => json(response, 200, ACCEPTED));
        const { client } = await clientFor([
            (response) => response.writeHead(307, { location: `${other.url}/x` }).end(),
        ]);
        const error = await errorOf(client.purge(ZONE, { tags: ["a"] }, "purge"));
        await other.close();
        assert.equal(other.requests.length, 0);
        assert.match(error.message, /redirects to http:\/\/127\.0\.0\.1/);
    });

    it("gives up on a server that never answers", async () => {
        const { client } = await clientFor([() => {}, () => {}], { timeout: 0.1, retries: 1 });
        const error = await errorOf(client.purge(ZONE, { tags: ["a"] }, "purge"));
        assert.deepEqual([error.kind, error.retryable, served.requests.length], ["network", true, 2]);
        assert.match(error.message, /did not answer within 0\.1 s/);
    });

    it("gives up on a server that sends a byte now and then", async () => {
        const timers = new Set<NodeJS.Timeout>();
        const { client } = await clientFor(
            [
                (response) => {
                    response.writeHead(200, { "content-type": "application/json" });
                    timers.add(setInterval(() => response.write(" "), 20));
                },
            ],
            { timeout: 0.2, retries: 0 },
        );
        const error = await errorOf(client.purge(ZONE, { tags: ["a"] }, "purge"));
        for (const timer of timers) {
            clearInterval(timer);
        }
        assert.match(error.message, /did not answer within 0\.2 s/);
    });

    it("a timeout is tried again like any broken connection", async () => {
        const { client, events } = await clientFor([() => {}], { timeout: 0.1 });
        assert.equal((await client.purge(ZONE, { tags: ["a"] }, "purge")).id, ACCEPTED.result.id);
        assert.equal(events.length, 1);
    });

    it("stops at once when it is aborted while it waits", async () => {
        const stop = new AbortController();
        served = await serve((_, __, response) => json(response, 500, {}));
        const client = new CloudflareClient({
            credential: { token: TOKEN },
            baseUrl: served.url,
            clock: new MovingClock(), // stands still: only the abort can end the wait
            signal: stop.signal,
            onRetry: () => setImmediate(() => stop.abort()),
        });
        const error = await errorOf(client.purge(ZONE, { tags: ["a"] }, "purge"));
        assert.deepEqual([error.kind, served.requests.length], ["aborted", 1]);
    });

    it("stops at once when it is aborted while a request is under way", async () => {
        const stop = new AbortController();
        const { client } = await clientFor([() => stop.abort()], { signal: stop.signal });
        assert.equal((await errorOf(client.purge(ZONE, { tags: ["a"] }, "purge"))).kind, "aborted");
        assert.equal((await errorOf(client.purge(ZONE, { tags: ["a"] }, "purge"))).kind, "aborted");
        assert.equal(served.requests.length, 1);
    });

    it("says what a closed port, an unknown name and a bad base URL are", async () => {
        const { client } = await clientFor([]);
        await served.close();
        const refused = await errorOf(client.with({ retries: 0 }).purge(ZONE, { tags: ["a"] }, "purge"));
        assert.deepEqual([refused.kind, refused.key, refused.retryable], ["network", "network", true]);
        assert.match(refused.message, /\): Nothing accepts connections at 127\.0\.0\.1:\d+/);
        const unknown = await errorOf(
            client.with({ baseUrl: "http://no-such-host.invalid", retries: 0 }).verifyToken(),
        );
        assert.deepEqual([unknown.kind, unknown.key], ["network", "dns"]);
        served = await serve(() => {});
    });
});
