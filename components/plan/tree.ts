import { firstAtOrAfter } from "../assets/manifest";
import { isMark } from "../assets/marks";
import { MAX_SEPARATORS } from "../settings/limits";
import type { Changes } from "./changes";
import type { Selector } from "./selector";
import { hostOfUrl } from "./selector";

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

/**
 * How many known URLs that did not change some selectors evict: those below a prefix, at a host, or all. A prefix without
 * a slash at its end is taken to mean every path that begins so, which is the more of its two readings.
 */
export function collateralOf(groups: readonly Changes[], selectors: readonly Selector[]): number {
    const everything = selectors.some(({ kind }) => kind === "everything");
    const below = pathsByHost(selectors);
    if (!everything && below.size === 0) {
        return 0;
    }
    let count = 0;
    for (const group of groups) {
        const unchanged = unchangedIn(group);
        for (const origin of group.origins) {
            for (const prefix of everything ? ["/"] : outermost(below.get(hostOfUrl(origin)) ?? [])) {
                const [from, to] = rangeOf(unchanged, prefix);
                count += to - from;
            }
        }
    }
    return count;
}

/** The paths that answer what they answered before, sorted. */
function unchangedIn({ after, changed }: Changes): string[] {
    const paths = new Set(changed.map(({ path }) => path));
    return (after?.paths ?? []).filter((path) => !paths.has(path) && !isMark(path));
}

/** Where the texts that begin with `prefix` stand in a sorted list: from, and up to but not including. */
function rangeOf(sorted: readonly string[], prefix: string): [number, number] {
    // Paths are printable ASCII: no character of one comes after "~".
    return [firstAtOrAfter(sorted, prefix), firstAtOrAfter(sorted, `${prefix}\x7f`)];
}

/** The paths of prefixes and hosts (`/`), by host. */
export function pathsByHost(selectors: readonly Selector[]): Map<string, string[]> {
    const paths = new Map<string, string[]>();
    for (const { kind, value } of selectors) {
        if (kind === "host" || kind === "prefix") {
            const slash = kind === "host" ? value.length : value.indexOf("/");
            const host = slash < 0 ? value : value.slice(0, slash);
            paths.set(host, [...(paths.get(host) ?? []), slash < 0 ? "/" : value.slice(slash) || "/"]);
        }
    }
    return paths;
}

/** Sorted, and without those that begin with another one. */
export function outermost(paths: readonly string[]): string[] {
    const kept: string[] = [];
    for (const path of [...paths].sort()) {
        const last = kept.at(-1);
        if (last === undefined || !path.startsWith(last)) {
            kept.push(path);
        }
    }
    return kept;
}
