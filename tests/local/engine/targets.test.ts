import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from "node:assert";
import type { Planned } from "./things";
import { errorsOf, stepsOf, Things } from "./things";

const plan = (a: string, b: string): Planned[] => [
    { name: "a", props: { text: a } },
    { name: "b", props: { text: b, from: { $from: "a.out" } } },
    { name: "c", props: { text: "c" } },
];

describe("targets", function () {
    // The CLI takes several seconds for a run.
    this.timeout(180_000);

    it("narrow an `up` to some resources, or replace them", () =>
        Things.with(async (things) => {
            const refused = await things.fails(plan("one", "x"), { targets: [things.urn("b")] });
            match(errorsOf(refused), /depends on .*::a' which was (was )?not specified in --target list/);
            deepStrictEqual(things.works(), []);

            await things.up(plan("one", "x"));
            things.calls();
            const onlyB = await things.up(plan("two", "y"), { targets: [things.urn("b")] });
            deepStrictEqual(things.works(), ["update b"]);
            deepStrictEqual(stepsOf(onlyB).sort(), ["same a", "same c", "update b"]);
            const state = await things.state();
            strictEqual(state.a?.inputs?.text, "one");
            strictEqual(state.b?.inputs?.from, "out of one", "it sees the old output of what was left out");

            await things.up(plan("three", "z"), { targets: ["**Thing::a"] });
            deepStrictEqual(things.works(), ["update a"], "a wildcard names a");

            await things.up(plan("four", "z"), { excludes: [things.urn("a")] });
            deepStrictEqual(things.works(), ["update b"], "all but a");

            await things.up(plan("three", "z").slice(0, 2), { targets: [things.urn("a")] });
            ok((await things.state()).c, "what is not named is not deleted");
            const dependent = await things.fails(plan("three", "z").slice(0, 1), { targets: [things.urn("a")] });
            match(errorsOf(dependent), /::b' will be destroyed but was not specified in --target list/);

            const unknown = await things.fails(plan("three", "z"), { targets: [things.urn("none")] });
            match(errorsOf(unknown), /Target .*none.* could not be found/s);

            const { a: before } = await things.state();
            things.calls();
            const replaced = await things.up(plan("three", "z"), { replaces: [things.urn("a")] });
            strictEqual(replaced.summary.replaced, 1);
            const ofA = things.works().filter((work) => work.endsWith(" a"));
            deepStrictEqual(ofA, ["create a", "delete a"], "a new one, from its inputs alone");
            notStrictEqual((await things.state()).a?.id, before?.id);
        }));
});
