import { deepStrictEqual, ok, strictEqual } from "node:assert";
import fs from "node:fs";
import type { Planned } from "./things";
import { stepsOf, Things } from "./things";

describe("refresh and destroy", function () {
    // The CLI takes several seconds for a run.
    this.timeout(180_000);

    it("refresh takes over what a read finds, and drops what is gone", () =>
        Things.with(async (things) => {
            const world = things.file("world.json");
            const is = (found: object) => fs.writeFileSync(world, JSON.stringify(found));
            const all: Planned[] = [
                { name: "a", props: { text: "one", reads: true, world } },
                { name: "b", props: { text: "b", reads: true, world, from: { $from: "a.out" } } },
                { name: "plain", props: { text: "it has no read" } },
            ];
            await things.up(all);
            const before = await things.state();
            things.calls();
            is({ a: { text: "drifted" }, b: {} });
            const drifted = await things.stack.refresh();
            strictEqual(drifted.succeeded, true, drifted.log);
            strictEqual(drifted.summary.updated, 1, drifted.log);
            const calls = things.calls().map(({ method, name }) => `${method} ${name}`);
            deepStrictEqual(calls.sort(), ["diff a", "diff b", "diff plain", "read a", "read b"]);
            const after = await things.state();
            strictEqual(after.a?.outputs?.text, "drifted");
            deepStrictEqual(after.plain?.outputs, before.plain?.outputs);
            const mended = await things.up(all);
            ok(stepsOf(mended).includes("update a"), "the program's value is put back");

            is({ b: {} });
            const gone = await things.stack.refresh();
            strictEqual(gone.summary.deleted, 1, gone.log);
            const state = await things.state();
            ok(!state.a);
            strictEqual(state.b?.dependencies, undefined, "no reference to it stays");
            things.calls();
            await things.up(all);
            ok(things.works().includes("create a"));
        }));

    it("destroy deletes all, dependents first, without the program; the state comes back by import", () =>
        Things.with(async (things) => {
            const all: Planned[] = [
                { name: "box", kind: "box" },
                { name: "a", props: { text: "one", token: { $secret: "hunter2" } }, opts: { parent: "box" } },
                { name: "b", props: { from: { $from: "a.out" } } },
            ];
            await things.up(all);
            const saved = await things.stack.exportState();
            things.calls();
            things.plan([], { throws: "the program ran" });
            const destroyed = await things.stack.destroy();
            strictEqual(destroyed.succeeded, true, destroyed.log);
            deepStrictEqual(things.works(), ["delete b", "delete a"]);
            deepStrictEqual(destroyed.summary, { created: 0, updated: 0, replaced: 0, unchanged: 0, deleted: 4 });
            deepStrictEqual(await things.state(), {});

            await things.stack.importState(saved);
            strictEqual((await things.up(all)).summary.unchanged, 4);
        }));
});
