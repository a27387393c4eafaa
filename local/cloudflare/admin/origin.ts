import type { CloudflareCore } from "../core";
import type { Headers } from "../http/messages";
import type { HtmlHandling } from "../origin/htmlHandling";
import { HTML_HANDLING } from "../origin/htmlHandling";

/**
 * Changes what the origin serves, and how.
 * @throws when a field makes no sense; nothing is changed then
 */
export function setOrigin(core: CloudflareCore, body: unknown): unknown {
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
        core.origin.setDir(dir);
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
