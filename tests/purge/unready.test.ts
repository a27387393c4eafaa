import { deepStrictEqual, strictEqual } from "node:assert";
import { batches } from "../../components/plan/batches";
import type { Sample } from "../../components/plan/samples";
import type { Selector } from "../../components/plan/selector";
import { originReady } from "../../components/purge/origin";
import type { Debt } from "../../components/purge/purge";
import { deploy } from "../../components/purge/purge";
import { apply } from "../../components/purge/send";
import type { Answer, Visit } from "../../components/purge/visit";
import { planLimits } from "../../components/settings/limits";
import { DEFAULTS } from "../../components/settings/settings";
import { MovingClock } from "../../local/cloudflare/clock";

const BASE = "https://www.example.com";
const LIMITS = planLimits("free");
const [NEW, OLD, NONE] = ["n".repeat(32), "o".repeat(32), "-".repeat(32)];

const urls = (...paths: string[]): Selector[] =>
    paths.map((path) => ({ kind: "url", value: BASE + path, reasons: [`changed ${path.slice(1)}`] }));
const answer = (status: number, digest: string, headers: Record<string, string> = {}): Answer => ({
    status,
    digest,
    bytes: 1,
    headers: { "cf-ray": "1", ...headers },
});

/** An origin with one answer for each path; what it has no answer for is gone. */
function origin(answers: Record<string, Answer>): Visit {
    return async (url) => answers[new URL(url).pathname] ?? answer(404, NONE);
}

function world(visit: Visit) {
    return {
        api: { purge: async () => ({ id: "id" }) },
        pacer: { take: async () => {} },
        visit,
        clock: new MovingClock(0, { auto: true }),
        random: () => 0.5,
        log: () => {},
    };
}

const owedAfter = async (debt: Debt, visit: Visit) => {
    const settings = { ...DEFAULTS, verify: false } as const;
    const { owed } = await deploy(debt, { id: "z" }, LIMITS, settings, world(visit));
    return [owed.selectors.map(({ value }) => value.slice(BASE.length)), owed.samples.map(({ url }) => url)] as const;
};

describe("deploy: an upload that is not done", () => {
    const app: Sample = { url: `${BASE}/app.js`, digest: NEW, was: [OLD] };
    const page: Sample = { url: `${BASE}/about.html`, digest: null, was: [OLD] };

    it("keeps all forms of a page owed that is still there, and not what was seen to be ready", async () => {
        const debt = { selectors: urls("/app.js", "/about", "/about.html"), samples: [app, page] };
        const still = origin({ "/app.js": answer(200, NEW), "/about.html": answer(200, OLD) });
        deepStrictEqual(await owedAfter(debt, still), [["/about", "/about.html"], [page.url]]);
    });

    it("keeps owed what it did not look at", async () => {
        const many = Array.from({ length: 40 }, (_, i) => `/${i}.js`);
        const samples = many.slice(0, 20).map((path): Sample => ({ url: BASE + path, digest: NEW, was: [OLD] }));
        const old = origin(Object.fromEntries(many.map((path) => [path, answer(200, OLD)])));
        const [selectors, left] = await owedAfter({ selectors: urls(...many), samples }, old);
        strictEqual(selectors.length, 40);
        strictEqual(left.length, 20);
    });

    it("looks at removed files also when they are few among many", async () => {
        const many = Array.from({ length: 19 }, (_, i) => `/${i}.js`);
        const samples = many.map((path): Sample => ({ url: BASE + path, digest: NEW, was: [OLD] }));
        const answers = Object.fromEntries(many.map((path) => [path, answer(200, NEW)]));
        const debt = { selectors: urls(...many, "/about.html"), samples: [...samples, page] };
        const [, left] = await owedAfter(debt, origin({ ...answers, "/about.html": answer(200, OLD) }));
        strictEqual(left.includes(page.url), true);
    });

    it("does not wait again for removed files that an earlier deploy waited for, and does for others", async () => {
        const still = origin({ "/app.js": answer(200, OLD), "/about.html": answer(200, OLD) });
        const seconds = async (samples: readonly Sample[]) => {
            const around = world(still);
            const debt = { selectors: urls("/app.js", "/about.html"), samples, waitedFor: new Set([page.url]) };
            await deploy(debt, { id: "z" }, LIMITS, { ...DEFAULTS, verify: false, rebound: false }, around);
            return around.clock.now() / 1000;
        };
        strictEqual(await seconds([page]), 0);
        strictEqual((await seconds([app, page])) > 20, true);
    });

    it("neither waits nor warns nor fails for removed files that are left to the Sweep, and purges them", async () => {
        const around = world(origin({ "/app.js": answer(200, NEW), "/about.html": answer(200, OLD) }));
        const left = new Map([[page.url, 2]]);
        const debt = {
            selectors: urls("/app.js", "/about.html"),
            samples: [app, page],
            swept: left,
            waitedFor: new Set(left.keys()),
        };
        const originReady = { sample: 10, timeout: 30, onStale: "fail" } as const;
        const settings = { ...DEFAULTS, originReady, verify: false, rebound: false } as const;
        const { applied, warnings, failure, gone } = await deploy(debt, { id: "z" }, LIMITS, settings, around);
        deepStrictEqual([warnings, failure, around.clock.now()], [[], undefined, 0]);
        deepStrictEqual([applied.settled.length, [...gone]], [2, [[page.url, false]]]);
    });

    it("settles all when everything that was looked at is ready", async () => {
        const debt = { selectors: urls("/app.js", "/about", "/about.html"), samples: [app, page] };
        deepStrictEqual(await owedAfter(debt, origin({ "/app.js": answer(200, NEW) })), [[], []]);
    });
});

