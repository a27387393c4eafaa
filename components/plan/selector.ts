/** What a purge request can name, https://developers.cloudflare.com/cache/how-to/purge-cache/ */
export type SelectorKind = "url" | "prefix" | "host" | "tag" | "everything";

/** What became of a URL. */
export type Change = "added" | "changed" | "removed";

/** One thing to purge, and why. */
export interface Selector {
    readonly kind: SelectorKind;
    /** An absolute URL; `host/path/` without scheme; a host; a tag; or `everything`. */
    readonly value: string;
    /** Of a URL whose cache key holds request headers: those to purge it with. */
    readonly headers?: Readonly<Record<string, string>>;
    /** Why it is purged, in the order in which the reasons came up: `changed app.js`, `always`, `trigger[0]`. */
    readonly reasons: readonly string[];
    /** Of a URL that is purged because its answer changed, and not only because somebody asked for it. */
    readonly change?: Change;
}

/** What makes two selectors the same: kind, value and headers. Tags do not mind case. */
export function keyOf({ kind, value, headers }: Selector): string {
    const text = kind === "tag" ? value.toLowerCase() : value;
    return headers === undefined ? `${kind} ${text}` : `${kind} ${text} ${headersKey(headers)}`;
}

/** A header set as text: names do not mind case, and their order does not matter. */
export function headersKey(headers: Readonly<Record<string, string>>): string {
    return Object.entries(headers)
        .map(([name, value]) => `${name.toLowerCase()}: ${value}`)
        .sort()
        .join("\n");
}

/** Selectors without repeats: the first of each stays in its place, and takes the others' reasons and the last change. */
export function merged(selectors: Iterable<Selector>): Selector[] {
    const byKey = new Map<string, Selector>();
    for (const selector of selectors) {
        const key = keyOf(selector);
        const known = byKey.get(key);
        if (known === undefined) {
            byKey.set(key, selector);
        } else {
            const change = selector.change ?? known.change;
            const reasons = [...new Set([...known.reasons, ...selector.reasons])];
            byKey.set(key, { ...known, reasons, ...(change === undefined ? {} : { change }) });
        }
    }
    return [...byKey.values()];
}

/** The host that a selector purges at; undefined for a tag and for everything, which are not bound to one. */
export function hostOf({ kind, value }: Selector): string | undefined {
    switch (kind) {
        case "url":
            return hostOfUrl(value);
        case "prefix":
            return value.slice(0, value.indexOf("/") < 0 ? undefined : value.indexOf("/"));
        case "host":
            return value;
        default:
            return undefined;
    }
}

/** The host of an absolute URL, without its port. */
export function hostOfUrl(url: string): string {
    const start = url.indexOf("//") + 2;
    const slash = url.indexOf("/", start);
    return url.slice(start, slash < 0 ? undefined : slash).replace(/:\d+$/, "");
}

/**
 * The order in which selectors are purged: URLs of assets, then what covers many URLs, then URLs of pages, so that no new
 * page meets an old asset. Within that by value: the same set is purged in the same order everywhere.
 */
export function inPurgeOrder(selectors: readonly Selector[]): Selector[] {
    const keyed = selectors.map((selector) => ({ selector, rank: rankOf(selector), key: selector.value }));
    keyed.sort(
        (a, b) => a.rank - b.rank || compare(a.key, b.key) || compare(headersOf(a.selector), headersOf(b.selector)),
    );
    return keyed.map(({ selector }) => selector);
}

/** Whether a URL is that of a page: `.html`, a folder, or a name without extension. */
export function isPage(url: string): boolean {
    const query = url.indexOf("?");
    const end = query < 0 ? url.length : query;
    const name = url.slice(url.lastIndexOf("/", end - 1) + 1, end);
    return !name.includes(".") || name.endsWith(".html");
}

function rankOf({ kind, value }: Selector): number {
    return kind === "url" ? (isPage(value) ? 5 : 0) : ["", "prefix", "tag", "host", "everything"].indexOf(kind);
}

function headersOf({ headers }: Selector): string {
    return headers === undefined ? "" : headersKey(headers);
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}
