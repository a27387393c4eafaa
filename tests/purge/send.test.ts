import { deepStrictEqual, match, strictEqual } from "node:assert";
import type { ErrorKind } from "../../components/cloudflare/cloudflareError";
import { CloudflareError } from "../../components/cloudflare/cloudflareError";
import type { LimitNews } from "../../components/cloudflare/pacer";
import { Pacer } from "../../components/cloudflare/pacer";
import { batches } from "../../components/plan/batches";
import type { Selector } from "../../components/plan/selector";
import type { SendDeps } from "../../components/purge/send";
import { send } from "../../components/purge/send";
import { planLimits } from "../../components/settings/limits";
import { MovingClock } from "../../local/cloudflare/clock";

const LIMITS = { ...planLimits("free"), urlsPerRequest: 2 };

function urls(count: number): Selector[] {
    return Array.from({ length: count }, (_, i) => ({
        kind: "url",
        value: `https://www.example.com/${String(i).padStart(3, "0")}.js`,
        reasons: ["changed"],
    }));
}

function failure(kind: ErrorKind, code = 0): CloudflareError {
    const said = code === 0 ? [] : [{ code, message: "" }];
    return new CloudflareError({ operation: "purge", kind, cause: "no", remedy: "", said });
}

interface Call {
    readonly at: number;
    readonly first: string;
    readonly count: number;
}

/** A Cloudflare that answers the n-th call (from 1) with a failure where `fails` has one. */
function sending(fails: (call: number, count: number) => CloudflareError | undefined, more: Partial<SendDeps> = {}) {
    const clock = new MovingClock(0, { auto: true });
    const calls: Call[] = [];
    const set: SendDeps = {
        api: {
            purge: async (_zone, body) => {
                const { files } = body as { files: string[] };
                calls.push({ at: clock.now(), first: files[0]?.slice(-6) as string, count: files.length });
                const call = calls.length;
                await clock.sleep(100);
                const error = fails(call, files.length);
                if (error !== undefined) {
                    throw error;
                }
                return { id: `id${call}` };
            },
        },
        pacer: { acquire: async () => {} },
        zone: { id: "z" },
        mode: "purge",
        rebound: false,
        clock,
        progress: () => {},
        ...more,
    };
    return { set, calls, clock };
}

const names = (selectors: readonly Selector[]) => selectors.map(({ value }) => value.slice(-6));