describe("deploy/origin: a page that is answered at another of its names", () => {
    const to = (location: string) => answer(307, NONE, { location });
    const removed: Sample = { url: `${BASE}/about.html`, digest: null, was: [OLD] };
    const changed: Sample = { url: `${BASE}/about.html`, digest: NEW, was: [OLD] };
    const rows: [string, Sample, Record<string, Answer>, "old" | "ready" | "unverifiable"][] = [
        ["removed, and still there", removed, { "/about.html": to("/about"), "/about": answer(200, OLD) }, "old"],
        ["removed, and led elsewhere", removed, { "/about.html": to("/"), "/": answer(200, NEW) }, "unverifiable"],
        ["new bytes", changed, { "/about.html": to("/about"), "/about": answer(200, NEW) }, "ready"],
        ["old bytes", changed, { "/about.html": to("/about"), "/about": answer(200, OLD) }, "old"],
        ["led to nothing", changed, { "/about.html": to("/about") }, "unverifiable"],
        ["led to another host", changed, { "/about.html": to("https://login.example.com/") }, "unverifiable"],
        ["led nowhere", changed, { "/about.html": answer(307, NONE) }, "unverifiable"],
    ];
    for (const [title, sample, answers, state] of rows) {
        it(`${title}: ${state}`, async () => {
            const { old, ready, unverifiable } = await originReady([sample], 0, world(origin(answers)));
            deepStrictEqual(
                { old: old.length, ready, unverifiable },
                { old: 0, ready: 0, unverifiable: 0, [state]: 1 },
            );
        });
    }
});

describe("deploy/apply: stopped between the two passes", () => {
    it("what was accepted once stays owed, also when every call came to its end", async () => {
        const abort = new AbortController();
        const clock = new MovingClock(0, { auto: true });
        const applied = await apply(batches(urls("/a.js", "/b.js"), LIMITS), {
            api: {
                purge: async () => {
                    abort.abort();
                    return { id: "id" };
                },
            },
            pacer: { take: async () => {} },
            zone: { id: "z" },
            mode: "purge",
            rebound: 2,
            clock,
            signal: abort.signal,
            progress: () => {},
        });
        strictEqual(applied.failure?.kind, "aborted");
        deepStrictEqual(applied.settled, []);
        strictEqual(applied.owed.length, 2);
    });
});
