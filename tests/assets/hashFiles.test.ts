import assert from "node:assert/strict";
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { hashFiles, walk } from "../../components/assets/files";
import { inFolder, write } from "./folder";

/** Compiled: a thread runs no TypeScript. */
const WORKER = join(__dirname, "../../components/dist/assets/hashWorker.js");
const NONE = join(__dirname, "missing.js");

/** More than one batch, and a last one that is not full. */
const MANY = 1_234;

function all(dir: string, worker: string, wanted: (path: string) => boolean = () => true) {
    return hashFiles(dir, (visit) => walk(dir, wanted, visit), { worker, patience: 200 });
}

function manyFiles(count: number, size: (i: number) => number): Record<string, Uint8Array> {
    const names = Array.from({ length: count }, (_, i) => `d${i % 7}/é${i}.js`);
    return Object.fromEntries(names.map((name, i) => [name, Buffer.alloc(size(i), `${i} `)]));
}

/** Blocks, as hashing does: nothing of this thread runs meanwhile. */
function waitFor(file: string): void {
    const clock = new Int32Array(new SharedArrayBuffer(4));
    for (let waits = 0; !existsSync(file); waits++) {
        assert.ok(waits < 6_000, "the second thread hashed nothing");
        Atomics.wait(clock, 0, 0, 5);
    }
}

function failureOf(run: () => unknown): string {
    try {
        run();
    } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
    }
    return "no error";
}

describe("hashing on two threads", () => {
    it("has a compiled second thread to run", () => {
        assert.ok(existsSync(WORKER), "npm run build");
    });

    it("gives what one thread gives, in the same order, whatever files are listed", () => {
        inFolder(
            manyFiles(MANY, (i) => (i % 50) ** 2),
            (dir) => {
                const names = all(dir, NONE).files.map(([name]) => name);
                const lists = fc.array(fc.constantFrom(...names), { minLength: 600, maxLength: 1_600 });
                const told = join(dir, "told");
                const worker = join(dir, "worker.js");
                write(dir, {
                    "worker.js": `require(${JSON.stringify(WORKER)});
                        const tell = () => require("node:fs").writeFileSync(${JSON.stringify(told)}, "");
                        require("node:worker_threads").parentPort.on("message", tell);`,
                });
                fc.assert(
                    fc.property(lists, (listed) => {
                        rmSync(told, { force: true });
                        const two = hashFiles(
                            dir,
                            (visit) => {
                                listed.forEach(visit);
                                // The second thread has hashed a whole batch before this one begins.
                                waitFor(told);
                            },
                            { worker },
                        );
                        const one = hashFiles(dir, (visit) => listed.forEach(visit), { worker: NONE });
                        assert.deepEqual([...two.files], [...one.files]);
                        assert.equal(two.bytes, one.bytes);
                    }),
                    { numRuns: 20 },
                );
            },
        );
    });

    it("hashes all of it where the second thread fails, ends at once, or takes files and ends", () => {
        const workers = {
            "fails.js": "throw new Error();",
            "ends.js": "process.exit(0);",
            "takes.js": `require("node:worker_threads").parentPort.once("message", ({ counts }) => {
                Atomics.add(counts, 0, 3);
                process.exit(0);
            });`,
        };
        inFolder({ ...manyFiles(MANY, () => 10), ...workers }, (dir) => {
            const expected = [...all(dir, NONE).files];
            for (const worker of Object.keys(workers)) {
                assert.deepEqual([...all(dir, join(dir, worker)).files], expected, worker);
            }
        });
    });

    const broken: [string, (dir: string) => void][] = [
        ["a link that leads nowhere", (dir) => symlinkSync("nothing", join(dir, "d3/link"))],
        ["a link that leads back", (dir) => symlinkSync(".", join(dir, "d3/link"))],
        ["a link out of the folder", (dir) => symlinkSync("/usr", join(dir, "d6/link"))],
    ];
    for (const [name, damage] of broken) {
        it(`${name} is the same error on both roads`, () => {
            inFolder(
                manyFiles(MANY, () => 10),
                (dir) => {
                    damage(dir);
                    const error = failureOf(() => all(dir, NONE));
                    assert.match(error, /^AssetsError: .*link": a symbolic link/);
                    assert.equal(
                        failureOf(() => all(dir, WORKER)),
                        error,
                    );
                },
            );
        });
    }

    it("of several files that cannot be read, the first one is named, and before a mistake that comes later", () => {
        inFolder(
            manyFiles(MANY, () => 10),
            (dir) => {
                symlinkSync("nothing", join(dir, "d6/link"));
                const listed: string[] = [];
                const error = failureOf(() =>
                    hashFiles(
                        dir,
                        (visit) =>
                            walk(
                                dir,
                                () => true,
                                (path) => {
                                    listed.push(path);
                                    if (listed.length === 300) {
                                        // Listed, and gone before the first batch is full.
                                        for (const gone of listed.slice(200)) {
                                            rmSync(join(dir, Buffer.from(gone, "latin1").toString("utf8")));
                                        }
                                    }
                                    visit(path);
                                },
                            ),
                        { worker: WORKER },
                    ),
                );
                const first = Buffer.from(listed[200] ?? "", "latin1").toString("utf8");
                assert.ok(error.includes(`${JSON.stringify(first)}: it vanished while the folder was read`), error);
            },
        );
    });
});
