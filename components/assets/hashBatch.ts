import { DIGEST_LENGTH, digestInto } from "./hash";
import { pathOf } from "./percent";

/** Files that two threads hash: each takes the next one that nobody has taken. Plain data and shared memory. */
export interface Batch {
    /** The folder, and the files in it, as bytes, one character each. */
    readonly root: string;
    readonly paths: readonly string[];
    /** How many files are taken, and how many are done. */
    readonly counts: Int32Array;
    /** How many bytes each holds; {@link UNREAD} where it is not read, or cannot be. */
    readonly sizes: Float64Array;
    readonly digests: Uint8Array;
}

const TAKEN = 0;
export const DONE = 1;
export const UNREAD = -1;
export const BYTES = DIGEST_LENGTH / 2;

/** Hashes the files of a batch that nobody has taken. */
export function hashBatch({ root, paths, counts, sizes, digests }: Batch): void {
    for (;;) {
        const i = Atomics.add(counts, TAKEN, 1);
        const path = paths[i];
        if (path === undefined) {
            return;
        }
        try {
            sizes[i] = digestInto(pathOf(`${root}/${path}`), digests, i * BYTES);
        } catch {
            // Read once more where the error is reported, in the order of the files.
        }
        if (Atomics.add(counts, DONE, 1) + 1 === paths.length) {
            Atomics.notify(counts, DONE);
        }
    }
}
