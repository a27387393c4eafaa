import { deepStrictEqual, strictEqual } from "node:assert";
import type { Sample } from "../../components/plan/samples";
import type { Change } from "../../components/plan/selector";
import type { OriginQuestion } from "../../components/purge/origin";
import { checkOrigin } from "../../components/purge/origin";
import { verify } from "../../components/purge/verify";
import type { Answer, Visit } from "../../components/purge/visit";
import { cacheBusted, VisitError } from "../../components/purge/visit";
import { MovingClock } from "../../local/cloudflare/clock";

const BASE = "https://www.example.com";
const [NEW, OLD, NONE] = ["n".repeat(32), "o".repeat(32), "-".repeat(32)];

const answer = (status: number, digest: string, headers: Record<string, string> = {}): Answer => ({
    status,
    digest,
    bytes: 1,
    headers: { "cf-ray": "1", ...headers },
});
const ask = (path: string, change: Change = "changed", patient = true): OriginQuestion => ({
    sample: { url: BASE + path, digest: change === "removed" ? null : NEW, was: change === "added" ? [] : [OLD] },
    change,
    patient,
});

/** What the origin says of some questions, and after how many seconds. */
async function outcome(
    questions: readonly OriginQuestion[],
    timeout: number,
    visit: (path: string, ms: number) => Answer,
) {
    const clock = new MovingClock(0, { auto: true });
    const asked: string[] = [];
    const lines: string[] = [];
    const answers = await checkOrigin(questions, timeout, {
        clock,
        random: () => 0.5,
        log: (line) => lines.push(line),
        visit: async (url) => {
            asked.push(url);
            return visit(new URL(url).pathname, clock.now());
        },
    });
    const states = questions.map(({ sample }) => answers.get(sample.url)?.state);
    return { answers, states, seconds: clock.now() / 1000, asked, lines };
}

