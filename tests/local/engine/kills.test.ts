import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import fs from "node:fs";
import type { Run } from "../../../local/engine";
import type { Planned } from "./things";
import { errorsOf, Things } from "./things";

const plan = (text: string, hangs: boolean): Planned[] => [
    { name: "a", props: { text } },
    { name: "b", props: { from: { $from: "a.out" }, prints: "b is under way", ...(hangs ? { hangs } : {}) } },
];

/** Resolves when the run prints the line. */
const printed = (run: Run, text: string): Promise<void> =>
    new Promise((resolve) => run.on("line", (line) => line.includes(text) && resolve()));

describe("kills", function () {
    // The CLI takes several seconds for a run.
    this.timeout(180_000);

    it("of the provider, then of the engine: what was done is kept, and the next `up` goes on", () =>
        Things.with(async (things) => {
            await things.up(plan("one", false));
            things.plan(plan("two", true));
            const run = things.stack.start("up");
            await printed(run, "b is under way");
            for (const pid of run.providerPids()) {
                process.kill(pid, "SIGKILL");
            }
            const result = await run.done;
            strictEqual(result.succeeded, false);
            ok(errorsOf(result) !== "");
            const state = await things.state();
            strictEqual(state.a?.inputs?.text, "two");
            strictEqual(state.b?.inputs?.from, "out of one");

            things.plan(plan("three", true));
            const second = things.stack.start("up");
            await printed(second, "b is under way");
            const providers = second.providerPids();
            strictEqual(providers.length, 1, "the provider's process is known");
            second.kill("SIGKILL");
            const killed = await second.done;
            // The provider outlives its engine; nobody else ends it.
            for (const pid of providers) {
                process.kill(pid, "SIGKILL");
            }
            strictEqual(killed.succeeded, false);
            const { deployment } = await things.stack.exportState();
            deepStrictEqual(
                deployment.pending_operations?.map(({ type }) => type),
                ["updating"],
            );
            strictEqual((await things.state()).a?.inputs?.text, "three", "the finished step is in the state");

            match(errorsOf(await things.fails(plan("four", false))), /locked/);
            await things.stack.cancel();
            things.calls();
            const next = await things.up(plan("four", false));
            deepStrictEqual(things.works(), ["update a", "update b"]);
            const warned = next.diagnostics.some(({ message }) =>
                /1 pending operations.*::b, interrupted while updating/s.test(message),
            );
            ok(warned, next.log);
            const settled = await things.stack.exportState();
            strictEqual(settled.deployment.pending_operations?.length ?? 0, 0);
        }));

    it("Ctrl-C lets the step under way finish, and leaves no lock", () =>
        Things.with(async (things) => {
            const gate = things.file("gate");
            const waits = (text: string): Planned[] => [
                { name: "a", props: { text, prints: "a is under way", gate } },
                { name: "b", props: { from: { $from: "a.out" } } },
            ];
            things.plan(waits("one"));
            const run = things.stack.start("up");
            await printed(run, "a is under way");
            run.kill("SIGINT");
            fs.writeFileSync(gate, "");
            const canceled = await run.done;
            strictEqual(canceled.succeeded, false);
            deepStrictEqual(things.works(), ["create a"]);
            ok((await things.state()).a, "what was made is kept");
            strictEqual((await things.up(waits("one"))).summary.created, 1);
        }));
});
