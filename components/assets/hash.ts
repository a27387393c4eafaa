import { createHash, hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";

/** Hex digits of a digest: 128 bits of a sha256. */
export const DIGEST_LENGTH = 32;

/** Redirects are marked, so that nobody compares what a page serves with the digest of a redirect. */
const REDIRECT = "30700000";

/** One read; most files of a site fit, and are hashed without a stream (reference: 1.3 s for 100 000 files). */
const buffer = Buffer.allocUnsafeSlow(256 * 1024);

/** The digest of a text or of bytes: 32 lower-case hex digits. */
export function digestOf(content: string | Uint8Array): string {
    return hexOf(content, DIGEST_LENGTH);
}

/**
 * The digest of an answer that is a redirect: 32 hex digits that begin with 30700000.
 * @param target The path it leads to.
 * @param content The page's own digest, where an origin that does not redirect would serve the page itself.
 */
export function redirectDigest(target: string, content = ""): string {
    return REDIRECT + hexOf(`redirect ${target} ${content}`, DIGEST_LENGTH - REDIRECT.length);
}

/** Whether a manifest's digest stands for a redirect rather than for bytes. */
export function isRedirectDigest(digest: string): boolean {
    return digest.startsWith(REDIRECT);
}

/**
 * The digest of a file, read in pieces: a large file takes no more memory than a small one.
 * @param path Bytes, since a name need not be UTF-8.
 * @throws The errors of `node:fs`, such as ENOENT when the file has just vanished.
 */
export function digestOfFile(path: string | Buffer): { digest: string; bytes: number } {
    const digest = Buffer.alloc(DIGEST_LENGTH / 2);
    const bytes = digestInto(path, digest, 0);
    return { digest: digest.toString("hex"), bytes };
}

/**
 * Puts the digest of a file where it is wanted, as 16 bytes.
 * @returns How many bytes the file holds.
 * @throws As {@link digestOfFile} does.
 */
function digestInto(path: string | Buffer, target: Uint8Array, at: number): number {
    const file = openSync(path, "r");
    try {
        let length = readSync(file, buffer, 0, buffer.length, null);
        if (length < buffer.length) {
            // A short read is not the end of every file: the next one must say 0.
            const more = length === 0 ? 0 : readSync(file, buffer, length, buffer.length - length, null);
            if (more === 0) {
                put(sha256(buffer.subarray(0, length)), target, at);
                return length;
            }
            length += more;
        }
        const digest = createHash("sha256");
        let bytes = 0;
        while (length > 0) {
            digest.update(buffer.subarray(0, length));
            bytes += length;
            length = readSync(file, buffer, 0, buffer.length, null);
        }
        put(digest.digest(), target, at);
        return bytes;
    } finally {
        closeSync(file);
    }
}

function put(digest: Buffer, target: Uint8Array, at: number): void {
    target.set(digest.subarray(0, DIGEST_LENGTH / 2), at);
}

const sum = Buffer.alloc(32);

/**
 * @returns A buffer that the next call overwrites. Node makes a new one for more than what hashing a short text takes; a
 *     text of bytes costs less. crypto.hash is faster for short input too, and came with Node 20.12.
 */
function sha256(content: string | Uint8Array): Buffer {
    const bytes =
        typeof hash === "function"
            ? hash("sha256", content, "binary")
            : createHash("sha256").update(content).digest("binary");
    sum.write(bytes, "latin1");
    return sum;
}

/** As many hex digits as asked for; not a slice of more, which would keep all of them in memory. */
function hexOf(content: string | Uint8Array, digits: number): string {
    return sha256(content).toString("hex", 0, digits / 2);
}

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

const BEYOND_ASCII = /[\u0080-\u00ff]/;

/** Bytes as `node:fs` takes them: a plain string where that says the same. */
export function pathOf(bytes: string): string | Buffer {
    return BEYOND_ASCII.test(bytes) ? Buffer.from(bytes, "latin1") : bytes;
}