describe("purge: waiting for the origin", () => {
    it("waits until the origin has the new bytes, and asks past the cache", async () => {
        const { states, asked, lines } = await outcome([ask("/app.js")], 30, (_, ms) =>
            answer(200, ms >= 3000 ? NEW : OLD),
        );
        deepStrictEqual(states, ["there"]);
        strictEqual(asked.length, 5);
        strictEqual(
            asked.every((url) => url.startsWith(`${BASE}/app.js?cache-purge=`)),
            true,
        );
        strictEqual(lines[0], `waiting for the origin: ${BASE}/app.js still has its old bytes`);
    });

    const waits: [
        string,
        OriginQuestion[],
        (path: string, ms: number) => Answer,
        (string | undefined)[],
        number,
        number,
    ][] = [
        ["old bytes: until the time is up", [ask("/a")], () => answer(200, OLD), ["old"], 20, 30],
        [
            "absent, and nothing else is looked at: 5 s at most",
            [ask("/a", "added")],
            () => answer(404, NONE),
            ["absent"],
            2,
            5,
        ],
        [
            "absent while the others are there: 5 s at most",
            [ask("/a", "added"), ask("/b", "added")],
            (path) => (path === "/a" ? answer(404, NONE) : answer(200, NEW)),
            ["absent", "there"],
            2,
            5,
        ],
        [
            "absent while another is old: as long as that one, and 5 s from then on",
            [ask("/a", "added"), ask("/b")],
            (path, ms) => (path === "/a" ? answer(404, NONE) : answer(200, ms > 8000 ? NEW : OLD)),
            ["absent", "there"],
            9,
            17,
        ],
        [
            "a removed file that is still served: not at all",
            [ask("/a", "removed", false)],
            () => answer(200, OLD),
            ["old"],
            0,
            0,
        ],
        [
            "what was waited for before: not at all",
            [ask("/a", "added", false)],
            () => answer(404, NONE),
            ["absent"],
            0,
            0,
        ],
        ["what proves nothing: not at all", [ask("/a")], () => answer(403, NONE), ["unverifiable"], 0, 0],
    ];
    for (const [title, questions, visit, expected, least, most] of waits) {
        it(`${title}`, async () => {
            const { states, seconds } = await outcome(questions, 30, visit);
            deepStrictEqual(states, expected);
            strictEqual(seconds >= least && seconds <= most, true, `${seconds} s`);
        });
    }

    describe("the bytes of another file of the deploy, where a replica does not know yet that they answer for a missing one", () => {
        const page: OriginQuestion = {
            sample: { url: `${BASE}/`, digest: "p".repeat(32), was: ["q".repeat(32)] },
            change: "changed",
            patient: true,
        };
        for (const bytes of ["p", "q"]) {
            const front = answer(200, bytes.repeat(32));
            const origin = (path: string, ms: number): Answer =>
                path === "/"
                    ? answer(200, "p".repeat(32))
                    : path !== "/b.html"
                      ? answer(404, NONE)
                      : ms >= 3000
                        ? answer(200, NEW)
                        : front;

            it(`${bytes === "p" ? "new" : "old"} ones: an added file is waited for`, async () => {
                const { states, seconds } = await outcome([page, ask("/b.html", "added")], 30, origin);
                deepStrictEqual(states, ["there", "there"]);
                strictEqual(seconds >= 3 && seconds <= 5, true, `${seconds} s`);
            });

            it(`${bytes === "p" ? "new" : "old"} ones: a removed file is gone`, async () => {
                const { states } = await outcome([page, ask("/b.html", "removed", false)], 0, origin);
                deepStrictEqual(states, ["there", "there"]);
            });
        }

        it("an answer out of a cache proves nothing", async () => {
            const { states } = await outcome([page, ask("/b.html", "added")], 0, () =>
                answer(200, "p".repeat(32), { age: "7" }),
            );
            deepStrictEqual(states, ["unverifiable", "unverifiable"]);
        });
    });

    it("an origin that cannot be reached holds nothing up", async () => {
        const { states, seconds } = await outcome([ask("/a")], 10, () => {
            throw new VisitError(BASE, "no answer");
        });
        deepStrictEqual([states, seconds], [["unverifiable"], 0]);
    });

    const to = (location: string) => answer(307, NONE, { location });
    const moved: [string, Change, Record<string, Answer>, string][] = [
        ["removed, and still there", "removed", { "/about.html": to("/about"), "/about": answer(200, OLD) }, "old"],
        ["removed, and led elsewhere", "removed", { "/about.html": to("/"), "/": answer(200, NEW) }, "unverifiable"],
        ["new bytes", "changed", { "/about.html": to("/about"), "/about": answer(200, NEW) }, "there"],
        [
            "new bytes behind a fragment",
            "changed",
            { "/about.html": to("/about#top"), "/about": answer(200, NEW) },
            "there",
        ],
        ["old bytes", "changed", { "/about.html": to("/about"), "/about": answer(200, OLD) }, "old"],
        ["led to nothing", "changed", { "/about.html": to("/about") }, "unverifiable"],
        ["led to another host", "changed", { "/about.html": to("https://login.example.com/") }, "unverifiable"],
        [
            "led to another scheme",
            "changed",
            { "/about.html": to("http://www.example.com/about"), "/about": answer(200, NEW) },
            "unverifiable",
        ],
        ["led nowhere", "changed", { "/about.html": answer(307, NONE) }, "unverifiable"],
    ];
    for (const [title, change, answers, state] of moved) {
        it(`a page that is answered at another of its names: ${title}: ${state}`, async () => {
            const { states, asked } = await outcome(
                [ask("/about.html", change)],
                0,
                (path) => answers[path] ?? answer(404, NONE),
            );
            deepStrictEqual(states, [state]);
            strictEqual(
                asked.every((url) => url.includes("?cache-purge=") && !url.includes("#") && url.startsWith(`${BASE}/`)),
                true,
            );
        });
    }

    it("the page that a redirect leads to is named without the query that passed the cache", async () => {
        const moves: [string, string | undefined][] = [
            ["/about", "/about"],
            ["/about?cache-purge=1", "/about"],
            ["/about?lang=de&cache-purge=1#top", "/about?lang=de"],
            ["/about?a+b", "/about?a+b"],
            ["/old", undefined],
        ];
        for (const [location, movedTo] of moves) {
            const { answers } = await outcome([ask("/about.html", "changed")], 0, (path) =>
                path === "/about.html" ? to(location) : answer(200, path === "/old" ? OLD : NEW),
            );
            strictEqual(answers.get(`${BASE}/about.html`)?.movedTo, movedTo && BASE + movedTo);
        }
    });

    it("a URL past the cache keeps the query that is there", () => {
        strictEqual(
            cacheBusted("https://a.b/c?d=1", () => 0),
            "https://a.b/c?d=1&cache-purge=0",
        );
    });
});

