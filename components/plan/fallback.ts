import { isFallback } from "../assets/manifest";
import type { Changes } from "./changes";
import type { Selector } from "./selector";
import { hostOfUrl } from "./selector";

/**
 * What to purge when a fallback page changed, came or went: every URL below it that is not a file may hold it, in any number,
 * so that only a host or a prefix reaches them all.
 */
export function fallbackSelectors(groups: readonly Changes[]): Selector[] {
    const selectors: Selector[] = [];
    for (const { origins, changed } of groups) {
        for (const { path, change } of changed) {
            if (isFallback(path)) {
                const below = path.slice(0, -1);
                const reasons = [`${change} the fallback page of ${path}: any URL that is not a file may hold it`];
                for (const origin of origins) {
                    const host = hostOfUrl(origin);
                    selectors.push(
                        below === "/"
                            ? { kind: "host", value: host, reasons }
                            : { kind: "prefix", value: host + below, reasons },
                    );
                }
            }
        }
    }
    return selectors;
}

/** A word of warning where an error page changed that was not declared: it is cached at URLs that nobody can list. */
export function errorPageNotes(groups: readonly Changes[]): string[] {
    const pages = new Set<string>();
    for (const { changed, before, after, fallbacks } of groups) {
        const known = [...fallbacks, ...(before?.paths.filter(isFallback) ?? [])];
        for (const { path } of changed) {
            if (path.endsWith("/404.html") && !known.some((mark) => path.startsWith(mark.slice(0, -1)))) {
                pages.add(path);
            }
        }
        // Nothing is cached yet where nothing was answered before.
        if (before === undefined && after !== undefined) {
            pages.clear();
        }
    }
    return [...pages].map(
        (page) =>
            `${page} changed, and URLs that it answers for may be cached: if the origin lets them be, declare ` +
            `fallback: ${page === "/404.html" ? `"404.html"` : `{ page: "${page.slice(1)}", under: "${page.slice(0, -"404.html".length)}" }`}`,
    );
}
