import { deepStrictEqual, match, strictEqual } from "node:assert";
import { CloudflareError } from "../../components/cloudflare/cloudflareError";
import type { PurgeBody } from "../../components/plan/batches";
import type { Selector } from "../../components/plan/selector";
import { withCurrentSamples } from "../../components/purge/owed";
import type { Answer } from "../../components/purge/visit";
import type { Files } from "./ups";
import { BASE, entry, firstWarning, gone, next, old, pages, there, up } from "./ups";

describe("what is owed settles", () => {
    it("all there: nothing is owed, and the next up has nothing to do", async () => {
        const first = await up({ entries: [entry({ "/a.js": "changed", "/b.js": "added" })] }, () => there);
        deepStrictEqual([first.owed, first.warnings, first.purged], [{}, [], ["/a.js", "/b.js"]]);
    });

    it("files that the upload leaves out: kept for one up, asked once, let go without a purge", async () => {
        const files = entry({ "/a.js": "added", "/b.js": "added", "/.nojekyll": "added", "/c.js": "added" }, ["/c.js"]);
        const origin = (path: string) => (path === "/.nojekyll" ? gone : there);
        const first = await up({ entries: [files] }, origin);
        deepStrictEqual([first.owed, first.warnings], [{ absent: ["/.nojekyll", "/c.js"] }, ["absent"]]);
        strictEqual(first.seconds < 8, true, `${first.seconds} s`);
        const second = await up(next(first.outcome), origin);
        deepStrictEqual([second.owed, second.purged, second.warnings], [{}, [], ["let-go"]]);
        match(firstWarning(second.outcome), /does not have .*\/\.nojekyll.*`exclude`/);
        strictEqual(second.seconds <= 2, true, "it asks once more after the rebound's time, and does not wait");
    });

    it("files that come later: purged by the next up, and settled", async () => {
        const first = await up({ entries: [entry({ "/a.js": "added", "/b.js": "added" })] }, (path) =>
            path === "/b.js" ? gone : there,
        );
        deepStrictEqual(first.owed, { absent: ["/b.js"] });
        const second = await up(next(first.outcome), () => there);
        deepStrictEqual([second.purged, second.owed], [["/b.js"], {}]);
    });

    it("no file of a class came: the class is kept, and goes when it came", async () => {
        const first = await up(
            { entries: [entry({ "/a.js": "added", "/b.js": "added", "/z.js": "changed" })] },
            (path) => (path === "/z.js" ? there : gone),
        );
        deepStrictEqual(first.owed, { absent: ["/a.js", "/b.js"] });
        strictEqual(first.outcome.owed[0]?.isPartial, undefined);
        deepStrictEqual((await up(next(first.outcome), () => there)).purged, ["/a.js", "/b.js"]);
    });

    it("a part of a kept class came: that and what was not sampled is purged, the rest is let go, and remembered", async () => {
        const files = entry({ "/a.js": "added", "/b.js": "added", "/c.js": "added" }, ["/c.js"]);
        const first = await up({ entries: [files] }, () => gone);
        deepStrictEqual(first.owed, { absent: ["/a.js", "/b.js", "/c.js"] });
        const second = await up(next(first.outcome), (path) => (path === "/a.js" ? there : gone));
        deepStrictEqual([second.purged, second.owed, second.warnings], [["/a.js", "/c.js"], {}, ["let-go"]]);
        const third = await up(next(second.outcome, entry({ "/z.js": "changed" })), () => there);
        deepStrictEqual(third.purged, ["/b.js", "/z.js"]);
    });

    it("a part of a kept class came, and its purge was refused: what is still absent is asked for once more", async () => {
        const error = new CloudflareError({ operation: "purge", kind: "rate-limit", cause: "429", remedy: "" });
        const first = await up({ entries: [entry({ "/a.js": "added", "/b.js": "added" })] }, () => gone);
        const second = await up(next(first.outcome), (path) => (path === "/a.js" ? there : gone), { error });
        deepStrictEqual([second.purged, second.owed], [[], { "not-purged": ["/a.js"], absent: ["/b.js"] }]);
        const third = await up(next(second.outcome), () => there);
        deepStrictEqual([third.purged, third.owed], [["/a.js", "/b.js"], {}]);
    });

    it("a refused purge keeps each class as it was judged: what was accepted is purged again on evidence only", async () => {
        const error = new CloudflareError({ operation: "purge", kind: "request", cause: "no", remedy: "" });
        const files = entry({ "/a.js": "changed", "/b.js": "added" });
        const first = await up({ entries: [files] }, (path) => (path === "/a.js" ? there : gone), {
            error,
            refuse: (body) => JSON.stringify(body).includes("/a.js"),
        });
        deepStrictEqual(first.owed, { "not-purged": ["/a.js"], absent: ["/b.js"] });
        const second = await up(next(first.outcome), (path) => (path === "/a.js" ? there : gone));
        deepStrictEqual([second.purged, second.owed, second.warnings], [["/a.js"], {}, ["let-go"]]);
    });

    it("removed files that were still served at a refused purge are looked at anew: their deletes come after a good one", async () => {
        const error = new CloudflareError({ operation: "purge", kind: "request", cause: "no", remedy: "" });
        const files = entry({ "/a.js": "changed", "/old.js": "removed" });
        const origin = (path: string) => (path === "/a.js" ? there : old);
        const refuse = (body: PurgeBody) => JSON.stringify(body).includes("/a.js");
        const first = await up({ entries: [files] }, origin, { error, refuse });
        const second = await up(next(first.outcome), origin);
        deepStrictEqual(second.owed, { removed: ["/old.js"] });
        deepStrictEqual((await up(next(second.outcome), () => gone)).purged, ["/old.js"]);
    });

    it("removed files that are kept on purpose: asked once, let go, and never waited for", async () => {
        const first = await up({ entries: [entry({ "/old.js": "removed", "/a.js": "changed" })] }, (path) =>
            path === "/old.js" ? old : there,
        );
        deepStrictEqual([first.owed, first.warnings], [{ removed: ["/old.js"] }, ["still-served"]]);
        strictEqual(first.seconds <= 2, true);
        const second = await up(next(first.outcome), () => old);
        deepStrictEqual([second.owed, second.purged, second.warnings], [{}, [], ["let-go"]]);
    });

    it("removed files that are deleted between two ups: purged by the second", async () => {
        const first = await up({ entries: [entry({ "/old.js": "removed" })] }, () => old);
        const second = await up(next(first.outcome), () => gone);
        deepStrictEqual([second.purged, second.owed, second.warnings], [["/old.js"], {}, []]);
    });

    it("an upload that is not done: the class stays owed, is not purged without evidence, and goes with it", async () => {
        const files = entry({ "/a.js": "changed", "/b.js": "changed", "/c.js": "changed" }, ["/c.js"]);
        const first = await up({ entries: [files] }, (path) => (path === "/a.js" ? there : old));
        deepStrictEqual(
            [first.owed, first.purged, first.warnings],
            [{ old: ["/b.js", "/c.js"] }, ["/a.js", "/b.js", "/c.js"], ["origin-old"]],
        );
        const second = await up(next(first.outcome), () => old);
        deepStrictEqual([second.owed, second.purged, second.seconds], [{ old: ["/b.js", "/c.js"] }, [], 0]);
        strictEqual(second.outcome.owed[0]?.since, first.outcome.owed[0]?.since);
        const third = await up(next(second.outcome), () => there);
        deepStrictEqual([third.owed, third.purged], [{}, ["/b.js", "/c.js"]]);
    });

    it("a kept class whose file a later deploy changes goes once more with it", async () => {
        const first = await up({ entries: [entry({ "/a.js": "changed", "/b.js": "changed" })] }, () => old);
        const revert = entry({ "/a.js": "changed" });
        const second = await up(next(first.outcome, revert), () => old);
        deepStrictEqual(second.purged, ["/a.js", "/b.js"]);
    });

    it("old files keep what was asked for beside them; absent and removed ones do not", async () => {
        const feed: Selector = { kind: "url", value: `${BASE}/feed.xml`, reasons: ["always"] };
        const withFeed = (files: Files) => ({ ...entry(files), selectors: [...entry(files).selectors, feed] });
        const kept = async (files: Files, got: Answer) => (await up({ entries: [withFeed(files)] }, () => got)).owed;
        deepStrictEqual(await kept({ "/a.js": "changed" }, old), { old: ["/a.js", "/feed.xml"] });
        deepStrictEqual(await kept({ "/a.js": "added" }, gone), { absent: ["/a.js"] });
        deepStrictEqual(await kept({ "/a.js": "removed" }, old), { removed: ["/a.js"] });
    });

    it('onStale: "fail" fails for old bytes of added or changed files only, and purges nothing', async () => {
        const settings = { originReady: { sample: 10, timeout: 1, onStale: "fail" as const } };
        const failing = await up(
            { entries: [entry({ "/a.js": "changed", "/b.js": "changed" })] },
            (path) => (path === "/a.js" ? old : there),
            { settings },
        );
        deepStrictEqual(
            [failing.outcome.failure?.kind, failing.purged, failing.owed],
            ["origin-old", [], { "not-purged": ["/a.js", "/b.js"] }],
        );
        for (const [files, got] of [
            [{ "/a.js": "removed" }, old],
            [{ "/a.js": "added" }, gone],
            [{ "/a.js": "changed" }, gone],
        ] as const) {
            const passing = await up({ entries: [entry(files)] }, () => got, { settings });
            deepStrictEqual([passing.outcome.failure, passing.purged], [undefined, ["/a.js"]]);
        }
    });

    it("what was let go is remembered, and asked for when a purge runs for another reason", async () => {
        const first = await up({ entries: [entry({ "/old.js": "removed" })] }, () => old);
        const second = await up(next(first.outcome), () => old);
        deepStrictEqual([second.purged, second.outcome.remembered.length], [[], 1]);
        const third = await up(next(second.outcome, entry({ "/a.js": "changed" })), (path) =>
            path === "/a.js" ? there : gone,
        );
        deepStrictEqual([third.purged, third.outcome.remembered.length], [["/a.js", "/old.js"], 0]);
    });

    it("what is about to be let go is asked for once more: a replica may have lagged behind", async () => {
        let asked = 0;
        const late = await up({ entries: [entry({ "/old.js": "removed" })] }, () => old);
        const { purged, outcome } = await up(next(late.outcome), () => {
            asked += 1;
            return asked === 1 ? old : gone;
        });
        deepStrictEqual([purged, outcome.remembered.length], [["/old.js"], 0]);
    });

    it("remembers at most 20", async () => {
        const first = await up({ entries: [entry(pages(30, "removed"))] }, () => old, {
            settings: { originReady: { sample: 30, timeout: 0, onStale: "warn" } },
        });
        const second = await up(next(first.outcome), () => old);
        strictEqual(second.outcome.remembered.length, 20);
    });

    it("removed files that a later step purges are not kept", async () => {
        const { owed, outcome } = await up(
            { entries: [entry({ "/old.js": "removed", "/a.js": "changed" })], handedOver: new Set([`${BASE}/old.js`]) },
            (path) => (path === "/old.js" ? old : there),
        );
        deepStrictEqual([owed, outcome.remembered.length], [{}, 1]);
    });

    it("a removed file that a later step purges, and whose own purge was accepted, is not asked for beside what was refused", async () => {
        const error = new CloudflareError({ operation: "purge", kind: "request", cause: "no", remedy: "" });
        const feed: Selector = { kind: "url", value: `${BASE}/feed.xml`, reasons: ["always"] };
        const files = entry({ "/old.js": "removed", "/a.js": "changed" });
        const origin = (path: string) => (path === "/old.js" ? old : there);
        const first = await up(
            {
                entries: [{ ...files, selectors: [...files.selectors, feed] }],
                handedOver: new Set([`${BASE}/old.js`]),
            },
            origin,
            { error, refuse: (body) => !JSON.stringify(body).includes("/old.js") },
        );
        deepStrictEqual([first.owed, first.outcome.remembered.length], [{ "not-purged": ["/a.js", "/feed.xml"] }, 1]);
        const second = await up(next(first.outcome), origin);
        deepStrictEqual([second.owed, second.purged], [{}, ["/a.js", "/feed.xml"]]);
        const third = await up(next(second.outcome, entry({ "/z.js": "changed" })), (path) =>
            path === "/old.js" ? gone : there,
        );
        deepStrictEqual(third.purged, ["/old.js", "/z.js"]);
    });

    it("what was only asked for is kept with the last entry that changes an old file, not beside it", async () => {
        const files = entry({ "/a.js": "changed" });
        const feed: Selector = { kind: "url", value: `${BASE}/feed.xml`, reasons: ["always"] };
        const withFeed = { ...files, selectors: [...files.selectors, feed] };
        const { outcome } = await up({ entries: [withFeed, { ...files, to: 2 }] }, () => old);
        deepStrictEqual(
            outcome.owed.map(({ why, selectors }) => [why, selectors]),
            [["old", files.selectors]],
        );
    });

    it("added files that were not asked for stay with the old ones: no purge without another answer", async () => {
        const files = entry({ "/a.js": "changed", "/b.js": "added" }, ["/b.js"]);
        const first = await up({ entries: [files] }, () => old);
        const second = await up({ entries: withCurrentSamples(first.outcome.owed, false) }, () => old);
        deepStrictEqual([second.purged, second.outcome.owed], [[], first.outcome.owed]);
        const third = await up({ entries: withCurrentSamples(second.outcome.owed, false) }, () => there);
        deepStrictEqual(third.purged, ["/a.js", "/b.js"]);
    });

    it("where a prefix stands for removed files, what was only asked for is not kept with it", async () => {
        const prefix: Selector = { kind: "prefix", value: "www.example.com/old/", reasons: ["2 URLs"] };
        const feed: Selector = { kind: "url", value: `${BASE}/feed.xml`, reasons: ["always"] };
        const { outcome } = await up(
            { entries: [{ ...entry({ "/old/a.js": "removed" }), selectors: [prefix, feed] }] },
            () => old,
        );
        deepStrictEqual(
            outcome.owed.map(({ why, selectors }) => [why, selectors]),
            [["removed", [prefix]]],
        );
    });

    describe("where a host stands for the URLs of a kept class, and a part of it came", () => {
        const host: Selector = { kind: "host", value: "www.example.com", reasons: ["added the fallback page"] };
        const files = entry({ "/a.js": "added", "/b.html": "added" });
        const partCame = (path: string) => (path === "/a.js" ? there : gone);

        it("the rest is remembered with all its URLs", async () => {
            const first = await up({ entries: [{ ...files, selectors: [host] }] }, () => gone);
            const second = await up(next(first.outcome), partCame);
            deepStrictEqual(second.owed, {});
            const third = await up(next(second.outcome, entry({ "/z.js": "changed" })), () => there);
            const forms = ["/b", "/b.html", "/b/", "/b/index", "/b/index.html", "/b/index/"];
            deepStrictEqual(third.purged, [...forms, "/z.js"].sort());
        });

        it("and its purge was refused: all of it is owed with the host", async () => {
            const error = new CloudflareError({ operation: "purge", kind: "rate-limit", cause: "429", remedy: "" });
            const first = await up({ entries: [{ ...files, selectors: [host] }] }, () => gone);
            const second = await up(next(first.outcome), partCame, { error });
            const [owed, ...more] = second.outcome.owed;
            deepStrictEqual([owed?.why, owed?.selectors, more], ["not-purged", [host], []]);
            deepStrictEqual(
                owed?.samples.map(({ url }) => url).sort(),
                ["/a.js", "/b.html"].map((path) => BASE + path),
            );
        });
    });

    it("300 pages and what the upload leaves out: the second up settles it, and purges nothing", async () => {
        const files = {
            ...pages(300, "added"),
            "/.nojekyll": "added",
            "/_headers": "added",
            "/404.html": "added",
        } as Files;
        const unsampled = Object.keys(files).filter((path, i) => i % 16 !== 0 && path !== "/.nojekyll");
        const origin = (path: string) => (/^\/p\d/.test(path) ? there : gone);
        const settings = { originReady: { sample: 30, timeout: 30, onStale: "warn" as const } };
        const first = await up({ entries: [entry(files, unsampled)] }, origin, { settings });
        strictEqual(first.warnings.includes("absent"), true);
        const second = await up(next(first.outcome), origin);
        deepStrictEqual([second.owed, second.purged], [{}, []]);
        deepStrictEqual((await up(next(second.outcome), origin)).owed, {});
    });
});
