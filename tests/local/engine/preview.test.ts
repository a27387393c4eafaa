import { deepStrictEqual, match, strictEqual } from "node:assert";
import type { Planned } from "./things";
import { errorsOf, stepsOf, Things } from "./things";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const lines = Array.from({ length: 200 }, (_, at) => `${String(at).padStart(4, "0")}  /page-${at}`);

const plan = (text: string, line: string): Planned[] => [
    { name: "a", props: { text } },
    { name: "b", props: { from: { $from: "a.out" }, deep: [{ id: { $from: "a.id" } }] } },
    { name: "long", props: { text: lines.map((old, at) => (at === 100 ? `${line}  /page-100` : old)).join("\n") } },
    { name: "new", props: { text, replaceKeys: ["text"] } },
    ...(text === "one" ? [{ name: "gone", props: { text } }] : []),
];

describe("preview", function () {
    // The CLI takes several seconds for a run.
    this.timeout(180_000);

    it("foresees, and does nothing", () =>
        Things.with(async (things) => {
            things.plan(plan("one", "0100"));
            const first = await things.stack.preview();
            strictEqual(first.succeeded, true, first.log);
            deepStrictEqual(first.summary, { created: 6, updated: 0, replaced: 0, unchanged: 0, deleted: 0 });
            deepStrictEqual(first.outputs, {});
            const checked = things.calls();
            deepStrictEqual([...new Set(checked.map(({ method }) => method))], ["check"]);
            const ofB = checked.find(({ name }) => name === "b");
            deepStrictEqual(ofB?.news, { name: "b", from: unknown, deep: [{ id: unknown }] }, "unknowns are sentinels");
            deepStrictEqual(await things.state(), {});

            await things.up(plan("one", "0100"));
            const before = await things.stack.exportState();
            things.calls();
            things.plan(plan("two", "ffff"));
            const second = await things.stack.preview();
            deepStrictEqual(second.summary, { created: 0, updated: 3, replaced: 1, unchanged: 1, deleted: 1 });
            deepStrictEqual(stepsOf(second).sort(), [
                "create-replacement new",
                "delete gone",
                "delete-replaced new",
                "replace new",
                "update a",
                "update b",
                "update long",
            ]);
            const calls = things.calls();
            const diffOfB = calls.find(({ method, name }) => method === "diff" && name === "b");
            strictEqual((diffOfB?.news as Record<string, unknown> | undefined)?.from, unknown);
            deepStrictEqual(
                calls.filter(({ method }) => method !== "check" && method !== "diff"),
                [],
            );
            deepStrictEqual((await things.stack.exportState()).deployment.resources, before.deployment.resources);

            // Of a long text only the changed lines and two around them.
            const shown = second.log.split("\n").filter((line) => line.includes("/page-"));
            deepStrictEqual(
                shown.map((line) => line.trim()),
                [
                    "0098  /page-98",
                    "0099  /page-99",
                    "- 0100  /page-100",
                    "+ ffff  /page-100",
                    "0101  /page-101",
                    "0102  /page-102",
                ],
            );
            match(second.steps.find(({ name }) => name === "long")?.diffText ?? "", /- 0100 {2}\/page-100\n.*\+ ffff/);

            things.plan([], { throws: "not today" });
            const failed = await things.stack.preview();
            strictEqual(failed.succeeded, false);
            match(errorsOf(failed), /not today/);
        }));
});
