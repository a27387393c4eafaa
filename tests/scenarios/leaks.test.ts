import { deepStrictEqual, match } from "node:assert";
import { spawn } from "node:child_process";
import { createLocalCloudflare } from "../../local/cloudflare";
import type { Result, RunOptions, Stack } from "../../local/engine/stack";
import { Leaks } from "./leaks";

const RESULT: Result = {
    succeeded: true,
    steps: [],
    summary: { created: 0, updated: 0, replaced: 0, unchanged: 0, deleted: 0 },
    diagnostics: [],
    outputs: {},
    log: "",
    seconds: 0,
};

/** A test of the tests: each place where a token may leak, with one that does. */
describe("scenarios: the search for leaks", () => {
    /** One `up` of a stack that does this; what was found. */
    async function found(up: (options?: RunOptions) => Promise<Result>, stored = () => ""): Promise<string[]> {
        const stack = { up, preview: up, refresh: up, destroy: up } as unknown as Stack;
        await leaks.watched(stack, stored).up();
        return leaks.report();
    }

    let token: string;
    let leaks: Leaks;
    beforeEach(() => {
        const cloudflare = createLocalCloudflare();
        leaks = new Leaks(cloudflare, [cloudflare.token]);
        token = cloudflare.createToken().value; // as one that an `up` makes
    });

    it("nothing is found where nothing leaks", async () => {
        deepStrictEqual(await found(async () => RESULT), []);
    });

    it("a log, with the token cut out of what is shown", async () => {
        const [first] = await found(async () => ({ ...RESULT, log: `sending Bearer ${token} to the API` }));
        match(first ?? "", /^a log: …sending Bearer cf[a-z]*_<the token> to the API…$/);
    });

    it("a token without its prefix, in a diagnostic", async () => {
        const message = `token ${token.replace(/^cf.t_/, "")}`;
        const [first] = await found(async () => ({ ...RESULT, diagnostics: [{ severity: "error", message }] }));
        match(first ?? "", /^a result: /);
    });

    it("the state", async () => {
        const [first] = await found(
            async () => RESULT,
            () => JSON.stringify({ token }),
        );
        match(first ?? "", /^the state: /);
    });

    it("the arguments of a process", async () => {
        const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e9)", token], { stdio: "ignore" });
        try {
            const [first] = await found(async (options) => {
                options?.onLine?.("cache-purge: purge 1 URL");
                return RESULT;
            });
            match(first ?? "", /^the arguments of another process: /);
        } finally {
            child.kill("SIGKILL");
        }
    });
});
