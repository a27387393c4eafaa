import type { Manifest } from "../assets/manifest";

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

/**
 * What a site may purge when all of it has to go: its host, `www.example.com`; or where it shares that with others the folder
 * of its base URL, `www.example.com/blog/`, and what was purged beside it: a URL without its scheme, `www.example.com/x.js`,
 * or a prefix that does not end in a slash, `www.example.com/x*`.
 */
export type Scope = string;

/** The scopes of all that a manifest answers, sorted. */
export function scopesOf({ sections }: Manifest): Scope[] {
    const scopes = sections.flatMap(({ baseUrls, folders = ["/"] }) =>
        baseUrls.flatMap((origin) => folders.map((folder) => scopeText(hostOfUrl(origin), folder))),
    );
    return [...new Set(scopes)].sort();
}

/** A host's folder as a scope; the root is the host itself. */
export function scopeText(host: string, folder: string): Scope {
    return folder === "/" ? host : host + folder;
}

/** Purges a scope: a folder together with the URL that leads to it. */
export function scopeSelectors(scope: Scope, reasons: readonly string[]): Selector[] {
    const urls = (place: string): Selector[] =>
        ["https", "http"].map((scheme) => ({ kind: "url", value: `${scheme}://${place}`, reasons }));
    if (!scope.includes("/")) {
        return [{ kind: "host", value: scope, reasons }];
    }
    if (scope.endsWith("/")) {
        return [{ kind: "prefix", value: scope, reasons }, ...urls(scope.slice(0, -1))];
    }
    return scope.endsWith("*") ? [{ kind: "prefix", value: scope.slice(0, -1), reasons }] : urls(scope);
}

/**
 * The scope that holds what a selector purges. Where only folders of its host are known, that is one of them, or what the
 * selector names itself. Undefined for a tag and for everything.
 */
export function scopeOf(selector: Selector, known: readonly Scope[]): Scope | undefined {
    const host = hostOf(selector);
    if (host === undefined || selector.kind === "host" || known.includes(host)) {
        return host;
    }
    const folders = known.filter((scope) => scope.startsWith(`${host}/`) && scope.endsWith("/"));
    if (folders.length === 0) {
        return host;
    }
    const isUrl = selector.kind === "url";
    const place = isUrl ? host + selector.value.slice(selector.value.indexOf("/", "https://".length)) : selector.value;
    const folder = folders.find((scope) => place.startsWith(scope) || (isUrl && `${place}/` === scope));
    return folder ?? (isUrl || place.endsWith("/") ? place : `${place}*`);
}
