import * as assert from "node:assert/strict";
import { A, stage } from "./stage";

describe("stale copies", () => {
    it("EXPIRED when the origin has something new, REVALIDATED when not", async () => {
        const { clock, files, visit } = stage({ "cache-control": "max-age=10" });
        await visit();
        await clock.advance(10_000);
        assert.deepEqual(await visit(), ["REVALIDATED", 200, "one"]);
        await clock.advance(10_000);
        files.set("/a.css", "two");
        assert.deepEqual(await visit(), ["EXPIRED", 200, "two"]);
    });

    it("UPDATING within stale-while-revalidate, and one fetch behind it", async () => {
        const { clock, core, files, fetches, visit } = stage({
            "cache-control": "max-age=10, stale-while-revalidate=20",
        });
        await visit();
        files.set("/a.css", "two");
        await clock.advance(15_000);
        assert.deepEqual(
            [await visit(), await visit()],
            [
                ["UPDATING", 200, "one"],
                ["HIT", 200, "two"],
            ].map((row) => row),
        );
        await core.edge.idle();
        assert.equal(fetches(), 2);
        await clock.advance(30_000);
        assert.equal((await visit())[0], "REVALIDATED", "after the window it waits for the origin");
    });

    it("STALE within stale-if-error, the error itself without", async () => {
        for (const [control, how, status] of [
            ["max-age=10, stale-if-error=60", "STALE", 200],
            ["max-age=10", "EXPIRED", 503],
        ] as const) {
            const { clock, core, visit } = stage({ "cache-control": control });
            await visit();
            await clock.advance(10_000);
            core.faults.add({ target: "origin", kind: "status", status: 503 });
            assert.deepEqual((await visit()).slice(0, 2), [how, status]);
        }
    });

    it("after an invalidation the windows count from then, after a purge there is nothing to serve", async () => {
        const control = { "cache-control": "max-age=1000, stale-while-revalidate=20, stale-if-error=60" };
        const { clock, core, files, visit, purge } = stage(control);
        await visit();
        files.set("/a.css", "two");
        purge({ kind: "files", keys: new Set([A]) }, "invalidate");
        assert.deepEqual(await visit(), ["UPDATING", 200, "one"]);
        await core.edge.idle();
        purge({ kind: "everything" }, "invalidate");
        await clock.advance(30_000);
        core.faults.add({ target: "origin", kind: "status", status: 503, times: 2 });
        assert.deepEqual(await visit(), ["STALE", 200, "two"]);
        purge({ kind: "everything" });
        assert.equal((await visit())[1], 503);
    });
});
