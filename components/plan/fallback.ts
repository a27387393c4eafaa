import type { MarkKind } from "../assets/marks";
import { markOf } from "../assets/marks";
import { MAX_SEPARATORS } from "../settings/limits";
import type { Changes } from "./changes";
import type { Change, Selector } from "./selector";
import { hostOfUrl } from "./selector";

/**
 * What to purge when a page changed, came or went that answers where there is no file: any URL below may hold it, in any
 * number, so that only a host or a prefix reaches them all.
 */
export function fallbackSelectors(groups: readonly Changes[]): Selector[] {
    const selectors: Selector[] = [];
    for (const { origins, changed } of groups) {
        for (const { path, change } of changed) {
            const { pattern, kind } = markOf(path) ?? {};
            const reason = kind && reasonOf(change, kind, pattern ?? "");
            for (const origin of reason === undefined ? [] : origins) {
                const host = hostOfUrl(origin);
                const below = pattern?.slice(0, -1) ?? "/";
                selectors.push(
                    below === "/"
                        ? { kind: "host", value: host, reasons: [reason ?? ""] }
                        : { kind: "prefix", value: host + nameable(below), reasons: [reason ?? ""] },
                );
            }
        }
    }
    return selectors;
}

/** A folder, or the innermost one above it that Cloudflare takes as a prefix. */
export function nameable(folder: string): string {
    const parts = folder.split("/");
    return parts.length - 1 > MAX_SEPARATORS ? `${parts.slice(0, MAX_SEPARATORS).join("/")}/` : folder;
}

function reasonOf(change: Change, kind: MarkKind, pattern: string): string | undefined {
    switch (kind) {
        case "fallback":
            return `${change} the fallback page of ${pattern}: any URL that is not a file may hold it`;
        case "not-found-purged":
            return `${change} the page for what is not found in ${pattern}: any URL that is not a file may hold it`;
        default:
            return undefined;
    }
}
