import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** One file of a site. */
export interface SiteFile {
    bytes: Buffer;
    /** Quoted, strong, from the bytes alone. */
    etag: string;
    /** When it was last written, ms since 1970; undefined when that is not known. */
    modified?: number;
}

/** What an origin serves: files by decoded path with a leading slash. Read anew for every request. */
export interface Site {
    read(path: string): SiteFile | undefined;
}

/** The strong ETag of some bytes. */
export function etagOf(bytes: Buffer): string {
    return `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`;
}

/** Whether a file or folder that is there is another, or lies below it, when all links are followed. */
export function isBelow(folder: string, file: string): boolean {
    const root = fs.realpathSync(folder);
    const real = fs.realpathSync(file);
    return real === root || real.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}

/**
 * A folder as it is at the moment of each request. Links that lead out of it are not followed.
 * @throws when the folder is missing or is a file
 */
export function folderSite(dir: string): Site {
    const root = path.resolve(dir);
    checkFolder(root);
    return {
        read(wanted) {
            if (wanted.includes("\0") || wanted.split("/").includes("..")) {
                return undefined;
            }
            const file = path.join(root, wanted);
            try {
                const stat = fs.statSync(file);
                if (!stat.isFile() || wanted.endsWith("/") || !isBelow(root, file)) {
                    return undefined;
                }
                const bytes = fs.readFileSync(file);
                return { bytes, etag: etagOf(bytes), modified: stat.mtimeMs };
            } catch {
                return undefined;
            }
        },
    };
}

/** Files held in memory: decoded path (with a leading slash) to content. The map may change while it is served. */
export function memorySite(files: ReadonlyMap<string, string | Buffer>): Site {
    return {
        read(wanted) {
            const content = files.get(wanted);
            if (content === undefined) {
                return undefined;
            }
            const bytes = typeof content === "string" ? Buffer.from(content) : content;
            return { bytes, etag: etagOf(bytes) };
        },
    };
}

/** Refuses a folder that is missing, or is a file. */
export function checkFolder(dir: string): void {
    let stat: fs.Stats;
    try {
        stat = fs.statSync(dir);
    } catch {
        throw new Error(`local Cloudflare: the origin's folder ${dir} does not exist; make it, or name another`);
    }
    if (!stat.isDirectory()) {
        throw new Error(`local Cloudflare: the origin's folder ${dir} is not a folder; name the folder that holds it`);
    }
}
