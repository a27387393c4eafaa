import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert";
import { differences } from "../../../local/engine/difference";
import { changedInputs, changedLines, shown } from "../../../local/engine/diffText";
import { seconds } from "../../../local/engine/goal";
import { ignoreChanges } from "../../../local/engine/ignoreChanges";
import { newSecrets, openSecrets } from "../../../local/engine/secrets";
import { UrnTargets } from "../../../local/engine/targets";
import { makeUrn, nameOf, typeOf } from "../../../local/engine/urn";
import { forProvider, markLike, secret, unknownValue } from "../../../local/engine/values";

describe("the engine's texts and values", () => {
    const ignored: [keys: string[], now: object, old: object, expected: object][] = [
        [["a"], { a: 2, b: 2 }, { a: 1, b: 1 }, { a: 1, b: 2 }],
        [["a"], { b: 2 }, { a: 1 }, { b: 2, a: 1 }],
        [["a"], { a: 2 }, {}, {}],
    ];
    for (const [keys, now, old, expected] of ignored) {
        it(`ignores ${keys} of ${JSON.stringify(now)}`, () =>
            deepStrictEqual(ignoreChanges({ ...now }, { ...old }, keys), expected));
    }

    it("finds what differs, as paths", () => {
        const found = differences(
            { same: 1, gone: 1, text: "a", deep: { list: [1, 2], "odd.key": 1 }, word: secret("x") },
            { same: 1, text: unknownValue, deep: { list: [1, 3, 4], "odd.key": 2 }, more: 1, word: secret("x") },
        );
        deepStrictEqual(found, {
            gone: "delete",
            text: "update",
            "deep.list[1]": "update",
            "deep.list[2]": "add",
            'deep["odd.key"]': "update",
            more: "add",
        });
    });

    it("shows changed lines with two around them", () => {
        const before = Array.from({ length: 12 }, (_, at) => `line ${at}`);
        const after = before.flatMap((line) => (line === "line 3" ? [] : line === "line 9" ? [line, "new"] : [line]));
        deepStrictEqual(changedLines(before.join("\n"), after.join("\n")), [
            "  ...",
            "  line 1",
            "  line 2",
            "- line 3",
            "  line 4",
            "  line 5",
            "  ...",
            "  line 8",
            "  line 9",
            "+ new",
            "  line 10",
            "  line 11",
        ]);
    });

    it("shows values in one line, secrets and internals not at all", () => {
        strictEqual(
            changedInputs({ __provider: 1, a: 1, t: secret("x") }, { __provider: 2, b: [true], t: secret("y") }),
            ["- a: 1", "+ b: [true]", "~ t: [secret] => [secret]"].join("\n"),
        );
        strictEqual(shown({ a: unknownValue, b: "x\ny" }), '{ a: [unknown], b: "x\\ny" }');
    });

    it("tells providers plaintext where they cannot take secrets, and marks what comes back", () => {
        const bag = { a: secret("x"), deep: { b: secret("y"), c: 1 }, list: [secret("z")], soon: unknownValue };
        const open = forProvider(bag, { secrets: false, resources: false, unknowns: false });
        deepStrictEqual(open, { a: "x", deep: { b: "y", c: 1 }, list: ["z"] });
        deepStrictEqual(markLike({ ...open, out: "x" }, bag), {
            a: secret("x"),
            deep: { b: secret("y"), c: 1 },
            list: secret(["z"]),
            out: "x",
        });
    });

    it("encrypts so that only the passphrase opens it, and never twice the same", async () => {
        const secrets = await newSecrets("right");
        const sealed = secrets.encrypt("word");
        const again = await openSecrets("right", secrets.salt);
        strictEqual(again.decrypt(sealed), "word");
        strictEqual(again.encrypt("word"), sealed, "a text that was read keeps its ciphertext");
        strictEqual((await openSecrets("right", secrets.salt)).encrypt("word") === sealed, false);
        await rejects(openSecrets("wrong", secrets.salt), /incorrect passphrase/);
    });

    it("reads durations as Go writes them", () => {
        deepStrictEqual(["", "90s", "1h5m", "1.5s", "500ms"].map(seconds), [0, 90, 3900, 1.5, 0.5]);
        throws(() => seconds("soon"), /unable to parse/);
    });

    it("matches targets, literal and with wildcards", () => {
        const urn = makeUrn({
            stack: "s",
            project: "p",
            parent: "urn:pulumi:s::p::m:i:Box::box",
            type: "m:i:T",
            name: "a::b",
        });
        strictEqual(urn, "urn:pulumi:s::p::m:i:Box$m:i:T::a::b");
        deepStrictEqual([typeOf(urn), nameOf(urn)], ["m:i:T", "a::b"]);
        const contains = (...targets: string[]) => new UrnTargets(targets).contains(urn);
        deepStrictEqual(
            [contains(), contains(urn), contains("**::b"), contains("urn:*:s::p::**"), contains("*::b")],
            [true, true, true, true, false],
        );
    });
});