describe("purge/send", () => {
    it("sends every batch once, in order, and settles all", async () => {
        const { set, calls } = sending(() => undefined);
        const applied = await send(batches(urls(5), LIMITS), set);
        deepStrictEqual(
            calls.map(({ first, count }) => [first, count]),
            [
                ["000.js", 2],
                ["002.js", 2],
                ["004.js", 1],
            ],
        );
        strictEqual(applied.accepted.length, 5);
        deepStrictEqual(applied.owed, []);
        strictEqual(applied.failure, undefined);
    });

    it("sends every batch once more, rebound seconds after it was accepted", async () => {
        const { set, calls } = sending(() => undefined, { rebound: 2 });
        const applied = await send(batches(urls(4), LIMITS), set);
        deepStrictEqual(
            calls.map(({ first, at }) => [first, at]),
            [
                ["000.js", 0],
                ["002.js", 0],
                ["000.js", 2100],
                ["002.js", 2100],
            ],
        );
        strictEqual(applied.purgeIds.length, 4);
        strictEqual(applied.accepted.length, 4);
    });

    const stops: [string, ErrorKind, number][] = [
        ["a refused token stops all further batches", "authentication", 10000],
        ["a missing permission stops all further batches", "permission", 9109],
        ["an outage stops all further batches", "server", 0],
        ["a limit that outlasts the retries stops all further batches", "rate-limit", 1134],
    ];
    for (const [title, kind, code] of stops) {
        it(title, async () => {
            const { set, calls } = sending((call) => (call === 5 ? failure(kind, code) : undefined));
            const applied = await send(batches(urls(40), LIMITS), set);
            strictEqual(applied.failure?.kind, kind);
            strictEqual(calls.length, 12, "those on their way end, and no other begins");
            strictEqual(applied.accepted.length, 22);
            strictEqual(applied.owed.length, 18);
            strictEqual(applied.owed[0]?.value.slice(-6), "008.js");
        });
    }

    it("a refused body does not stop the others", async () => {
        const { set } = sending((call) => (call === 2 ? failure("request", 1082) : undefined));
        const applied = await send(batches(urls(8), LIMITS), set);
        deepStrictEqual(names(applied.owed), ["002.js", "003.js"]);
        deepStrictEqual(applied.failure?.codes, [1082]);
    });

    it("a refused body beside a refused token does not start it again", async () => {
        const { set, calls } = sending((call) =>
            call === 5 ? failure("authentication", 10000) : call === 6 ? failure("request", 1082) : undefined,
        );
        const applied = await send(batches(urls(40), LIMITS), set);
        deepStrictEqual([applied.failure?.kind, calls.length], ["authentication", 12]);
    });

    it("splits a batch that Cloudflare finds too large", async () => {
        const { set, calls } = sending((_call, count) => (count > 1 ? failure("request", 1094) : undefined));
        const applied = await send(batches(urls(4), LIMITS), set);
        deepStrictEqual(applied.owed, []);
        strictEqual(applied.failure, undefined);
        strictEqual(calls.filter(({ count }) => count === 1).length, 4);
    });

    it("a single item that is too large is a failure", async () => {
        const { set } = sending(() => failure("request", 1094));
        const applied = await send(batches(urls(1), LIMITS), set);
        deepStrictEqual(applied.failure?.codes, [1094]);
        strictEqual(applied.owed.length, 1);
    });

    it("after an outage in the middle, what was accepted is rebounded and settled, the rest is owed", async () => {
        const { set } = sending((call) => (call === 3 ? failure("server") : undefined), { rebound: 2 });
        const applied = await send(batches(urls(8), LIMITS), set);
        deepStrictEqual(names(applied.accepted), ["000.js", "001.js", "002.js", "003.js", "006.js", "007.js"]);
        deepStrictEqual(names(applied.owed), ["004.js", "005.js"]);
    });

    it("a rebound that fails leaves its batch owed", async () => {
        const { set } = sending((call) => (call === 4 ? failure("server") : undefined), { rebound: 2 });
        const applied = await send(batches(urls(4), LIMITS), set);
        strictEqual(applied.accepted.length + applied.owed.length, 4);
        deepStrictEqual(names(applied.owed), ["002.js", "003.js"]);
        strictEqual(applied.failure?.kind, "server");
    });

    it("after a refused token nothing counts as settled without its rebound", async () => {
        const { set } = sending((call) => (call === 2 ? failure("authentication", 10000) : undefined), { rebound: 2 });
        const applied = await send(batches(urls(4), LIMITS), set);
        deepStrictEqual(applied.accepted, []);
        strictEqual(applied.owed.length, 4);
    });

    it("an abort ends it, with all that is not settled owed", async () => {
        const abort = new AbortController();
        const { set, clock } = sending(() => undefined, { rebound: 60, signal: abort.signal });
        const running = send(batches(urls(4), LIMITS), set);
        await clock.sleep(1000);
        abort.abort();
        const applied = await running;
        strictEqual(applied.failure?.kind, "aborted");
        strictEqual(applied.owed.length, 4);
    });
});

