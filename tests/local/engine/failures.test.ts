import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import type { Planned } from "./things";
import { errorsOf, stepsOf, Things } from "./things";

const a = (props: object): Planned => ({ name: "a", props: { ...props } });
const b: Planned = { name: "b", props: { from: { $from: "a.out" } } };

describe("failures", function () {
    // The CLI takes several seconds for a run.
    this.timeout(180_000);

    it("a create and an update that fail store nothing and are tried again; a program that throws deletes nothing", () =>
        Things.with(async (things) => {
            const failed = await things.fails([a({ text: "one", fails: "create" }), b]);
            match(errorsOf(failed), /create refused/);
            deepStrictEqual(stepsOf(failed), ["create a failed"]);
            deepStrictEqual(things.works(), ["create a"], "the dependent does not run");
            ok(!("a" in (await things.state())));
            await things.up([a({ text: "one" }), b]);
            deepStrictEqual(things.works(), ["create a", "create b"]);

            match(errorsOf(await things.fails([a({ text: "two", fails: "update" }), b])), /update refused/);
            strictEqual((await things.state()).a?.inputs?.text, "one");
            things.calls();
            await things.up([a({ text: "two" }), b]);
            deepStrictEqual(things.works(), ["update a", "update b"]);

            things.plan([a({ text: "three" })], { throws: "the program's own words" });
            const thrown = await things.stack.up();
            strictEqual(thrown.succeeded, false);
            match(errorsOf(thrown), /the program's own words/);
            ok((await things.state()).b, "the program did not come to b: that deletes nothing");
        }));

    it("half-way: what was made is kept with its errors, and the next `up` updates without any change", () =>
        Things.with(async (things) => {
            const stuck = [a({ text: "one", partial: ["first reason", "second reason"] }), b];
            const failed = await things.fails(stuck);
            match(errorsOf(failed), /2 errors occurred:\n\t\* first reason\n\t\* second reason/);
            const { a: made, b: none } = await things.state();
            deepStrictEqual(made?.initErrors, ["first reason", "second reason"]);
            strictEqual(made?.outputs?.done, "some");
            ok(made?.id && !none);
            things.calls();
            deepStrictEqual(stepsOf(await things.fails(stuck)), ["update a failed"]);
            deepStrictEqual(things.works(), ["update a"], "no input differs");
            await things.up([a({ text: "one" }), b]);
            deepStrictEqual(things.works(), ["update a", "create b"]);
            strictEqual((await things.state()).a?.initErrors, undefined);

            await things.fails([a({ text: "two", partial: ["stuck"] }), b]);
            const { a: half } = await things.state();
            strictEqual(half?.inputs?.text, "one", "old inputs");
            strictEqual(half?.outputs?.text, "two", "new outputs");
            deepStrictEqual(half?.initErrors, ["stuck"]);
            strictEqual((await things.stack.refresh()).succeeded, true);
            const { a: refreshed } = await things.state();
            strictEqual(refreshed?.initErrors, undefined, "a refresh clears the errors");
            strictEqual(refreshed?.outputs?.done, "some", "and leaves the outputs");
        }));

    it("a delete that fails leaves the resource, an old one of a replacement as well", () =>
        Things.with(async (things) => {
            const one = (text: string) => a({ text, fails: "delete", replaceKeys: ["text"] });
            await things.up([one("one")]);
            match(errorsOf(await things.fails([one("two")])), /delete refused/);
            const state = await things.state();
            ok(state.a && state["a (old)"]);
            things.calls();
            await things.fails([one("two")]);
            deepStrictEqual(things.works(), ["delete a"], "it is tried again before anything else is due");
        }));

    it("a refused check names the property, two resources of one name are refused, and nothing runs", () =>
        Things.with(async (things) => {
            match(
                errorsOf(await things.fails([a({ text: "one", refuse: "not like this" })])),
                /refuse.*not like this/s,
            );
            deepStrictEqual(things.works(), []);
            match(errorsOf(await things.fails([a({ text: "one" }), a({ text: "two" })])), /Duplicate resource URN/);
        }));
});
