import { deepStrictEqual, strictEqual } from "node:assert";
import type { Sample } from "../../components/plan/samples";
import { judgeOrigin, originReady } from "../../components/purge/origin";
import { judgeEdge, verify } from "../../components/purge/verify";
import type { Answer, Visit } from "../../components/purge/visit";
import { fresh, VisitError } from "../../components/purge/visit";
import { MovingClock } from "../../local/cloudflare/clock";

const URL_ = "https://www.example.com/app.js";
const [NEW, OLD, OTHER] = ["n".repeat(32), "o".repeat(32), "x".repeat(32)];
const changed: Sample = { url: URL_, digest: NEW, was: [OLD] };
const removed: Sample = { url: URL_, digest: null, was: [OLD] };
const added: Sample = { url: URL_, digest: NEW, was: [] };

function answer(status: number, digest: string, headers: Record<string, string> = { "cf-ray": "1" }): Answer {
    return { status, digest, bytes: 1, headers };
}

describe("deploy/origin", () => {
    const rows: [string, Sample, Answer, string][] = [
        ["new bytes", changed, answer(200, NEW), "ready"],
        ["old bytes", changed, answer(200, OLD), "old"],
        ["bytes that are neither", changed, answer(200, OTHER), "unverifiable"],
        ["a login", changed, answer(401, OTHER), "unverifiable"],
        ["a redirect", changed, answer(307, OTHER), "unverifiable"],
        ["not there yet", added, answer(404, OTHER), "old"],
        ["removed and gone", removed, answer(404, OTHER), "ready"],
        ["removed and gone for good", removed, answer(410, OTHER), "ready"],
        ["removed and still there", removed, answer(200, OLD), "old"],
        ["removed, a fallback page instead", removed, answer(200, OTHER), "unverifiable"],
    ];
    for (const [title, sample, got, state] of rows) {
        it(`${title}: ${state}`, () => strictEqual(judgeOrigin(sample, got), state));
    }

    it("waits until the origin has the new bytes, and asks past the cache", async () => {
        const clock = new MovingClock(0, { auto: true });
        const asked: string[] = [];
        const visit: Visit = async (url) => {
            asked.push(url);
            return answer(200, clock.now() >= 3000 ? NEW : OLD);
        };
        const report = await originReady([changed], 30, { visit, clock, random: () => 0.5, log: () => {} });
        deepStrictEqual(report, { old: [], gone: [], ready: 1, unverifiable: 0 });
        strictEqual(asked.length, 5);
        strictEqual(
            asked.every((url) => url.startsWith(`${URL_}?cache-purge=`)),
            true,
        );
    });

    it("gives up in time, and names what was old", async () => {
        const clock = new MovingClock(0, { auto: true });
        const visit: Visit = async () => answer(200, OLD);
        const report = await originReady([changed], 10, { visit, clock, random: Math.random, log: () => {} });
        deepStrictEqual(report.old, [changed]);
        strictEqual(clock.now() <= 10_000, true);
    });

    it("an origin that cannot be reached holds nothing up", async () => {
        const clock = new MovingClock(0, { auto: true });
        const visit: Visit = async (url) => {
            throw new VisitError(url, "no answer");
        };
        const report = await originReady([changed], 10, { visit, clock, random: Math.random, log: () => {} });
        deepStrictEqual(report, { old: [], gone: [], ready: 0, unverifiable: 1 });
        strictEqual(clock.now(), 0);
    });

    it("a fresh URL keeps the query that is there", () => {
        strictEqual(
            fresh("https://a.b/c?d=1", () => 0),
            "https://a.b/c?d=1&cache-purge=0",
        );
    });
});

describe("deploy/verify", () => {
    const rows: [string, Sample, Answer, string | undefined][] = [
        ["the manifest's bytes", changed, answer(200, NEW), "verified"],
        ["the manifest's bytes past no Cloudflare", changed, answer(200, NEW, {}), "verified"],
        ["old bytes", changed, answer(200, OLD), "stale"],
        ["removed and gone", removed, answer(404, OTHER), "verified"],
        ["removed and still served", removed, answer(200, OLD), "stale"],
        ["a host that is not proxied", changed, answer(200, OLD, {}), "unverifiable"],
        ["a redirect", changed, answer(302, OTHER), "unverifiable"],
        ["a login", changed, answer(403, OTHER), "unverifiable"],
        ["a challenge", changed, answer(503, OTHER, { "cf-ray": "1", "cf-mitigated": "challenge" }), "unverifiable"],
        [
            "compressed all the same",
            changed,
            answer(200, OTHER, { "cf-ray": "1", "content-encoding": "br" }),
            "unverifiable",
        ],
        ["bytes that are neither", changed, answer(200, OTHER), undefined],
        ["a cached 404 of an added file", added, answer(404, OTHER), undefined],
    ];
    for (const [title, sample, got, state] of rows) {
        it(`${title}: ${state ?? "ask the origin"}`, () => strictEqual(judgeEdge(sample, got)?.state, state));
    }

    /** An edge with one answer, and an origin with a list of them, the last for good. */
    async function look(edge: Answer, ...origin: Answer[]) {
        const clock = new MovingClock(0, { auto: true });
        const visit: Visit = async (url) =>
            url === URL_ ? edge : ((origin.length > 1 ? origin.shift() : origin[0]) as Answer);
        return (await verify([changed], 0, { visit, clock, random: Math.random }))[0]?.state;
    }
    const asked: [string, Answer, Answer[], string][] = [
        ["the origin has the manifest's bytes", answer(200, OTHER), [answer(200, NEW)], "stale"],
        ["the origin has the edge's bytes", answer(200, OTHER), [answer(200, OTHER)], "unverifiable"],
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
    for (const [title, edge, origin, state] of asked) {
        it(`${title}: ${state}`, async () => strictEqual(await look(edge, ...origin), state));
    }

    it("looks again while it is stale, and purges again between two looks", async () => {
        const clock = new MovingClock(0, { auto: true });
        let purges = 0;
        const visit: Visit = async () => answer(200, purges >= 2 ? NEW : OLD);
        const verdicts = await verify([changed], 30, { visit, clock, random: Math.random }, async (stale) => {
            deepStrictEqual(stale, [changed]);
            purges += 1;
        });
        deepStrictEqual(
            verdicts.map(({ state }) => state),
            ["verified"],
        );
        strictEqual(purges, 2);
    });
});
