import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert";
import fc from "fast-check";
import { DEFAULTS } from "../../components/settings/componentOptions";
import { noLostDebt, noStaleCopy } from "./check";
import { Ledger } from "./ledger";
import type { End } from "./life";
import type { Setup } from "./setup";
import { setupArb } from "./setup";
import { Simulation } from "./simulation";
import type { Files } from "./site";
import type { Result, Up } from "./up";
import { up } from "./up";

const A: Files = new Map([
    ["index.html", "page A"],
    ["app.js", "script A"],
]);
const B: Files = new Map([
    ["index.html", "page B"],
    ["app.js", "script B"],
]);

/** The default, ms. */
const REBOUND = (DEFAULTS.rebound || 0) * 1000;

function start(more: Partial<Setup> = {}): { simulation: Simulation; ledger: Ledger } {
    const [drawn] = fc.sample(setupArb(), { numRuns: 1, seed: 1 }) as [Setup];
    const ledger = new Ledger(0);
    const setup: Setup = {
        ...drawn,
        seed: 1,
        plan: "free",
        tiered: true,
        htmlHandling: "auto-trailing-slash",
        uploads: ["onChange"],
        serving: "plain",
        sweeps: "behind",
        lag: 0,
        longestFetch: 0,
        slowShare: 0,
        propagation: { dataCentres: [0, 0], upper: 0 },
        settings: { ...DEFAULTS, retries: 0, batchSize: 2 },
        always: [],
        crossOrigins: [],
        ...more,
    };
    return { simulation: new Simulation(setup, ledger), ledger };
}

const deployed = (files: Files, simulation: Simulation, more: Partial<Up> = {}): Promise<Result> =>
    up({ files, bases: 1, faults: [], visitors: 0, ...more }, simulation);

/** A is deployed, then B and killed, with visitors everywhere; then the files are changed back, and deployed. */
async function killedAndReverted(end: End, more: Partial<Setup> = {}) {
    const { simulation, ledger } = start(more);
    await deployed(A, simulation);
    const killed = await deployed(B, simulation, { end, visitors: 3 });
    for (const url of simulation.known) {
        await simulation.visit(url, 0);
        await simulation.visit(url, 1);
    }
    const reverted = await deployed(A, simulation);
    return { simulation, ledger, killed, reverted };
}

/** Kills at its first point, at its second, and so on until the `up` is over first. */
async function atEveryPoint(how: End["how"], visit: (end: End) => Promise<Result>): Promise<number> {
    for (let at = 1; ; at++) {
        if ((await visit({ at, how, grace: 1200 })) !== "killed") {
            return at - 1;
        }
    }
}

