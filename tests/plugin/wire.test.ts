import { deepStrictEqual, doesNotThrow, strictEqual } from "node:assert";
import { createRequire } from "node:module";
import fc from "fast-check";
import { isSecret, reply, revealed, secret, secretKeys } from "../../components/plugin/provider";

const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const { Struct } = fromSdk("google-protobuf/google/protobuf/struct_pb") as {
    Struct: { fromJavaScript(value: object): { toJavaScript(): object } };
};

/** What a method may answer: JSON with holes. */
const answer = fc.object({
    maxDepth: 4,
    values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined)],
});

describe("plugin: values on the wire", () => {
    it("whatever is answered, the SDK can build a reply of it, with nothing undefined", () => {
        fc.assert(
            fc.property(answer, fc.array(fc.string()), (values, secrets) => {
                const bag = reply(values, new Set(secrets));
                doesNotThrow(() => Struct.fromJavaScript(bag));
                deepStrictEqual(JSON.parse(JSON.stringify(bag)), bag);
            }),
        );
    });

    it("what is marked is revealed again, and once only", () => {
        fc.assert(
            fc.property(fc.jsonValue(), (value) => {
                deepStrictEqual(revealed(secret(value)), revealed(value));
                deepStrictEqual(secret(secret(value)), secret(value));
                strictEqual(isSecret(secret(value)), true);
            }),
        );
    });

    it("a key holds a secret at any depth", () => {
        const bag = { a: 1, b: secret("x"), c: { d: [{ e: secret("y") }] }, f: null };
        deepStrictEqual([...secretKeys(bag)], ["b", "c"]);
        deepStrictEqual(revealed(bag), { a: 1, b: "x", c: { d: [{ e: "y" }] }, f: null });
    });
});
