import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert";
import fc from "fast-check";
import type { Counts } from "./property";
import { neverStale, noCounts } from "./property";
import { absentIsOld, keptIsNotPurged, oneClass, servedIsOld } from "./rules";
import type { Setup, UploadKind } from "./setup";
import { isEarly, writesLater } from "./setup";
import type { Simulation } from "./simulation";
import { OTHER_SITE } from "./site";
import { Waits } from "./waits";

/** Another seed: STATEFUL_SEED=7 npm test. A soak takes a new one each time (docs/proof.md). */
const SEED = Number(process.env.STATEFUL_SEED ?? 6);

/** Quick fetches, and purges that work at once: what is left is what the test is about. */
const calm = { lag: 0, longestFetch: 0, slowShare: 0, propagation: { dataCentres: [0, 0], upper: 0 } };

async function caught(seed: number, change: (setup: Setup) => Setup): Promise<string> {
    const property = neverStale(noCounts(), (setup) => ({ ...change(setup), debts: false }));
    const { errorInstance, failed } = await fc.check(property, { numRuns: 1000, seed, endOnFailure: true });
    ok(failed, "nothing was found in 1000 runs");
    return String(errorInstance);
}

describe("stateful: deploys under faults, kills and visitors", function () {
    this.timeout(180_000);

    it("never a stale byte after a success, never a lost debt, in 2 000 runs", async () => {
        const counts = noCounts();
        await fc.assert(neverStale(counts), { numRuns: 2000, seed: SEED });
        const { runs, deploys, successes, kills, faults } = counts;
        strictEqual(runs, 2000);
        ok(successes > deploys / 2, `${successes} of ${deploys} came to a good end: too few to have looked at much`);
        ok(kills > 400 && faults > 1500, `${kills} kills and ${faults} faults: too few to prove anything`);
    });

    it("is the same from the same seed: every purge, to the millisecond", async () => {
        const trace = async (seed: number): Promise<[Counts, unknown[]]> => {
            const counts = noCounts();
            const simulations: unknown[] = [];
            const ended = ({ core, clock }: Simulation) =>
                simulations.push([clock.now(), core.purgeLog.map(({ at, body, status }) => [at, body, status])]);
            await fc.assert(neverStale(counts, undefined, ended), { numRuns: 25, seed });
            return [counts, simulations];
        };
        const [once, again, other] = [await trace(SEED), await trace(SEED), await trace(SEED + 1)];
        deepStrictEqual(again, once);
        ok(JSON.stringify(other) !== JSON.stringify(once));
    });

    describe("finds what it is there to find", () => {
        it("with rebound off and a slow fetch: a stale byte", async () => {
            const error = await caught(1, (setup) => ({
                ...setup,
                ...calm,
                longestFetch: 1900,
                slowShare: 0.6,
                settings: { ...setup.settings, rebound: false },
            }));
            match(error, /^StaleByte/);
        });

        it("with a rebound that is shorter than the slowest fetch: a stale byte", async () => {
            const error = await caught(1, (setup) => ({
                ...setup,
                ...calm,
                longestFetch: 1900,
                slowShare: 0.6,
                settings: { ...setup.settings, rebound: 0.5 },
            }));
            match(error, /^StaleByte/);
        });

        it("with rebound off, and purges that reach the upper tier last: a stale byte", async () => {
            const error = await caught(1, (setup) => ({
                ...setup,
                ...calm,
                tiered: true,
                propagation: { dataCentres: [0, 0], upper: 1900 },
                settings: { ...setup.settings, rebound: false },
            }));
            match(error, /^StaleByte/);
        });

        it("with visitors of another site that the component is not told of: a stale byte", async () => {
            const others = { crossOrigins: [OTHER_SITE], toldOrigins: [] };
            match(await caught(1, (setup) => ({ ...setup, ...calm, ...others })), /^StaleByte/);
        });

        /** Setups that are not made for writes after the purge stay as they are. */
        const still = (setup: Setup, upload: UploadKind, more: Partial<Setup>): Setup =>
            writesLater(upload) && !isEarly(setup)
                ? setup
                : { ...setup, ...calm, sweeps: "without", uploads: [upload], serving: "plain", ...more };

        it("with 404 for a deployed file taken for old bytes: owed for ever", async () => {
            match(await caught(1, (setup) => still(setup, "leavesOut", { rule: absentIsOld })), /^NeverPaid/);
        });

        it("with a removed file that is kept taken for old bytes: owed for ever", async () => {
            match(await caught(1, (setup) => still(setup, "keeps", { rule: servedIsOld })), /^NeverPaid/);
        });

        it("with one class for whatever was not seen to be ready: a needless purge", async () => {
            match(await caught(1, (setup) => still(setup, "objects", { rule: oneClass })), /^NeedlessPurge/);
        });

        it("with what is kept for the origin's sake taken for never purged: owed for ever", async () => {
            match(
                await caught(1, (setup) => still(setup, "leavesOut", { rule: keptIsNotPurged })),
                /^NeverPaid|^NeedlessPurge/,
            );
        });

        it("with a Sweep that does nothing: a stale byte", async () => {
            match(await caught(1, (setup) => still(setup, "objects", { sweeps: "nothing" })), /^StaleByte/);
        });

        it("with a Sweep before the objects of removed files are deleted: a stale byte", async () => {
            match(await caught(1, (setup) => still(setup, "objects", { sweeps: "before" })), /^StaleByte/);
        });

        it("with a wait for a file that was waited for before: a needless wait", () => {
            const waits = new Waits();
            const [wanted, there] = [new Map([["_headers", "rules"]]), new Map<string, string>()];
            waits.deploy(new Map(), wanted);
            strictEqual(waits.most(wanted, there, "clear", 30, 2), 5);
            waits.end(wanted, there, "clear");
            const changed = new Map([["_headers", "other rules"]]);
            strictEqual(waits.most(changed, there, "clear", 30, 2), 2);
            throws(() => waits.check(5000, waits.most(changed, there, "clear", 30, 2)), { name: "NeedlessWait" });
        });

        it("with one resource that holds the manifest: a stale byte", async () => {
            const error = await caught(1, (setup) => ({
                ...setup,
                ...calm,
                uploads: ["mirror"],
                serving: "plain",
                oneResource: true,
            }));
            match(error, /^StaleByte/);
        });
    });
});
