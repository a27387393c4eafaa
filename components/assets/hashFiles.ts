import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { DIGEST_LENGTH, digestInto } from "./hash";
import type { Visit } from "./walk";
import { hashed, pathOf } from "./walk";

/** Files that two threads hash: each takes the next one that nobody has taken. Plain data and shared memory. */
export interface Batch {
    /** Where they are, as bytes, one character each. */
    readonly places: readonly string[];
    /** How many files are taken, and how many are done. */
    readonly counts: Int32Array;
    /** How many bytes each holds; {@link UNREAD} where it is not read, or cannot be. */
    readonly sizes: Float64Array;
    readonly digests: Uint8Array;
}

const [TAKEN, DONE] = [0, 1];
const UNREAD = -1;
const BYTES = DIGEST_LENGTH / 2;

/** Files a batch: a site of fewer is hashed before a second thread has begun. */
const BATCH = 500;

/** How long to wait for a file that the other thread has taken, in ms; then it is taken over. */
const PATIENCE = 60_000;

/** Where a program is bundled into one file, this one is missing. */
const WORKER = join(__dirname, "hashWorker.js");

/** How the second thread is run. */
export interface Helper {
    /** Its file, which holds what hashWorker.ts says. */
    readonly worker?: string;
    readonly patience?: number;
}

/**
 * The digests of files while they are listed, with the help of a second thread where there are many. The result, an error
 * among it, is that of hashing each file when it is listed.
 * @param root Absolute, as bytes.
 * @param list Calls its argument with the path of each file.
 */
export function hashFiles(
    root: string,
    list: (visit: Visit) => void,
    { worker = WORKER, patience = PATIENCE }: Helper = {},
): { files: Map<string, string>; bytes: number } {
    const paths: string[] = [];
    const batches: Batch[] = [];
    const isShared = availableParallelism() > 1 && existsSync(worker);
    let helper: Worker | undefined;
    let failure: { readonly error: unknown } | undefined;
    const add = (): void => {
        const places = paths.slice(batches.length * BATCH).map((path) => `${root}/${path}`);
        batches.push(batchOf(places));
    };
    try {
        list((path) => {
            if (paths.push(path) % BATCH === 0) {
                add();
                if (isShared) {
                    helper ??= startWorker(worker);
                    helper.postMessage(batches.at(-1));
                }
            }
        });
    } catch (error) {
        failure = { error };
    }
    add();
    try {
        batches.forEach(hashBatch);
        batches.every((batch) => isFinished(batch, patience));
    } finally {
        void helper?.terminate();
    }
    const result = collected(paths, batches);
    if (failure !== undefined) {
        throw failure.error;
    }
    return result;
}

/** Hashes the files of a batch that nobody has taken. */
export function hashBatch({ places, counts, sizes, digests }: Batch): void {
    for (;;) {
        const i = Atomics.add(counts, TAKEN, 1);
        const place = places[i];
        if (place === undefined) {
            return;
        }
        try {
            sizes[i] = digestInto(pathOf(place), digests, i * BYTES);
        } catch {
            // Read once more where the error is reported, in the order of the files.
        }
        Atomics.add(counts, DONE, 1);
        Atomics.notify(counts, DONE);
    }
}

function batchOf(places: readonly string[]): Batch {
    const length = places.length;
    const sizes = new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT)).fill(UNREAD);
    return {
        places,
        counts: new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)),
        sizes,
        digests: new Uint8Array(new SharedArrayBuffer(length * BYTES)),
    };
}

/** Nothing of the program's own goes along: neither its preloads nor its environment. */
function startWorker(file: string): Worker {
    const worker = new Worker(file, { execArgv: [], env: {} });
    // Without it, all is hashed here.
    worker.on("error", () => {});
    worker.unref();
    return worker;
}

/** Waits until the other thread is done with its last file. */
function isFinished({ places, counts }: Batch, patience: number): boolean {
    for (;;) {
        const done = Atomics.load(counts, DONE);
        if (done === places.length) {
            return true;
        }
        if (Atomics.wait(counts, DONE, done, patience) === "timed-out") {
            return false;
        }
    }
}

function collected(paths: readonly string[], batches: readonly Batch[]): { files: Map<string, string>; bytes: number } {
    const files = new Map<string, string>();
    let bytes = 0;
    for (const [n, { places, sizes, digests }] of batches.entries()) {
        const hex = Buffer.from(digests.buffer);
        for (const [i, place] of places.entries()) {
            const path = paths[n * BATCH + i] ?? "";
            const size = sizes[i] ?? UNREAD;
            const file =
                size === UNREAD
                    ? hashed(path, pathOf(place))
                    : { digest: hex.toString("hex", i * BYTES, (i + 1) * BYTES), bytes: size };
            files.set(path, file.digest);
            bytes += file.bytes;
        }
    }
    return { files, bytes };
}
