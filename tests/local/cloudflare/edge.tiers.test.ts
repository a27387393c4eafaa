import * as assert from "node:assert/strict";
import { A, stage } from "./stage";

describe("purges and tiers", () => {
    it("MISS after a purge by URL, EXPIRED after one by host, prefix or tag", async () => {
        const { states, purge } = stage({ "cache-tag": "css" }, { tiered: true });
        await states(A);
        purge({ kind: "files", keys: new Set([A]) });
        assert.deepEqual(await states(A), ["MISS"]);
        purge({ kind: "hosts", hosts: new Set(["www.example.com"]) });
        assert.deepEqual(await states(A), ["EXPIRED"]);
        purge({ kind: "prefixes", prefixes: ["www.example.com/a"] });
        assert.deepEqual(await states(A), ["EXPIRED"]);
        purge({ kind: "tags", tags: new Set(["css"]) });
        assert.deepEqual(await states(A, A), ["EXPIRED", "HIT"]);
    });

    it("without an upper tier it is MISS each time", async () => {
        const { states, purge } = stage({ "cache-tag": "css" });
        await states(A);
        purge({ kind: "tags", tags: new Set(["css"]) });
        assert.deepEqual(await states(A), ["MISS"]);
    });

    it("leaves another zone's copies alone", async () => {
        const { core, states } = stage(
            {},
            {
                zones: [
                    { name: "example.com", cacheEverything: true },
                    { name: "example.org", cacheEverything: true },
                ],
            },
        );
        await states(A, "https://example.org/a.css");
        core.edge.purge({ zoneId: core.zones[1]?.id ?? "", selector: { kind: "everything" }, mode: "purge" });
        assert.deepEqual(await states(A, "https://example.org/a.css"), ["HIT", "MISS"]);
    });

    it("one fetch fills the upper tier for both data centres", async () => {
        const { core, fetches } = stage({}, { dataCentres: 2, tiered: true });
        for (const dataCentre of [0, 1]) {
            assert.equal((await core.visitInProcess(A, { dataCentre })).cacheStatus, "MISS");
        }
        assert.equal(fetches(), 1);
    });

    it("a purge takes its time to reach each tier", async () => {
        const { clock, core, files, visit } = stage(
            {},
            { tiered: true, propagation: { dataCentres: [0], upper: 3000 } },
        );
        await visit();
        files.set("/a.css", "two");
        core.edge.purge({ zoneId: core.zone.id, selector: { kind: "everything" }, mode: "purge" });
        assert.deepEqual(await visit(), ["MISS", 200, "one"], "refilled from the upper tier, which has not heard yet");
        await clock.advance(3000);
        assert.deepEqual(await visit(), ["HIT", 200, "one"], "and stays old: only a second purge helps");
        core.edge.purge({ zoneId: core.zone.id, selector: { kind: "everything" }, mode: "purge" });
        await clock.advance(3000);
        core.edge.purge({ zoneId: core.zone.id, selector: { kind: "everything" }, mode: "purge" });
        assert.deepEqual((await visit())[2], "two");
    });

    it("a fetch that began before the upload and ends after the purge puts the old bytes back", async () => {
        const { core, files, visit, purge } = stage();
        const hold = core.origin.hold("/a.css");
        const slow = visit();
        await hold.begun;
        files.set("/a.css", "two");
        purge({ kind: "files", keys: new Set([A]) });
        hold.release();
        assert.deepEqual(await slow, ["MISS", 200, "one"]);
        assert.deepEqual(await visit(), ["HIT", 200, "one"], "the race that a rebound closes");
        purge({ kind: "files", keys: new Set([A]) });
        assert.deepEqual(await visit(), ["MISS", 200, "two"]);
    });
});
