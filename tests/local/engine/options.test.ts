import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import type { Planned } from "./things";
import { errorsOf, Things } from "./things";

const thing = (name: string, props: object, opts: object = {}): Planned => ({
    name,
    props: { ...props },
    opts: { ...opts },
});
const box = (name: string, opts: object = {}): Planned => ({ name, kind: "box", props: {}, opts: { ...opts } });

describe("resource options", function () {
    // The CLI takes several seconds for a run.
    this.timeout(180_000);

    it("aliases: a renamed component keeps its children, and theirs", () =>
        Things.with(async (things) => {
            const site = (name: string, opts: object = {}) => [
                box(name, opts),
                thing(`${name}-a`, { name: "a", text: "one" }, { parent: name }),
                box(`${name}-in`, { parent: name }),
                thing(`${name}-in-b`, { name: "b", from: { $from: `${name}-a.out` } }, { parent: `${name}-in` }),
                thing(`${name}-other`, { name: "c", text: "not in the component" }),
            ];
            await things.up(site("old"));
            const before = await things.state();
            things.calls();
            const renamed = await things.up(site("new", { aliases: [{ name: "old" }] }));
            deepStrictEqual(
                renamed.summary,
                { created: 1, updated: 0, replaced: 0, unchanged: 5, deleted: 1 },
                renamed.log,
            );
            deepStrictEqual(things.works(), ["create c", "delete c"], "without an alias it is another resource");
            const after = await things.state();
            const names = Object.keys(before).map((name) => name.replace("old", "new"));
            deepStrictEqual(Object.keys(after).sort(), names.sort());
            strictEqual(after["new-a"]?.id, before["old-a"]?.id);
            deepStrictEqual(after["new-in-b"]?.dependencies, [after["new-a"]?.urn], "references follow");
            strictEqual(JSON.stringify(after).includes("old-"), false);
        }));

    it("do what they say: a table of options, created, changed and taken away", () =>
        Things.with(async (things) => {
            const plan = (text: string, protect: boolean): Planned[] => [
                thing("ignores", { text, other: { deep: text } }, { ignoreChanges: ["text", "other"] }),
                thing("replaces", { text, replaceKeys: ["text"] }),
                thing("asked", { text, loose: true }, { replaceOnChanges: ["text"] }),
                thing("element", { text: [text], loose: true }, { replaceOnChanges: ["text[*]"] }),
                thing("noElement", { text, loose: true }, { replaceOnChanges: ["text[*]"] }),
                thing("slow", { text: "x" }, { customTimeouts: { create: "2m", update: "500ms" } }),
                thing("hidden", { text: "x" }, { additionalSecretOutputs: ["out"] }),
                box("safe", { protect }),
                thing("inSafe", { text: "x" }, { parent: "safe" }),
                box("early"),
                thing("inEarly", { text: "x" }, { parent: "early" }),
                thing("late", { text: "x" }, { dependsOn: ["early"] }),
            ];
            await things.up(plan("one", true));
            const made = things.works();
            ok(made.indexOf("create inEarly") < made.indexOf("create late"), "a component's children come first");
            const before = await things.state();
            deepStrictEqual(before.slow?.customTimeouts, { create: 120, update: 0.5 });
            ok((before.hidden?.outputs?.out as { ciphertext?: string } | undefined)?.ciphertext);
            strictEqual(before.inSafe?.protect, true, "protect is inherited");

            const changed = await things.up(plan("two", true));
            const works = things.works();
            for (const [name, done] of [
                ["replaces", ["create", "delete"]],
                ["asked", ["create", "delete"]],
                ["element", ["create", "delete"]],
                ["noElement", ["update"]],
                ["ignores", []],
            ] as const) {
                deepStrictEqual(
                    works.filter((work) => work.endsWith(` ${name}`)),
                    done.map((work) => `${work} ${name}`),
                );
            }
            strictEqual(changed.summary.replaced, 3);
            deepStrictEqual((await things.state()).ignores?.inputs?.other, { deep: "one" });

            const refused = await things.fails(plan("two", true).filter(({ name }) => name !== "inSafe"));
            match(errorsOf(refused), /resource ".*::inSafe" cannot be deleted\nbecause it is protected/);
            ok((await things.state()).inSafe);

            const inSafe = (props: Record<string, unknown>) =>
                plan("two", true).map((one) => (one.name === "inSafe" ? { ...one, props } : one));
            const replacement = await things.fails(inSafe({ text: "y", replaceKeys: ["text"] }));
            match(errorsOf(replacement), /unable to replace resource ".*::inSafe"\nas it is/);

            await things.up(plan("two", false));
            things.calls();
            const gone = await things.up([]);
            strictEqual(gone.summary.deleted, 12);
            const deleted = things.works();
            ok(deleted.indexOf("delete late") < deleted.indexOf("delete inEarly"), "and are deleted last");
        }));

    it("transforms: of the resource, of its parents, of the stack", () =>
        Things.with(async (things) => {
            things.plan(
                [
                    box("box", { transforms: { ofBox: "yes" } }),
                    thing("a", { text: "one" }, { parent: "box", transforms: { ofA: "yes" } }),
                    thing("b", { from: { $from: "a.out" } }),
                ],
                { transform: { ofStack: "yes" } },
            );
            const result = await things.stack.up();
            strictEqual(result.succeeded, true, result.log);
            const { a, b } = await things.state();
            const { __provider: _, ...inputs } = a?.inputs ?? {};
            deepStrictEqual(inputs, { name: "a", text: "one", ofA: "yes", ofBox: "yes", ofStack: "yes" });
            strictEqual(b?.inputs?.from, "out of one");
            deepStrictEqual(b?.dependencies, [a?.urn]);
        }));
});