describe("purge: checking the edge", () => {
    const sample: Sample = { url: `${BASE}/app.js`, digest: NEW, was: [OLD] };
    const target = { url: sample.url, expected: NEW };

    /** An edge with one answer, and an origin with a list of them, the last for good. */
    async function checked(edge: Answer, ...origin: Answer[]) {
        const clock = new MovingClock(0, { auto: true });
        const visit: Visit = async (url) =>
            url === sample.url ? edge : ((origin.length > 1 ? origin.shift() : origin[0]) as Answer);
        return (await verify([target], 0, { visit, clock, random: Math.random }))[0];
    }
    const OTHER = "x".repeat(32);
    const rows: [string, Answer, Answer[], string][] = [
        ["the manifest's bytes", answer(200, NEW), [], "verified"],
        ["the manifest's bytes past no Cloudflare", { ...answer(200, NEW), headers: {} }, [], "verified"],
        ["a host that is not proxied", { ...answer(200, OLD), headers: {} }, [], "unverifiable"],
        ["old bytes, and the origin has the new ones", answer(200, OLD), [answer(200, NEW)], "stale"],
        ["old bytes, and the origin has them too", answer(200, OLD), [answer(200, OLD)], "unverifiable"],
        ["other bytes, and the origin has the manifest's", answer(200, OTHER), [answer(200, NEW)], "stale"],
        ["other bytes, and the origin has them too", answer(200, OTHER), [answer(200, OTHER)], "unverifiable"],
        [
            "the origin differs at each request",
            answer(200, OTHER),
            [answer(200, "1"), answer(200, "2")],
            "unverifiable",
        ],
        ["the origin has others, always the same", answer(200, OTHER), [answer(200, "1")], "stale"],
        ["a cached 404, and the origin has the file", answer(404, OTHER), [answer(200, NEW)], "stale"],
        ["an error of the origin", answer(500, OTHER), [answer(500, "1")], "unverifiable"],
    ];
    for (const [title, edge, origin, state] of rows) {
        it(`${title}: ${state}`, async () => strictEqual((await checked(edge, ...origin))?.state, state));
    }

    it("says whether an answer came through Cloudflare", async () => {
        strictEqual((await checked(answer(200, NEW)))?.proxied, true);
        strictEqual((await checked({ ...answer(200, NEW), headers: {} }))?.proxied, false);
    });

    it("looks again while it is stale, and purges again between two rounds", async () => {
        const clock = new MovingClock(0, { auto: true });
        let purges = 0;
        const visit: Visit = async (url) => answer(200, url !== sample.url || purges >= 2 ? NEW : OLD);
        const result = await verify([target], 30, { visit, clock, random: Math.random }, async (stale) => {
            deepStrictEqual(stale, [target]);
            purges += 1;
        });
        deepStrictEqual([result.map(({ state }) => state), purges], [["verified"], 2]);
    });
});