describe("stateful stories", () => {
    for (const how of ["provider", "engine"] as const) {
        it(`${how} killed at any point of B, then reverted to A: the next up leaves nothing stale`, async () => {
            const points = await atEveryPoint(how, async (end) => {
                const { simulation, ledger, killed, reverted } = await killedAndReverted(end, { uploads: ["mirror"] });
                strictEqual(reverted, "success");
                await noStaleCopy(simulation);
                noLostDebt(simulation, ledger);
                return killed;
            });
            ok(points > 30, `only ${points} points`);
        });
    }

    it("the same with one resource that holds the manifest: B stays at the edge", async () => {
        const setup = { uploads: ["mirror"], oneResource: true } satisfies Partial<Setup>;
        const stale: number[] = [];
        await atEveryPoint("provider", async (end) => {
            const { simulation, killed, reverted } = await killedAndReverted(end, setup);
            strictEqual(reverted, "success");
            await noStaleCopy(simulation).catch(() => stale.push(end.at));
            return killed;
        });
        ok(stale.length > 10, `only at ${stale.length} points`);
    });

    it("files that are deleted after the purge: all forms of the page are fresh at the end of the same up", async () => {
        const { simulation, ledger } = start({ uploads: ["objects"] });
        const page: Files = new Map([...A, ["about.html", "a page"]]);
        await deployed(page, simulation);
        strictEqual(await deployed(A, simulation, { visitors: 3 }), "success");
        noLostDebt(simulation, ledger);
        await noStaleCopy(simulation);
    });

    it("the same by objects that do not depend on the journal: owed by this up, paid by the next", async () => {
        const { simulation, ledger } = start({ uploads: ["objects"], sweeps: "without" });
        const page: Files = new Map([...A, ["about.html", "a page"]]);
        deepStrictEqual([await deployed(page, simulation), await deployed(A, simulation)], ["success", "owed"]);
        noLostDebt(simulation, ledger);
        strictEqual(await deployed(A, simulation), "success");
        await noStaleCopy(simulation);
    });

    it("a page that is served after it was removed, and comes back later than its purge: owed until then", async () => {
        const { simulation, ledger } = start({ uploads: ["keeps", "mirror"], odd: true });
        const page: Files = new Map([...A, ["about.html", "a page"]]);
        const back: Files = new Map([...A, ["about.html", "another page"]]);
        for (const files of [page, A, A]) {
            await deployed(files, simulation);
        }
        strictEqual(await deployed(back, simulation, { odd: "excludeUpload" }), "owed");
        strictEqual(await deployed(back, simulation, { upload: "mirror" }), "success");
        noLostDebt(simulation, ledger);
        await noStaleCopy(simulation);
    });

    it("pages that come with the next deploy, under another name: what leads to them is purged with them", async () => {
        const { simulation, ledger } = start({ odd: true });
        const renamed: Files = new Map([["about.html", "page A"]]);
        const results = [await deployed(A, simulation, { odd: "excludeUpload" }), await deployed(renamed, simulation)];
        deepStrictEqual(results, ["owed", "success"]);
        noLostDebt(simulation, ledger);
        await noStaleCopy(simulation);
    });

    it("files that come one by one while purges are refused: each is purged once it is there", async () => {
        for (let seed = 1; seed <= 12; seed++) {
            const settings = { ...DEFAULTS, retries: 1, batchSize: 4, verify: false } as const;
            const { simulation, ledger } = start({ odd: true, seed, settings });
            const page: Files = new Map([...A, ["about.html", "a page"]]);
            await deployed(page, simulation, { odd: "excludeUpload" });
            await deployed(page, simulation, { odd: "failUpload" });
            const busy = { kind: "rate-limit", retryAfter: 0, when: "before", skip: 1, times: 3 } as const;
            await deployed(page, simulation, { odd: "excludeUpload", faults: [busy] });
            await deployed(page, simulation);
            noLostDebt(simulation, ledger);
        }
    });

    it("a trigger whose purge is refused: what it asked for is owed, and to forget it is found", async () => {
        const targets = { urls: ["https://www.example.com/feed.xml"], prefixes: ["www.example.com/api/"] };
        const { simulation, ledger } = start({ targets });
        await deployed(A, simulation);
        const refused = { kind: "status", status: 403, code: 10000, when: "before", times: "always" } as const;
        strictEqual(await deployed(A, simulation, { trigger: 1, faults: [refused] }), "failed");
        noLostDebt(simulation, ledger);
        const { purge } = simulation.state;
        ok(purge !== undefined);
        simulation.state.purge = { ...purge, owed: "" };
        throws(() => noLostDebt(simulation, ledger), /asked for by a trigger/);
        simulation.state.purge = purge;
        strictEqual(await deployed(A, simulation, { trigger: 1 }), "success");
        noLostDebt(simulation, ledger);
        deepStrictEqual(ledger.unanswered(), []);
    });

    it("files that an upload leaves out: 5 s for all of them, none for those that change by the next up, then let go", async () => {
        const { simulation } = start({ uploads: ["leavesOut"] });
        const { clock } = simulation;
        const took = async (files: Files): Promise<[Result, number]> => {
            const since = clock.monotonic();
            const result = await deployed(files, simulation);
            return [result, Math.round((clock.monotonic() - since) / 1000)];
        };
        const more: Files = new Map([...A, ["style.css", "style"]]);
        const [first] = await took(A);
        const [second] = await took(more);
        const [third, seconds] = await took(more);
        deepStrictEqual([first, second, third], ["owed", "owed", "success"]);
        ok(seconds <= 5, `${seconds} s`);
        const before = simulation.core.purgeLog.length;
        deepStrictEqual(await took(more), ["success", 0]);
        strictEqual(simulation.core.purgeLog.length, before);
    });

    it("a page to log in, with 200 for everything: asked for by one more up, and let go after the rebound's time", async () => {
        const { simulation } = start();
        const { clock } = simulation;
        const took = async (): Promise<[Result, number]> => {
            const since = clock.monotonic();
            const result = await deployed(A, simulation, { sight: "loginPage" });
            return [result, clock.monotonic() - since];
        };
        strictEqual((await took())[0], "owed");
        const [result, ms] = await took();
        deepStrictEqual([result, ms], ["success", REBOUND]);
        const before = simulation.core.purgeLog.length;
        strictEqual((await took())[0], "success");
        strictEqual(simulation.core.purgeLog.length, before);
    });

    describe("the deploy machine's clock is set while a slow fetch is on its way", () => {
        const deployedWhileSet = async (by: number, more: Partial<Setup> = {}) => {
            const settings = { ...DEFAULTS, batchSize: 1, retries: 0, verify: false, originReady: false } as const;
            const { simulation } = start({ uploads: ["mirror"], settings, ...more });
            const { clock, core } = simulation;
            await deployed(A, simulation);
            core.edge.clear();
            core.faults.add({ target: "origin", kind: "slow", when: "after", ms: 1900, path: "/app.js" });
            const slow = simulation.visit("https://www.example.com/app.js", 0);
            const before = core.purgeLog.length;
            const since = clock.monotonic();
            // After the first batch, while the second is on its way.
            core.faults.add({ kind: "slow", when: "before", ms: 200, skip: 1 });
            const set = async () => {
                while (core.purgeLog.length === before) {
                    await clock.sleep(50);
                }
                simulation.wallAhead += by;
            };
            const setting = set();
            strictEqual(await deployed(B, simulation), "success");
            await Promise.all([slow, setting]);
            return { simulation, seconds: (clock.monotonic() - since) / 1000 };
        };
        const HOUR = 3_600_000;

        for (const by of [HOUR, -HOUR]) {
            it(`by ${by / HOUR} h: nothing is stale, and nobody waits for it`, async () => {
                const { simulation, seconds } = await deployedWhileSet(by);
                await noStaleCopy(simulation);
                ok(seconds < 10, `${seconds} s`);
            });
        }

        it("durations by that clock: a stale byte", async () => {
            const { simulation } = await deployedWhileSet(HOUR, { wallDurations: true });
            await rejects(noStaleCopy(simulation), { name: "StaleByte" });
        });
    });

    it("a limit: purges that reach the upper tier later than a data centre, and a slow fetch at the same time", async () => {
        const { simulation } = start({ uploads: ["mirror"], propagation: { dataCentres: [0, 0], upper: 900 } });
        const { clock, core } = simulation;
        const url = "https://www.example.com/app.js";
        await deployed(A, simulation);
        core.edge.clear();
        core.faults.add({ target: "origin", kind: "slow", when: "after", ms: 1900, path: "/app.js" });
        const slow = simulation.visit(url, 0);
        // Between the second purge's arrival at the data centres and its arrival at the upper tier.
        const between = async () => {
            for (;;) {
                await clock.sleep(50);
                const accepted = core.purgeLog.filter(({ body }) => JSON.stringify(body).includes("/app.js"));
                if (accepted.length >= 4) {
                    return simulation.visit(url, 1);
                }
            }
        };
        const visitor = between();
        const settings = { ...simulation.setup.settings, verify: false, originReady: false } as const;
        Object.assign(simulation.setup, { settings });
        strictEqual(await deployed(B, simulation), "success");
        await Promise.all([slow, visitor]);
        await rejects(noStaleCopy(simulation), { name: "StaleByte" });
    });
});
