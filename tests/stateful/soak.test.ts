import { deepStrictEqual, match, strictEqual, throws } from "node:assert";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { parseOptions } from "./soakOptions";

const REGISTER = path.join(__dirname, "../register.cjs");

const half = () => 0.5;

function soak(...argv: string[]) {
    const script = path.join(__dirname, "soak.ts");
    return spawnSync(process.execPath, ["-r", REGISTER, script, ...argv], {
        encoding: "utf8",
    });
}

describe("npm run soak", () => {
    const rows: [string[], object][] = [
        [[], { minutes: 30, seed: 2 ** 30, json: false }],
        [["--minutes", "0.5", "--seed", "7", "--json"], { minutes: 0.5, seed: 7, json: true }],
    ];
    for (const [argv, expected] of rows) {
        it(`takes ${JSON.stringify(argv)}`, () => deepStrictEqual(parseOptions(argv, half), expected));
    }

    const wrong: [string[], RegExp][] = [
        [["--minutes", "0"], /--minutes is "0": it is a number above 0/],
        [["--minutes", "soon"], /--minutes is "soon"/],
        [["--seed", "1.5"], /--seed is "1.5": it is a whole number from 0 to 2147483647/],
        [["--seed", "2147483648"], /--seed is "2147483648"/],
        [["--sed", "1"], /--sed/],
        [["7"], /7/],
    ];
    for (const [argv, message] of wrong) {
        it(`refuses ${JSON.stringify(argv)}`, () => {
            throws(() => parseOptions(argv, half), { name: "UsageError", message });
        });
    }

    it("says what it did as one JSON object, and nothing else on stdout", () => {
        const { status, stdout, stderr } = soak("--minutes", "0.001", "--seed", "7", "--json");
        strictEqual(status, 0, stderr);
        const told = JSON.parse(stdout) as Record<string, number>;
        deepStrictEqual(Object.keys(told), ["runs", "deploys", "faults", "kills", "staleBytes", "seed"]);
        deepStrictEqual([told.runs, told.staleBytes, told.seed], [50, 0, 7]);
        match(stderr, /from seed 7/);
    });

    it("exits with 2 and its usage for a wrong option", () => {
        const { status, stdout, stderr } = soak("--minutes", "soon");
        deepStrictEqual([status, stdout], [2, ""]);
        match(stderr, /^soak: --minutes is "soon"[\s\S]*npm run soak/);
    }).timeout(20_000);
});
