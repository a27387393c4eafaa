import type { Dirent, Stats } from "node:fs";
import { readdirSync, realpathSync, statSync } from "node:fs";
import { sep } from "node:path";
import { AssetsError } from "../errors/usageError";
import { digestOfFile } from "./hash";
import { pathOf, textOf } from "./percent";

/** A file below the root: its path as bytes, one character each (latin1), `/` between names. */
export type Visit = (path: string) => void;

/** Which folders a walk enters, and which links it follows. */
export interface WalkOptions {
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
