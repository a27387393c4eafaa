import * as path from "node:path";
import type { CloudflareCore } from "../core";
import type { Headers } from "../http/messages";
import type { HtmlHandling } from "../origin/htmlHandling";
import { HTML_HANDLING } from "../origin/htmlHandling";
import { checkFolder, isBelow } from "../origin/site";

/**
 * A folder that may be served: the one that the origin was started with, or one below it, whatever links lead there.
 * @throws for every other
 */
export function folderBelow(start: string | undefined, dir: unknown): string {
    if (start === undefined) {
        throw new Error("dir: the origin was started without a folder, so that none can be named; start it with --dir");
    }
    if (typeof dir !== "string" || dir.includes("\0")) {
        throw new Error("dir is not a folder's name");
    }
    const folder = path.resolve(start, dir);
    checkFolder(folder);
    if (!isBelow(start, folder)) {
        throw new Error(`dir is ${JSON.stringify(dir)}; it must be ${start} or a folder below it`);
    }
    return folder;
}

/**
 * Changes what the origin serves, and how.
 * @param start The folder that it was started with.
 * @throws when a field makes no sense; nothing is changed then
 */
export function setOrigin(core: CloudflareCore, body: unknown, start: string | undefined): unknown {
    const { dir, htmlHandling, fallback, headers, ...unknown } = (body ?? {}) as {
        dir?: string;
        htmlHandling?: HtmlHandling;
        fallback?: string | null;
        headers?: Headers;
    };
    const [strange] = Object.keys(unknown);
    if (strange !== undefined) {
        throw new Error(`${strange} is no field; there are dir, htmlHandling, fallback, headers`);
    }
    if (htmlHandling !== undefined && !HTML_HANDLING.includes(htmlHandling)) {
        throw new Error(
            `htmlHandling is ${JSON.stringify(htmlHandling)}; it must be one of ${HTML_HANDLING.join(", ")}`,
        );
    }
    if (dir !== undefined) {
        core.origin.setDir(folderBelow(start, dir));
    }
    if (htmlHandling !== undefined) {
        core.origin.htmlHandling = htmlHandling;
    }
    if (fallback !== undefined) {
        core.origin.fallback = fallback ?? undefined;
    }
    if (headers !== undefined) {
        core.origin.headers = headers;
    }
    return { dir: core.origin.root, htmlHandling: core.origin.htmlHandling, fallback: core.origin.fallback };
}
