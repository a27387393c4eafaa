/** The files of a folder, each with its digest. */
import type { Dirent, Stats } from "node:fs";
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, sep } from "node:path";
import { Worker } from "node:worker_threads";
import { AssetsError } from "../errors/problem";
import type { Batch } from "./hash";
import { BYTES, DONE, digestOfFile, hashBatch, pathOf, UNREAD } from "./hash";
import { textOf } from "./urls";

/** A file below the root: its path as bytes, one character each (latin1), `/` between names. */
type Visit = (path: string) => void;

/** Which folders a walk enters, and which links it follows. */
interface WalkOptions {
    /** Whether a folder is entered; one that is not need not be readable. Default: all are. */
    readonly entered?: (path: string) => boolean;
    /** Whether links may lead out of the folder. Default: no. */
    readonly followLinks?: boolean;
}

/**
 * Every file below a folder, in the order of bytes, links followed. Names are taken as bytes, since a file system allows
 * names that are no UTF-8.
 * @param root The folder, absolute.
 * @param wanted Whether a file matters: what is not wanted may be a link that leads nowhere.
 * @throws AssetsError for a link that leaves the folder, loops or leads nowhere, for what is neither file nor folder, and
 *     for what cannot be read.
 */
export function walk(
    root: string,
    wanted: (path: string) => boolean,
    visit: Visit,
    { entered = () => true, followLinks = false }: WalkOptions = {},
): void {
    const realRoot = Buffer.from(realpathSync(root), "utf8").toString("latin1");
    walkFolder("", realRoot, [realRoot]);

    function walkFolder(path: string, real: string, ancestors: readonly string[]): void {
        for (const entry of readFolder(path === "" ? root : path, real)) {
            const child = path === "" ? entry.name : `${path}/${entry.name}`;
            const realChild = `${real}${sep}${entry.name}`;
            if (entry.isFile()) {
                if (wanted(child)) {
                    visit(child);
                }
            } else if (entry.isDirectory()) {
                if (entered(child)) {
                    walkFolder(child, realChild, [...ancestors, realChild]);
                }
            } else if (entry.isSymbolicLink()) {
                followLink(child, realChild, ancestors);
            } else if (wanted(child)) {
                throw notAFile(child);
            }
        }
    }

    function followLink(path: string, link: string, ancestors: readonly string[]): void {
        const place = resolveLink(path, link, wanted);
        if (place === undefined) {
            return;
        }
        // A link is judged by what it leads to: a pattern for files says nothing of a folder.
        const { real, stats } = place;
        if (!(stats.isDirectory() ? entered(path) : wanted(path))) {
            return;
        }
        if (!followLinks && real !== realRoot && !real.startsWith(realRoot + sep)) {
            throw new AssetsError(
                "dir",
                textOf(path),
                `a symbolic link that leaves the folder, to ${textOf(real)}`,
                "Copy what it leads to into the folder, name the link in `exclude`, or set followLinks: true",
            );
        }
        if (stats.isDirectory()) {
            if (ancestors.includes(real)) {
                throw loops(path);
            }
            walkFolder(path, real, [...ancestors, real]);
        } else if (stats.isFile()) {
            visit(path);
        } else {
            throw notAFile(path);
        }
    }
}

function readFolder(path: string, real: string): Dirent[] {
    try {
        const entries = readdirSync(pathOf(real), { withFileTypes: true, encoding: "latin1" });
        return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
        throw readFailure(path, error);
    }
}

function resolveLink(
    path: string,
    link: string,
    wanted: (path: string) => boolean,
): { real: string; stats: Stats } | undefined {
    try {
        const real = realpathSync(pathOf(link), "latin1");
        return { real, stats: statSync(pathOf(real)) };
    } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (!wanted(path)) {
            return undefined;
        }
        if (code === "ELOOP") {
            throw loops(path);
        }
        if (code === "ENOENT") {
            throw new AssetsError(
                "dir",
                textOf(path),
                "a symbolic link that leads nowhere",
                "Remove it, or name it in `exclude`",
            );
        }
        throw readFailure(path, error);
    }
}

/**
 * The digest of a file that a walk found.
 * @param path As the walk gave it, for the error.
 * @param place Where it is.
 * @throws AssetsError when it cannot be read, or not any more.
 */
export function hashed(path: string, place: string | Buffer): { digest: string; bytes: number } {
    try {
        return digestOfFile(place);
    } catch (error) {
        throw readFailure(path, error);
    }
}

/** What to say when a file or folder below the root cannot be read. */
export function readFailure(path: string, error: unknown): AssetsError {
    const { code, message } = error as NodeJS.ErrnoException;
    const name = textOf(path);
    if (code === "ENOENT" || code === "ENOTDIR") {
        return new AssetsError(
            "dir",
            name,
            "it vanished while the folder was read",
            "Let the build finish before the deploy begins, and deploy a folder that nothing else writes to",
        );
    }
    if (code === "EACCES" || code === "EPERM") {
        return new AssetsError(
            "dir",
            name,
            "it may not be read by this user",
            "Make it readable (chmod a+r, and a+x for folders), or name it in `exclude`",
        );
    }
    return new AssetsError("dir", name, `it cannot be read: ${code ?? message}`, "Mend it, or name it in `exclude`");
}

function loops(path: string): AssetsError {
    return new AssetsError(
        "dir",
        textOf(path),
        "a symbolic link that leads back to a folder that holds it",
        "Remove it, or name it in `exclude`",
    );
}

function notAFile(path: string): AssetsError {
    return new AssetsError(
        "dir",
        textOf(path),
        "neither a file nor a folder",
        "Remove it from the folder, or name it in `exclude`",
    );
}

/** Files a batch: a site of fewer is hashed before a second thread has begun. */
const BATCH = 500;

/** How long to wait for a file that the other thread has taken, in ms; then it is taken over. */
const PATIENCE = 60_000;

/** Where a program is bundled into one file, this one is missing. */
const WORKER = join(__dirname, "hashWorker.js");

/** How the second thread is run. */
interface Helper {
    /** Its file, which holds what hashWorker.ts says. */
    readonly worker?: string;
    readonly patience?: number;
}

/** Files in the order in which they were listed, and how many bytes they hold together. */
interface Hashed {
    /** A list: most sites need no map of them, which would take longer than the manifest. */
    readonly files: readonly (readonly [path: string, digest: string])[];
    readonly bytes: number;
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
): Hashed {
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

function collected(batches: readonly Batch[]): Hashed {
    const files: [path: string, digest: string][] = [];
    let bytes = 0;
    for (const { root, paths, sizes, digests } of batches) {
        const hex = Buffer.from(digests.buffer);
        for (let i = 0; i < paths.length; i++) {
            const path = paths[i] ?? "";
            const size = sizes[i] ?? UNREAD;
            if (size === UNREAD) {
                const file = hashed(path, pathOf(`${root}/${path}`));
                files.push([path, file.digest]);
                bytes += file.bytes;
            } else {
                files.push([path, hex.toString("hex", i * BYTES, (i + 1) * BYTES)]);
                bytes += size;
            }
        }
    }
    return { files, bytes };
}
