import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from "node:assert";
import type { Planned } from "./things";
import { stepsOf, Things } from "./things";

describe("a resource's life", function () {
    // The CLI takes several seconds for a run.
    this.timeout(180_000);

    it("is created, kept, updated and deleted", () =>
        Things.with(async (things) => {
            const plan = (text: string): Planned[] => [
                { name: "box", kind: "box", props: { shown: "yes" } },
                { name: "a", props: { text }, opts: { parent: "box" } },
                { name: "b", props: { text: "of b", from: { $from: "a.out" } }, opts: { dependsOn: ["box"] } },
            ];
            const created = await things.up(plan("one"));
            deepStrictEqual(created.summary, { created: 4, updated: 0, replaced: 0, unchanged: 0, deleted: 0 });
            deepStrictEqual(created.outputs, { a: "out of one", b: "out of of b" });
            deepStrictEqual(things.works(), ["create a", "create b"]);
            const { box, a, b } = await things.state();
            deepStrictEqual(box?.outputs, { shown: "yes" });
            strictEqual(a?.urn, things.urn("a", "things:index:Box$"));
            strictEqual(a?.parent, box?.urn);
            strictEqual(a?.outputs?.out, "out of one");
            strictEqual(b?.inputs?.from, "out of one");
            deepStrictEqual(b?.propertyDependencies?.from, [a?.urn]);
            match(String(b?.provider), /::pulumi:providers:pulumi-nodejs::default::[0-9a-f-]{36}$/);

            const same = await things.up(plan("one"));
            deepStrictEqual(same.summary, { created: 0, updated: 0, replaced: 0, unchanged: 4, deleted: 0 });
            const all = things.calls().map(({ method, name }) => `${method} ${name}`);
            deepStrictEqual(all, ["check a", "diff a", "check b", "diff b"]);

            const updated = await things.up(plan("two"));
            deepStrictEqual(stepsOf(updated), ["same box", "update a", "update b"]);
            const [checkA, diffA, updateA] = things.calls();
            deepStrictEqual(checkA?.olds, { name: "a", text: "one" });
            deepStrictEqual(diffA?.olds, { name: "a", text: "one", out: "out of one" });
            deepStrictEqual(updateA?.news, { name: "a", text: "two" });
            strictEqual(updateA?.id, a?.id);

            const removed = await things.up([]);
            deepStrictEqual(removed.summary, { created: 0, updated: 0, replaced: 0, unchanged: 1, deleted: 3 });
            deepStrictEqual(things.works(), ["delete b", "delete a"], "dependents go first");
            deepStrictEqual(removed.outputs, {});
            ok(!("a" in (await things.state())));
        }));

    it("changes in the way that the provider's diff asks for", () =>
        Things.with(async (things) => {
            const plan = (text: string): Planned[] => [
                // Created first; what depends on it moves over; the old one goes at the end.
                { name: "first", props: { text, replaceKeys: ["text"] } },
                { name: "moved", props: { from: { $from: "first.out" } } },
                // Replaced as well, since its input comes from a replaced resource.
                { name: "along", props: { from: { $from: "first.out" }, replaceKeys: ["from"] } },
                // Compared by the engine, since the provider's diff says nothing.
                { name: "loose", props: { text, loose: true } },
                // The provider sees no change in a key that it does not know.
                { name: "unseen", props: { text: "x", ...(text === "two" ? { replaceKeys: null } : {}) } },
            ];
            await things.up(plan("one"));
            const before = await things.state();
            things.calls();
            const result = await things.up(plan("two"));
            const works = things.works();
            const order = (...expected: string[]) =>
                deepStrictEqual(
                    works.filter((work) => expected.includes(work)),
                    expected,
                );
            order("create first", "update moved", "delete first");
            order("create first", "create along", "delete along", "delete first");
            const steps = stepsOf(result);
            deepStrictEqual(
                steps.filter((text) => text.endsWith(" first")),
                ["create-replacement first", "replace first", "delete-replaced first"],
            );
            deepStrictEqual(
                steps.filter((text) => text.endsWith(" along")),
                ["create-replacement along", "replace along", "delete-replaced along"],
            );
            deepStrictEqual(result.summary, { created: 0, updated: 3, replaced: 2, unchanged: 1, deleted: 0 });
            const step = (name: string, op: string) => result.steps.find((one) => one.name === name && one.op === op);
            deepStrictEqual(step("first", "replace")?.replaceKeys, ["text"]);
            ok(step("loose", "update")?.detailedDiff?.text, "the engine's own diff names the property");
            const after = await things.state();
            for (const name of ["first", "along"]) {
                notStrictEqual(after[name]?.id, before[name]?.id, name);
            }
            for (const name of ["moved", "loose", "unseen"]) {
                strictEqual(after[name]?.id, before[name]?.id, name);
            }
        }));

    it("is deleted after what depended on it, also where a replacement leaves the old one behind", () =>
        Things.with(async (things) => {
            const root = (text: string): Planned => ({
                name: "root",
                props: { text, replaceKeys: ["text"] },
            });
            const dependents: Planned[] = [
                { name: "direct", opts: { dependsOn: ["root"] } },
                { name: "kept", opts: { dependsOn: ["root"] } },
                { name: "throughDirect", opts: { dependsOn: ["direct"] } },
                { name: "box", kind: "box" },
                { name: "inBox", opts: { parent: "box", dependsOn: ["root"] } },
            ];
            const kept = dependents.filter(({ name }) => name === "kept");
            await things.up([root("one"), ...dependents]);
            things.calls();
            await things.up([root("two"), ...kept]);
            const works = things.works();
            strictEqual(works[0], "create root");
            deepStrictEqual([...works.slice(1)].sort(), [
                "delete direct",
                "delete inBox",
                "delete root",
                "delete throughDirect",
            ]);
            strictEqual(works.at(-1), "delete root", works.join());
            ok(works.indexOf("delete throughDirect") < works.indexOf("delete direct"), works.join());

            // Where a delete fails, what it depended on waits in the state; the next deployment tries both again.
            const failing: Planned = { name: "direct", props: { fails: "delete" }, opts: { dependsOn: ["root"] } };
            await things.up([root("two"), ...kept, failing]);
            things.calls();
            await things.fails([root("three"), ...kept]);
            deepStrictEqual(things.works(), ["create root", "delete direct"]);
            ok((await things.state())["root (old)"]);
            await things.fails([root("three"), ...kept]);
            deepStrictEqual(things.works(), ["delete direct"], "in the same order");
            await things.up([root("three"), ...kept, failing]);
            deepStrictEqual(things.works(), ["delete root"], "also when the dependent is wanted again");
        }));
});
