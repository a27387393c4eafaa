import { deepStrictEqual, match, strictEqual } from "node:assert";
import { withCurrentSamples } from "../../components/purge/owed";
import type { Answer } from "../../components/purge/visit";
import { VisitError } from "../../components/purge/visit";
import { answer, BASE, entry, firstWarning, gone, NONE, next, OLD, old, pages, there, up } from "./ups";

describe("what an origin answers where there is no file", () => {
    it("a login before everything: nothing is owed, and it is said that nothing could be verified", async () => {
        const { owed, warnings, seconds } = await up({ entries: [entry(pages(3, "changed"))] }, () =>
            answer(401, NONE),
        );
        deepStrictEqual([owed, warnings], [{}, ["nothing-verified"]]);
        strictEqual(seconds <= 2, true);
    });

    const PAGE = "p".repeat(32);
    const inPlace: [title: string, missing: Answer, words: RegExp][] = [
        ["an object store that answers 403", answer(403, NONE), /403, as for a missing file/],
        ["a front page with 200", answer(200, PAGE), /200, as for a missing file/],
    ];
    for (const [title, missing, words] of inPlace) {
        describe(`${title} for what is missing`, () => {
            const origin =
                (...files: readonly string[]) =>
                (path: string): Answer =>
                    files.includes(path) ? there : missing;

            it("a file that comes later is waited for, kept, and purged when it came", async () => {
                const first = await up({ entries: [entry({ "/a.js": "changed", "/b.js": "added" })] }, origin("/a.js"));
                deepStrictEqual([first.owed, first.warnings], [{ absent: ["/b.js"] }, ["absent"]]);
                match(firstWarning(first.outcome), words);
                strictEqual(first.seconds > 2 && first.seconds < 8, true, `${first.seconds} s`);
                const second = await up(next(first.outcome), origin("/a.js", "/b.js"));
                deepStrictEqual([second.purged, second.owed], [["/b.js"], {}]);
            });

            it("a file that the upload leaves out is let go without a purge", async () => {
                const files = entry({ "/a.js": "changed", "/b.js": "added" });
                const second = await up(
                    next((await up({ entries: [files] }, origin("/a.js"))).outcome),
                    origin("/a.js"),
                );
                deepStrictEqual([second.purged, second.owed], [[], {}]);
            });

            it("a removed file that is answered so is gone", async () => {
                const files = entry({ "/a.js": "changed", "/old.js": "removed" });
                const { owed, outcome } = await up({ entries: [files] }, origin("/a.js"));
                deepStrictEqual([owed, outcome.gone], [{}, new Map([[`${BASE}/old.js`, true]])]);
            });

            it("nothing else is seen: kept for one up, not waited for, and nothing is claimed", async () => {
                const files = entry({ "/b.js": "added", "/old.js": "removed" });
                const first = await up({ entries: [files] }, origin());
                deepStrictEqual([first.owed, first.warnings], [{ absent: ["/b.js"] }, ["nothing-verified"]]);
                deepStrictEqual([...first.outcome.gone.values()], [false]);
                strictEqual(first.seconds <= 2, true, `${first.seconds} s`);
                const second = await up(next(first.outcome), origin());
                deepStrictEqual([second.purged, second.owed, second.warnings], [[], {}, ["nothing-verified"]]);
                deepStrictEqual((await up(next(first.outcome), origin("/b.js"))).purged, ["/b.js"]);
            });
        });
    }

    it("a file that is still missing, of which the answer has changed, is purged, remembered, and not waited for again", async () => {
        const front = (path: string) => (path === "/a.js" ? there : answer(200, PAGE));
        const first = await up({ entries: [entry({ "/a.js": "added", "/b.js": "added" })] }, () => gone);
        const second = await up(next(first.outcome), front);
        deepStrictEqual([second.purged, second.owed], [["/a.js", "/b.js"], {}]);
        const third = await up(next(second.outcome, entry({ "/a.js": "changed", "/b.js": "changed" })), front);
        strictEqual(third.seconds < 3, true, `${third.seconds} s`);
    });

    for (const [title, missing] of [
        ["404", gone],
        ["the front page", answer(200, PAGE)],
    ] as const) {
        it(`a file that was absent beside an old one, with ${title}, is not waited for again when a deploy changes it`, async () => {
            const origin = (path: string) => (path === "/a.js" ? old : path === "/z.js" ? there : missing);
            const first = await up({ entries: [entry({ "/a.js": "changed", "/b.js": "changed" })] }, origin);
            deepStrictEqual(first.owed, { old: ["/a.js", "/b.js"] });
            const again = next(first.outcome, entry({ "/b.js": "changed", "/z.js": "changed" }));
            const { seconds } = await up({ entries: withCurrentSamples(again.entries, false) }, origin);
            strictEqual(seconds < 3, true, `${seconds} s`);
        });
    }

    it("hidden at first, then seen with its old bytes: the upload is not done, so it stays owed until it came", async () => {
        const first = await up({ entries: [entry({ "/a.js": "changed" })] }, () => answer(200, NONE));
        deepStrictEqual(first.owed, { absent: ["/a.js"] });
        const second = await up(next(first.outcome), () => old);
        deepStrictEqual([second.purged, second.owed, second.warnings], [["/a.js"], { old: ["/a.js"] }, ["origin-old"]]);
        const third = await up(next(second.outcome), () => old);
        deepStrictEqual([third.purged, third.owed], [[], { old: ["/a.js"] }]);
        const fourth = await up(next(third.outcome), () => there);
        deepStrictEqual([fourth.purged, fourth.owed], [["/a.js"], {}]);
    });

    it("a removed file, not seen at first, then still served: purged, remembered, and purged when it went", async () => {
        const files = { "/a.js": "removed", "/b.js": "removed" } as const;
        const first = await up({ entries: [entry(files)] }, (path) => (path === "/a.js" ? old : answer(503, NONE)));
        deepStrictEqual(first.owed, { removed: ["/a.js", "/b.js"] });
        const second = await up(next(first.outcome), () => old);
        deepStrictEqual([second.purged, second.owed], [["/b.js"], {}]);
        const third = await up(next(second.outcome, entry({ "/z.js": "changed" })), (path) =>
            path === "/z.js" ? there : gone,
        );
        deepStrictEqual(third.purged, ["/a.js", "/b.js", "/z.js"]);
    });

    it("other bytes than those of a name that does not exist prove nothing", async () => {
        const other = (path: string) => (path === "/a.js" ? there : path === "/b.js" ? answer(200, PAGE) : gone);
        const { owed } = await up({ entries: [entry({ "/a.js": "changed", "/b.js": "added" })] }, other);
        deepStrictEqual(owed, {});
    });

    it("an error page that differs at each request is no evidence", async () => {
        let count = 0;
        const origin = (path: string) => (path === "/a.js" ? there : answer(404, `${count++}`.padStart(32, "0")));
        const first = await up({ entries: [entry({ "/a.js": "added", "/b.js": "added" })] }, origin);
        const second = await up(next(first.outcome), origin);
        deepStrictEqual([second.purged, second.owed], [[], {}]);
    });

    it("a removed file with the very bytes of the page that answers in its place with 404 is still served", async () => {
        const files = entry({ "/a.js": "changed", "/old.html": "removed" });
        const origin = (path: string) => (path === "/a.js" ? there : path === "/old.html" ? old : answer(404, OLD));
        const first = await up({ entries: [files] }, origin);
        deepStrictEqual(first.owed, { removed: ["/old.html"] });
        const second = await up(next(first.outcome), (path) => (path === "/a.js" ? there : answer(404, OLD)));
        deepStrictEqual([second.purged, second.owed], [["/old.html"], {}]);
    });

    it("no check possible: nothing is owed, and what was kept is purged once and let go", async () => {
        const silent = () => {
            throw new VisitError(BASE, "no answer");
        };
        deepStrictEqual((await up({ entries: [entry({ "/a.js": "changed" })] }, silent)).owed, {});
        for (const before of [() => old, () => gone]) {
            const first = await up({ entries: [entry({ "/a.js": "changed", "/b.js": "removed" })] }, before);
            const second = await up(next(first.outcome), silent);
            deepStrictEqual(second.owed, {});
            deepStrictEqual(second.purged, Object.values(first.owed).flat().sort());
        }
    });
});
