import { isMark } from "../assets/marks";
import { MAX_SEPARATORS } from "../settings/limits";
import type { Changes } from "./changes";
import { rangeOf } from "./collateral";

/** A folder of URLs at one host, in which something changed. */
export interface Folder {
    readonly host: string;
    /** `/v2/`; the host's root is `/`. */
    readonly path: string;
    readonly children: Folder[];
    /** URLs in the folder itself that changed. */
    own: number;
    /** URLs in the folder and below that changed. */
    changed: number;
    /** Of those, the ones that are still answered. */
    kept: number;
    /** Known URLs in the folder and below that did not change. */
    unchanged: number;
    /** Whether a prefix can name it: not the root, which is the host's, and not too deep. */
    readonly nameable: boolean;
}

/** What changed at one origin of a host. */
export interface Site {
    readonly group: Changes;
    /** Whether something wider purges a path anyway. */
    readonly covered: (path: string) => boolean;
}

/** The folders of a host in which something changed, as a tree; all sites of the host share it. */
export function folderTree(host: string, sites: readonly Site[]): Folder {
    const folders = new Map<string, Folder>();
    const root = folderAt(host, "/", folders);
    for (const { group, covered } of sites) {
        let folder = root;
        for (const { path, change } of group.changed) {
            if (isMark(path) || covered(path)) {
                continue;
            }
            const end = folderEnd(path);
            // Sorted paths stay in one folder for a while.
            if (folder.path.length !== end || !path.startsWith(folder.path)) {
                folder = folderAt(host, path.slice(0, end), folders);
            }
            folder.own++;
            folder.kept += change === "removed" ? 0 : 1;
        }
    }
    sumUp(root, sites);
    return root;
}

/** The innermost folder that holds all that changed in a folder: naming it evicts nothing more, and less that is not known. */
export function tightest(folder: Folder): Folder {
    const [child, ...others] = folder.children;
    return folder.own === 0 && child?.nameable && others.length === 0 ? tightest(child) : folder;
}

/** Where the name begins: behind the last slash before the query. */
function folderEnd(path: string): number {
    const query = path.indexOf("?");
    return path.lastIndexOf("/", query < 0 ? path.length : query) + 1;
}

function folderAt(host: string, path: string, folders: Map<string, Folder>): Folder {
    let folder = folders.get(path);
    if (folder === undefined) {
        const depth = path.split("/").length - 1;
        const nameable = depth > 1 && depth <= MAX_SEPARATORS;
        folder = { host, path, children: [], own: 0, changed: 0, kept: 0, unchanged: 0, nameable };
        folders.set(path, folder);
        if (path !== "/") {
            folderAt(host, path.slice(0, path.lastIndexOf("/", path.length - 2) + 1), folders).children.push(folder);
        }
    }
    return folder;
}

function sumUp(folder: Folder, sites: readonly Site[]): void {
    folder.changed = folder.own;
    for (const child of folder.children) {
        sumUp(child, sites);
        folder.changed += child.changed;
        folder.kept += child.kept;
    }
    let known = 0;
    for (const { group } of sites) {
        const [from, to] = rangeOf(group.after?.paths ?? [], folder.path);
        known += to - from - group.marks.filter((mark) => mark.startsWith(folder.path)).length;
    }
    folder.unchanged = known - folder.kept;
}
