import { ok, strictEqual } from "node:assert";
import { openStack } from "../../../local/engine";
import type { Planned } from "./things";
import { Things } from "./things";

const signature = "4dabf18193072939515e22adb298388d";

const plan = (token: string): Planned[] => [
    { name: "a", props: { text: "one", token: { $secret: token }, exports: ["token"] } },
    { name: "b", props: { from: { $from: "a.token" } } },
];

describe("secrets", function () {
    // The CLI takes several seconds for a run.
    this.timeout(180_000);

    it("reach the provider in plaintext, and nothing else: ciphertext in the state, a mark in what people read", () =>
        Things.with(async (things) => {
            await things.stack.setConfig("word", "hunter1", true);
            const result = await things.up(plan("hunter2"));
            const [check] = things.calls();
            strictEqual((check?.news as Partial<Record<string, string>> | undefined)?.token, "hunter2");
            strictEqual(result.outputs["a.token"], "hunter2");
            const { a, b } = await things.state();
            for (const value of [a?.inputs?.token, a?.outputs?.token, b?.inputs?.from]) {
                const { [signature]: kind, ciphertext } = value as Record<string, string>;
                strictEqual(kind, "1b47061264138c4ac30d75fd1eb44270");
                ok(ciphertext?.startsWith("v1:"));
            }
            strictEqual((await things.up(plan("hunter2"))).summary.unchanged, 3, "an encrypted value is no change");

            things.plan(plan("hunter3"));
            const preview = await things.stack.preview();
            const diff = preview.steps.find(({ name }) => name === "a")?.diffText ?? "";
            strictEqual(preview.summary.updated, 2, preview.log);
            const read = [JSON.stringify(await things.stack.exportState()), result.log, preview.log, diff].join();
            strictEqual(/hunter/.test(read), false);

            // They open with the stack's passphrase only.
            const stateDir = things.file("state");
            const other = {
                programDir: `${__dirname}/programs/things`,
                stack: "test",
                stateDir,
                passphrase: "wrong horse",
            };
            const refused = await openStack(other)
                .then((stack) => stack.up())
                .catch((error: Error) => ({ succeeded: false, log: error.message }));
            strictEqual(refused.succeeded, false);
            ok(/passphrase/.test(refused.log), refused.log);
        }));
});
