import type { Manifest } from "../assets/manifest";
import type { Selector } from "./selector";
import { hostOf, hostOfUrl } from "./selector";

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
