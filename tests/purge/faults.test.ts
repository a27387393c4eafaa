import { deepStrictEqual, match, strictEqual } from "node:assert";
import { CloudflareClient } from "../../components/cloudflare/client";
import { Pacer } from "../../components/cloudflare/pacer";
import type { Selector } from "../../components/plan/selector";
import type { Outcome } from "../../components/purge/outcome";
import { purge } from "../../components/purge/purge";
import { httpVisit } from "../../components/purge/visit";
import type { Settings } from "../../components/settings/componentOptions";
import { DEFAULTS } from "../../components/settings/componentOptions";
import { planLimits } from "../../components/settings/limits";
import type { Fault, LocalCloudflare } from "../../local/cloudflare";
import { MovingClock, memorySite, startLocalCloudflare } from "../../local/cloudflare";

const LIMITS = { ...planLimits("free"), urlsPerRequest: 2 };
const URLS = ["a1", "a2", "b1", "b2", "c1", "c2"].map((name) => `https://www.example.com/${name}.js`);
const SELECTORS: Selector[] = URLS.map((value) => ({ kind: "url", value, reasons: ["changed"] }));
/** A part of the body of the first, the middle and the last batch. */
const PLACES = { "first call": "a1.js", "middle batch": "b1.js", "last batch": "c1.js" };

/** Every fault of the local Cloudflare, and what is said when it does not pass. */
const FAULTS: [string, Partial<Fault>, RegExp][] = [
    ["a 500", { kind: "status", status: 500 }, /answered (with status )?500/],
    ["a 503", { kind: "status", status: 503 }, /answered (with status )?503/],
    ["a 429 of the purge limit", { kind: "rate-limit", retryAfter: 2 }, /429 \(1134/],
    ["a 429 of the API's limit", { kind: "rate-limit", code: 971, retryAfter: 2 }, /429 \(971/],
    ["a reset", { kind: "reset" }, /reset|ECONNRESET|closed/i],
    ["no answer", { kind: "stall" }, /no answer|did not answer|timed? ?out/i],
    ["half an answer", { kind: "cut" }, /broke|cut|closed|aborted|reset|incomplete/i],
    ["a gateway's HTML", { kind: "html" }, /answered with status 502/],
];

describe("purge: every fault, everywhere", () => {
    let cloudflare: LocalCloudflare;
    before(async () => {
        cloudflare = await startLocalCloudflare();
        cloudflare.origin.setSite(memorySite(new Map(URLS.map((url) => [new URL(url).pathname, "new"]))));
    });
    after(() => cloudflare.close());
    afterEach(() => cloudflare.faults.clear());

    async function pay(
        settings: Partial<Settings> = {},
        timeout = 10,
    ): Promise<{ outcome: Outcome; calls: number; retries: number }> {
        const clock = new MovingClock(0, { auto: true });
        const from = cloudflare.requestLog.length;
        let retries = 0;
        const pacer = new Pacer({ limits: LIMITS, clock });
        const client = new CloudflareClient({
            credential: { token: cloudflare.createToken().value },
            baseUrl: cloudflare.apiBaseUrl,
            clock,
            timeout,
            retries: 2,
            onRetry: (event) => {
                pacer.observe(event);
                retries += 1;
            },
        });
        const samples = URLS.map((url) => ({ url, digest: "0".repeat(32), was: [] }));
        const changes = { added: 0, changed: SELECTORS.length, removed: 0 };
        const outcome = await purge(
            { entries: [{ selectors: SELECTORS, samples, changes, to: 1 }] },
            { id: cloudflare.zone.id, name: cloudflare.zone.name },
            LIMITS,
            { ...DEFAULTS, rebound: false, originReady: false, verify: false, ...settings },
            {
                api: client,
                pacer,
                visit: httpVisit({ "*": cloudflare.edgeBaseUrl }),
                clock,
                random: Math.random,
                log: () => {},
            },
        );
        return { outcome, calls: cloudflare.requestLog.length - from, retries };
    }

    const messageOf = ({ failure }: Outcome) => (failure?.kind === "refused" ? failure.error.message : "");
    const owed = (outcome: Outcome) => outcome.owed.flatMap(({ selectors }) => selectors.map(({ value }) => value));

    for (const [title, fault, words] of FAULTS) {
        for (const [place, body] of Object.entries(PLACES)) {
            it(`${title}, once, at the ${place}: tried again, nothing owed`, async () => {
                cloudflare.faults.add({ kind: "status", path: "purge_cache", body, ...fault });
                const { outcome, calls, retries } = await pay({}, fault.kind === "stall" ? 0.3 : 10);
                strictEqual(outcome.failure, undefined);
                deepStrictEqual([owed(outcome), calls, retries], [[], 4, 1]);
            });

            it(`${title}, for good, at the ${place}: fails with its words, and that batch is owed`, async () => {
                cloudflare.faults.add({ kind: "status", path: "purge_cache", body, times: "always", ...fault });
                const { outcome } = await pay({}, fault.kind === "stall" ? 0.3 : 10);
                match(messageOf(outcome), words);
                match(messageOf(outcome), /example\.com/);
                deepStrictEqual(owed(outcome), [
                    `https://www.example.com/${body}`,
                    `https://www.example.com/${body[0]}2.js`,
                ]);
            });
        }
    }

    for (const [place, body] of Object.entries(PLACES)) {
        it(`a slow answer at the ${place}: waited for`, async () => {
            cloudflare.faults.add({ kind: "slow", ms: 100, path: "purge_cache", body });
            const { outcome, retries } = await pay();
            deepStrictEqual([outcome.failure, owed(outcome), retries], [undefined, [], 0]);
        });

        it(`success: false with 200 at the ${place} is no success`, async () => {
            cloudflare.faults.add({ kind: "unsuccessful", path: "purge_cache", body, times: "always" });
            const { outcome } = await pay();
            strictEqual(outcome.failure === undefined, false);
            strictEqual(owed(outcome).includes(`https://www.example.com/${body}`), true);
        });

        it(`an accepted purge whose answer is lost at the ${place}: sent again`, async () => {
            cloudflare.faults.add({ kind: "reset", when: "after", path: "purge_cache", body });
            const { outcome, retries } = await pay();
            deepStrictEqual([outcome.failure, owed(outcome), retries], [undefined, [], 1]);
        });
    }

    const edge: [string, Partial<Fault>][] = [
        ["a 500", { kind: "status", status: 500 }],
        ["a reset", { kind: "reset" }],
        ["half an answer", { kind: "cut" }],
        ["HTML", { kind: "html" }],
    ];
    for (const [title, fault] of edge) {
        it(`${title} when the edge is looked at: unverifiable, nothing owed, no failure`, async () => {
            cloudflare.faults.add({ target: "edge", kind: "status", times: "always", ...fault });
            const { outcome } = await pay({ verify: { sample: 3, timeout: 1, onStale: "fail" } });
            deepStrictEqual(
                outcome.checked.map(({ state }) => state),
                ["unverifiable", "unverifiable", "unverifiable"],
            );
            deepStrictEqual([outcome.failure, owed(outcome)], [undefined, []]);
        });
    }
});
