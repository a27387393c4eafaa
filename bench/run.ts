/**
 * Measures what docs/performance.md tells.
 *
 *     npm run bench                      all of it; --write keeps the figures in bench/results and docs/performance.md
 *     npm run bench -- hashing planning  only these
 *     npm run bench -- --quick           small sizes, to see that it runs
 *     npm run bench -- drawn             only the tables and plots of the figures that are kept
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { firstDeploy } from "./firstDeploy";
import { hashing } from "./hashing";
import { pacing } from "./pacing";
import { planning } from "./planning";
import { purging } from "./purging";
import { replay } from "./replay";
import { documented, printed, written } from "./report";
import type { Row } from "./row";
import { small } from "./small";
import { starting } from "./starting";
import { unchanged } from "./unchanged";

const asked = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const [quick, write] = ["--quick", "--write"].map((flag) => process.argv.includes(flag));

/** Sizes, and how many rounds. */
const SIZES = quick ? [500, 1_000, 2_000] : [10_000, 30_000, 100_000];
const ROUNDS = quick ? 1 : 7;

/** Draws what is kept once more: no bench. */
const DRAWN = "drawn";

const BENCHES: Record<string, (place: string) => Promise<Row[]>> = {
    hashing: (place) => hashing(place, SIZES, ROUNDS, quick ? 2 ** 24 : 2 ** 30),
    unchanged: (place) => unchanged(place, quick ? SIZES.slice(-1) : [5_000, 100_000], ROUNDS),
    starting: () => starting(quick ? 3 : 15),
    small: () => small(quick ? 2_000 : 100_000),
    planning: (place) => planning(place, quick ? SIZES : [10_000, 100_000, 1_000_000], quick ? 1 : 5),
    firstDeploy: (place) => firstDeploy(place, SIZES, 1),
    purging: () => purging(quick ? 1_000 : 10_000, quick ? 1 : 3),
    pacing: () => pacing(quick ? 5 : 100),
    replay: (place) => replay(process.env.BENCH_PACKAGES ?? path.join(place, "packages")),
};

async function main(): Promise<void> {
    const unknown = asked.filter((name) => !(name in BENCHES || name === DRAWN));
    if (unknown.length > 0) {
        throw new Error(`no such bench: ${unknown.join(", ")}. There are ${Object.keys(BENCHES).join(", ")}`);
    }
    if (asked.includes(DRAWN)) {
        documented();
    }
    for (const [name, bench] of Object.entries(BENCHES)) {
        if (asked.length > 0 && !asked.includes(name)) {
            continue;
        }
        const place = mkdtempSync(path.join(tmpdir(), `cache-purge-bench-${name}-`));
        try {
            const rows = await bench(place);
            console.log(printed(rows));
            if (write) {
                written(name, rows);
                documented();
            }
        } finally {
            rmSync(place, { recursive: true, force: true });
        }
    }
}

main().catch((error: Error) => {
    console.error(error.stack);
    process.exitCode = 1;
});
