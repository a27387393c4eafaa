import assert from "node:assert/strict";
import fc from "fast-check";
import { isWithin, run } from "../../../bench/pacing";
import { Pacer } from "../../../components/cloudflare/pacer";
import { AdaptiveRate, START } from "../../../components/cloudflare/rates";
import { planLimits } from "../../../components/settings/limits";
import { MovingClock } from "../../../local/cloudflare";
import { errorOf } from "../servers";

type Grant = { at: number; items: number };

/** The most that any window of `span` ms, open at its start, holds. */
function busiest(grants: readonly Grant[], span: number): number {
    return Math.max(
        ...grants.map((last) =>
            grants.filter((g) => g.at > last.at - span && g.at <= last.at).reduce((sum, g) => sum + g.items, 0),
        ),
    );
}

/** Asks for every turn at once, and answers each after `latency`. */
async function grantsOf(
    sizes: readonly number[],
    options: { limit: number; latency: number; rate?: number; kind?: "url" | "tag"; plan?: string },
): Promise<Grant[]> {
    const clock = new MovingClock(0, { auto: true });
    const limits = { ...planLimits(options.plan), urlsPerSecond: options.limit };
    const pacer = new Pacer({
        limits,
        clock,
        random: () => 0,
        ...(options.rate === undefined ? {} : { rate: options.rate }),
    });
    const grants: Grant[] = [];
    await Promise.all(
        sizes.map(async (items) => {
            await pacer.acquire({ kind: options.kind ?? "url", items });
            grants.push({ at: clock.now(), items });
            await clock.sleep(options.latency);
            pacer.observe({});
        }),
    );
    return grants;
}