describe("purge/send: waits that a server asks for", () => {
    const twoBatches = () =>
        batches(
            ["/1.js", "/2.js"].map(
                (path): Selector => ({ kind: "url", value: `https://www.example.com${path}`, reasons: [] }),
            ),
            { ...planLimits("free"), urlsPerRequest: 1 },
        );
    const rows: [string, LimitNews][] = [
        ["a 429 with Retry-After: 3600", { status: 429, retryAfter: 3600 }],
        [
            "a Ratelimit header that resets in 999999 s",
            { rateLimit: [{ policy: "purge", remaining: 0, reset: 999_999, quota: 25, window: 60 }] },
        ],
        [
            "a Ratelimit header of the general limit that resets in 999999 s",
            { rateLimit: [{ policy: "default", remaining: 0, reset: 999_999, quota: 1200, window: 300 }] },
        ],
    ];
    for (const [title, news] of rows) {
        it(`${title} after an accepted batch: ends at once, and says so; nothing is lost`, async () => {
            const clock = new MovingClock(0, { auto: true });
            const pacer = new Pacer({ limits: planLimits("free"), clock });
            let calls = 0;
            const sent = await send(twoBatches(), {
                api: {
                    purge: async () => {
                        calls += 1;
                        pacer.observe(news);
                        return { id: `id${calls}` };
                    },
                },
                pacer: { acquire: (turn) => pacer.acquire(turn) },
                zone: { id: "z" },
                mode: "purge",
                rebound: 2,
                clock,
                progress: () => {},
            });
            strictEqual(sent.failure?.kind, "rate-limit");
            match(
                sent.failure?.message ?? "",
                /asks to wait .* s before the next request.*Run it again after that time/,
            );
            strictEqual(sent.owed.length, 2, "what was accepted once only stays owed too");
            strictEqual(clock.now() < 10_000, true, `${clock.now()} ms`);
        });
    }

    it("a wait over two seconds is said once, with its reason", async () => {
        const clock = new MovingClock(0, { auto: true });
        const lines: string[] = [];
        const pacer = new Pacer({
            limits: planLimits("free"),
            clock,
            random: () => 0,
            onWait: (line) => lines.push(line),
        });
        await pacer.acquire({ kind: "url", items: 1 });
        pacer.observe({ status: 429, retryAfter: 30 });
        await Promise.all([pacer.acquire({ kind: "url", items: 1 }), pacer.acquire({ kind: "host", items: 1 })]);
        deepStrictEqual(lines, ["waiting 30 s: Cloudflare asked for it"]);
    });

    it("our own pacing waits as long as it takes, and says for what", async () => {
        const clock = new MovingClock(0, { auto: true });
        const lines: string[] = [];
        const pacer = new Pacer({ limits: planLimits("free"), clock, onWait: (line) => lines.push(line) });
        for (let i = 0; i < 16; i++) {
            await pacer.acquire({ kind: "host", items: 1 });
            pacer.observe({});
        }
        match(lines[0] ?? "", /^waiting \d+ s: the rate limit of the zone's plan$/);
    });
});

describe("purge/send: failures that every request would meet", () => {
    const many = () =>
        batches(
            Array.from(
                { length: 40 },
                (_, i): Selector => ({ kind: "url", value: `https://www.example.com/${i}.js`, reasons: [] }),
            ),
            { ...planLimits("free"), urlsPerRequest: 1 },
        );

    /** The calls of a purge whose n-th request, and every later one, fails in some way. */
    async function callsOf(kind: ErrorKind, from: number): Promise<{ calls: number; owed: number }> {
        let calls = 0;
        const sent = await send(many(), {
            api: {
                purge: async () => {
                    calls += 1;
                    if (calls >= from) {
                        throw new CloudflareError({ operation: "purge", kind, cause: "no", remedy: "" });
                    }
                    return { id: `id${calls}` };
                },
            },
            pacer: { acquire: async () => {} },
            zone: { id: "z" },
            mode: "purge",
            rebound: 2,
            clock: new MovingClock(0, { auto: true }),
            progress: () => {},
        });
        return { calls, owed: sent.owed.length };
    }

    for (const kind of ["authentication", "permission", "network"] as const) {
        it(`${kind}: stops with the requests that are under way, sends no rebound, and owes all`, async () => {
            const { calls, owed } = await callsOf(kind, 3);
            strictEqual(calls <= 2 + 8, true, `${calls} calls`);
            strictEqual(owed, 40);
        });
    }

    it("server: stops too, and what was accepted is sent once more", async () => {
        const { calls } = await callsOf("server", 3);
        strictEqual(calls > 2 && calls <= 2 + 8 + 2, true, `${calls} calls`);
    });

    it("request: says nothing about the next one, so all are tried", async () => {
        strictEqual((await callsOf("request", 3)).calls >= 40, true);
    });
});
