import assert from "node:assert/strict";
import { parseRateLimit, parseRetryAfter } from "../../components/cloudflare/retry";

describe("cloudflare/rateLimitHeaders", () => {
    const limits: [string, string | undefined, string | undefined, unknown][] = [
        [
            "Cloudflare's own example",
            '"default";r=50;t=30',
            '"burst";q=100;w=60',
            [{ policy: "default", remaining: 50, reset: 30, quota: 100, window: 60 }],
        ],
        ["without a policy", '"default";r=50;t=30', undefined, [{ policy: "default", remaining: 50, reset: 30 }]],
        [
            "two policies",
            '"a";r=1;t=2, "b";t=4;r=3',
            '"b";q=30;w=40,"a";q=10;w=20',
            [
                { policy: "a", remaining: 1, reset: 2, quota: 10, window: 20 },
                { policy: "b", remaining: 3, reset: 4, quota: 30, window: 40 },
            ],
        ],
        [
            "a partition key",
            '"a";r=0;t=2;pk=:dGVzdA==:',
            '"a";q=10;w=20;pk=:dGVzdA==:',
            [{ policy: "a", remaining: 0, reset: 2, quota: 10, window: 20 }],
        ],
        ["nothing", undefined, undefined, []],
        ["nonsense", "50, reset soon;;=;r=", '"x"', []],
        ["negative and endless numbers", '"a";r=-1;t=99999999999999999999', undefined, []],
        ["the older form", "limit=100, remaining=50, reset=50", undefined, []],
    ];
    for (const [name, limit, policy, expected] of limits) {
        it(`Ratelimit: ${name}`, () => assert.deepEqual(parseRateLimit(limit, policy), expected));
    }

    const now = Date.UTC(2026, 0, 1, 12, 0, 0);
    const afters: [string | undefined, number | undefined][] = [
        [undefined, undefined],
        ["", undefined],
        ["0", 0],
        ["120", 120],
        [" 7 ", 7],
        ["1.5", 1.5],
        ["Thu, 01 Jan 2026 12:00:30 GMT", 30],
        ["Thu, 01 Jan 2026 11:00:00 GMT", 0],
        ["soon", undefined],
        ["-5x", undefined],
    ];
    for (const [header, expected] of afters) {
        it(`Retry-After: ${header} → ${expected}`, () => assert.equal(parseRetryAfter(header, now), expected));
    }
});