describe("cloudflare/pacing", () => {
    it("never more URLs than the limit in any second, in the order in which they were asked for", () =>
        fc.assert(
            fc.asyncProperty(
                fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 60 }),
                fc.integer({ min: 100, max: 900 }),
                fc.integer({ min: 0, max: 700 }),
                async (sizes, limit, latency) => {
                    const grants = await grantsOf(sizes, { limit, latency });
                    assert.deepEqual(
                        grants.map((g) => g.items),
                        sizes,
                    );
                    assert.ok(busiest(grants, 1000) <= limit);
                },
            ),
            { numRuns: 60 },
        ));

    it("never more than the rate that was asked for in any second", async () => {
        const grants = await grantsOf(
            Array.from({ length: 40 }, () => 10),
            { limit: 800, latency: 50, rate: 30 },
        );
        assert.equal(busiest(grants, 1000), 30);
        assert.ok((grants.at(-1)?.at ?? 0) <= 13_500, "and not much less");
    });

    it("begins so low that two fit in the first second", async () => {
        for (const plan of ["free", "pro", "business", "enterprise"]) {
            const { urlsPerSecond: limit, urlsPerRequest } = planLimits(plan);
            // No answer comes in the first second, so nothing speaks for more.
            const sizes = Array.from({ length: 40 }, () => urlsPerRequest);
            const grants = await grantsOf(sizes, { limit, latency: 5000, plan });
            const first = grants.filter((g) => g.at < 1000).reduce((sum, g) => sum + g.items, 0);
            assert.ok(
                first > 0 && first <= Math.ceil((limit * START) / urlsPerRequest) * urlsPerRequest,
                `${plan}: ${first}`,
            );
        }
    });

    it("requests by tag: never more than the bucket and its refill in any time", () =>
        fc.assert(
            fc.asyncProperty(
                fc.constantFrom("free", "pro", "business", "enterprise"),
                fc.integer({ min: 1, max: 120 }),
                fc.integer({ min: 0, max: 700 }),
                async (plan, count, latency) => {
                    const { bucket, requestsPerMinute } = planLimits(plan);
                    const ones = await grantsOf(
                        Array.from({ length: count }, () => 1),
                        { limit: 800, latency, kind: "tag", plan },
                    );
                    for (const span of [1, 1000, 60_000, 600_000]) {
                        assert.ok(busiest(ones, span) <= bucket + (span / 60_000) * requestsPerMinute + 1e-6);
                    }
                },
            ),
            { numRuns: 60 },
        ));

    it("a big request goes through even when the limit is smaller than it", async () => {
        const grants = await grantsOf([100, 100], { limit: 10, latency: 0 });
        assert.equal(grants.length, 2);
        assert.ok((grants[1]?.at ?? 0) >= 10_000);
    });

    it("no more than nine tenths of the general limit in five minutes", async () => {
        const grants = await grantsOf(
            Array.from({ length: 1300 }, () => 1),
            { limit: 3000, latency: 10 },
        );
        assert.equal(
            busiest(
                grants.map((g) => ({ ...g, items: 1 })),
                300_000,
            ),
            1080,
        );
    });

    const clocked = () => {
        const clock = new MovingClock(0, { auto: true });
        return { clock, pacer: new Pacer({ limits: planLimits("free"), clock, random: () => 0.5 }) };
    };

    it("stops everything for as long as Retry-After says, and half a second more", async () => {
        const { clock, pacer } = clocked();
        pacer.observe({ status: 429, retryAfter: 30 });
        await Promise.all([pacer.acquire({ kind: "url", items: 1 }), pacer.acquire({ kind: "host", items: 1 })]);
        assert.equal(clock.now(), 30_500);
    });

    it("a shorter Retry-After does not end a longer one", async () => {
        const { clock, pacer } = clocked();
        pacer.observe({ status: 429, retryAfter: 30 });
        pacer.observe({ status: 429, retryAfter: 1 });
        await pacer.acquire({ kind: "url", items: 1 });
        assert.equal(clock.now(), 30_500);
    });

    const told: [string, Parameters<Pacer["observe"]>[0], number][] = [
        [
            "nothing is left of the general limit",
            { rateLimit: [{ policy: "default", remaining: 0, reset: 40, quota: 1200, window: 300 }] },
            40_000,
        ],
        [
            "little is left of the general limit: that is for others",
            { rateLimit: [{ policy: "default", remaining: 100, reset: 40, quota: 1200, window: 300 }] },
            40_000,
        ],
        [
            "much is left of the general limit",
            { rateLimit: [{ policy: "default", remaining: 900, reset: 40, quota: 1200, window: 300 }] },
            0,
        ],
        [
            "nothing is left of another limit",
            { rateLimit: [{ policy: "purge", remaining: 0, reset: 12, quota: 25, window: 300 }] },
            12_000,
        ],
        [
            "something is left of another limit",
            { rateLimit: [{ policy: "purge", remaining: 1, reset: 12, quota: 25, window: 300 }] },
            0,
        ],
        ["a server error says nothing of limits", { status: 503, retryAfter: 30 }, 0],
    ];
    for (const [name, seen, waits] of told) {
        it(`${name}: waits ${waits / 1000} s`, async () => {
            const { clock, pacer } = clocked();
            pacer.observe(seen);
            await pacer.acquire({ kind: "url", items: 1 });
            assert.equal(clock.now(), waits);
        });
    }

    it("ends a wait with an error when it is aborted, and lets the next in the queue pass", async () => {
        const clock = new MovingClock(0);
        const pacer = new Pacer({ limits: planLimits("free"), clock });
        const stop = new AbortController();
        pacer.observe({ status: 429, retryAfter: 60 });
        const aborted = errorOf(pacer.acquire({ kind: "url", items: 1 }, stop.signal));
        const next = pacer.acquire({ kind: "url", items: 1 });
        stop.abort();
        assert.equal((await aborted).kind, "aborted");
        await clock.advance(62_000);
        await next;
    });

    it("meets the bounds of the bench: alone, and beside a client with half the limit", async () => {
        for (const plan of ["free", "pro", "business", "enterprise"] as const) {
            for (const other of [0, 0.5]) {
                const figures = await run({ plan, urls: 50_000, other, seed: 2 });
                assert.ok(isWithin(figures), JSON.stringify(figures));
            }
        }
    });

    it("two pacers at once: no storm of refusals, and both end", async () => {
        const clock = new MovingClock(0, { auto: true });
        const limits = planLimits("free");
        const used: Grant[] = [];
        let refused = 0;
        const purge = async (pacer: Pacer): Promise<void> => {
            for (let tries = 0; tries < 20; tries++) {
                await clock.sleep(60);
                const recent = used.filter((g) => g.at > clock.now() - 1000).reduce((sum, g) => sum + g.items, 0);
                const fits = recent + 100 <= limits.urlsPerSecond;
                if (fits) {
                    used.push({ at: clock.now(), items: 100 });
                }
                await clock.sleep(60);
                pacer.observe(fits ? {} : { status: 429, retryAfter: 1 });
                if (fits) {
                    return;
                }
                refused += 1;
                await clock.sleep(1000);
            }
            assert.fail("refused twenty times");
        };
        const client = async (seed: number): Promise<void> => {
            const pacer = new Pacer({ limits, clock, random: () => seed });
            let left = 100;
            const worker = async () => {
                while (left-- > 0) {
                    await pacer.acquire({ kind: "url", items: 100 });
                    await purge(pacer);
                }
            };
            await Promise.all([worker(), worker(), worker(), worker()]);
        };
        await Promise.all([client(0.2), client(0.7)]);
        assert.equal(used.length, 200);
        // Both grow, collide once or twice with all four requests each has on its way, and settle at a half.
        assert.ok(refused <= 16, `${refused} refusals of 200`);
        assert.ok(clock.now() <= 1.3 * 25_000, `${clock.now()} ms for what takes 25 s at least`);
    });
});

describe("cloudflare/share", () => {
    it("grows to nearly all in half a second of good answers", () => {
        const share = new AdaptiveRate();
        for (let at = 0; at <= 500; at += 50) {
            share.increase(at);
        }
        assert.equal(share.value, 0.99);
    });

    it("a silence does not count as good answers", () => {
        const share = new AdaptiveRate(0.1);
        share.increase(0);
        const before = share.value;
        share.increase(60_000);
        assert.ok(share.value - before <= 0.25 + 1e-9);
    });

    it("refusals of one moment are one collision", () => {
        const share = new AdaptiveRate(0.8);
        for (const at of [0, 100, 1400]) {
            share.decrease(at);
        }
        assert.equal(share.value, 0.4);
        share.decrease(1500);
        assert.ok(Math.abs(share.value - 0.32) < 1e-9);
    });

    it("never falls below a tenth, and comes back", () => {
        const share = new AdaptiveRate();
        for (let i = 0; i < 100; i++) {
            share.decrease(i * 2000);
        }
        assert.equal(share.value, 0.1);
        for (let at = 200_000; at < 600_000; at += 200) {
            share.increase(at);
        }
        assert.equal(share.value, 0.99);
    });
});
