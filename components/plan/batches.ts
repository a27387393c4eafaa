import type { BatchLimits } from "../settings/limits";
import { API_LIMIT } from "../settings/limits";
import type { Selector, SelectorKind } from "./selector";
import { hostOf, inPurgeOrder, isPage, merged } from "./selector";

/** A purge request's body: one kind of selector only, https://developers.cloudflare.com/api/resources/cache/methods/purge/ */
export type PurgeBody =
    | { readonly files: readonly PurgeFile[] }
    | { readonly prefixes: readonly string[] }
    | { readonly hosts: readonly string[] }
    | { readonly tags: readonly string[] }
    | { readonly purge_everything: true };

/** A URL; with the request headers that are part of its cache key where there are any. */
export type PurgeFile = string | { readonly url: string; readonly headers: Readonly<Record<string, string>> };

/** One request. */
export interface Batch {
    readonly kind: SelectorKind;
    readonly selectors: readonly Selector[];
    readonly body: PurgeBody;
}

/**
 * The fewest requests that purge some selectors, in the order in which to send them: assets, then prefixes, tags and
 * hosts, then pages. Repeats are merged; what a host or everything covers is left out.
 */
export function batches(selectors: readonly Selector[], limits: BatchLimits): Batch[] {
    const needed = inPurgeOrder(withoutCovered(merged(selectors)));
    const urls = needed.filter(({ kind }) => kind === "url");
    const others = (["prefix", "tag", "host", "everything"] as const).flatMap((kind) =>
        split(
            kind,
            needed.filter((selector) => selector.kind === kind),
            limits.itemsPerRequest,
        ),
    );
    const byUrl = split("url", urls, limits.urlsPerRequest);
    // A batch that holds the last assets and the first pages goes after the prefixes: one more would be a request more.
    const pages = byUrl.findIndex(({ selectors: inside }) => inside.some(({ value }) => isPage(value)));
    const assets = pages < 0 ? byUrl.length : pages;
    return [...byUrl.slice(0, assets), ...others, ...byUrl.slice(assets)];
}

/** The body of a request that purges selectors of one kind. */
export function bodyOf(kind: SelectorKind, selectors: readonly Selector[]): PurgeBody {
    switch (kind) {
        case "url":
            return { files: filesOf(selectors) };
        case "prefix":
            return { prefixes: selectors.map(({ value }) => value) };
        case "host":
            return { hosts: selectors.map(({ value }) => value) };
        case "tag":
            return { tags: selectors.map(({ value }) => value) };
        case "everything":
            return { purge_everything: true };
    }
}

/**
 * The least time in seconds within the limits: URLs at their rate, other requests at theirs once the bucket is empty, and
 * all of them within the API's general limit. The time that answers take is not in it.
 */
export function expectedSeconds(sent: readonly Batch[], limits: BatchLimits): number {
    const byUrl = sent.filter(({ kind }) => kind === "url");
    // The first second's URLs are there at once.
    const urls = byUrl.reduce((sum, { selectors }) => sum + selectors.length, 0) - limits.urlsPerSecond;
    const others = sent.length - byUrl.length - limits.bucket;
    const windows = Math.ceil(sent.length / API_LIMIT.requests) - 1;
    const seconds = Math.max(
        0,
        urls / limits.urlsPerSecond,
        (others * 60) / limits.requestsPerMinute,
        windows * API_LIMIT.seconds,
    );
    return Math.ceil(seconds * 10) / 10;
}

/** URLs as text; all with their headers as soon as one has any, since the API takes one form or the other. */
function filesOf(selectors: readonly Selector[]): PurgeFile[] {
    return selectors.every(({ headers }) => headers === undefined)
        ? selectors.map(({ value }) => value)
        : selectors.map(({ value: url, headers = {} }) => ({ url, headers }));
}

/** Without what everything, or the selector of its host, purges as well. */
export function withoutCovered(selectors: readonly Selector[]): Selector[] {
    const everything = selectors.filter(({ kind }) => kind === "everything");
    if (everything.length > 0) {
        return everything;
    }
    const hosts = new Set(selectors.filter(({ kind }) => kind === "host").map(({ value }) => value));
    if (hosts.size === 0) {
        return [...selectors];
    }
    return selectors.filter((selector) => selector.kind === "host" || !hosts.has(hostOf(selector) ?? ""));
}

function split(kind: SelectorKind, selectors: readonly Selector[], most: number): Batch[] {
    const parts: Batch[] = [];
    for (let i = 0; i < selectors.length; i += most) {
        const part = selectors.slice(i, i + most);
        parts.push({ kind, selectors: part, body: bodyOf(kind, part) });
    }
    return parts;
}
