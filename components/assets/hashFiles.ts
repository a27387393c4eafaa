import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Batch } from "./hashBatch";
import { BYTES, DONE, hashBatch, UNREAD } from "./hashBatch";
import { pathOf } from "./percent";
import type { Visit } from "./walk";
import { hashed } from "./walk";

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
        batches.push(batchOf(root, paths.slice(batches.length * BATCH)));
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
    const result = collected(batches);
    if (failure !== undefined) {
        throw failure.error;
    }
    return result;
}

function batchOf(root: string, paths: readonly string[]): Batch {
    const { length } = paths;
    const sizes = new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT)).fill(UNREAD);
    return {
        root,
        paths,
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
function isFinished({ paths, counts }: Batch, patience: number): boolean {
    for (;;) {
        const done = Atomics.load(counts, DONE);
        if (done === paths.length) {
            return true;
        }
        const end = Atomics.wait(counts, DONE, done, patience);
        if (end === "timed-out" && Atomics.load(counts, DONE) === done) {
            return false;
        }
    }
}

function collected(batches: readonly Batch[]): { files: Map<string, string>; bytes: number } {
    const files = new Map<string, string>();
    let bytes = 0;
    for (const { root, paths, sizes, digests } of batches) {
        const hex = Buffer.from(digests.buffer);
        for (const [i, path] of paths.entries()) {
            const size = sizes[i] ?? UNREAD;
            const file =
                size === UNREAD
                    ? hashed(path, pathOf(`${root}/${path}`))
                    : { digest: hex.toString("hex", i * BYTES, (i + 1) * BYTES), bytes: size };
            files.set(path, file.digest);
            bytes += file.bytes;
        }
    }
    return { files, bytes };
}
