/** What is purged because of a change, besides the URLs that changed. */

import { isRedirectDigest, redirectDigest } from "../assets/hash";
import type { Section } from "../assets/manifest";
import { digestAt } from "../assets/manifest";
import type { MarkKind } from "../assets/marks";
import { isMark, markOf } from "../assets/marks";
import { PART } from "../assets/patterns";
import { otherSpellings, usualSpelling } from "../assets/spellings";
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
function nameable(folder: string): string {
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

/**
 * What to purge for redirects that changed, came or went: their source, or the folder of a source that matches more than
 * one URL.
 */
export function redirectSelectors(groups: readonly Changes[]): Selector[] {
    return groups.flatMap(({ origins, changed }) =>
        changed.flatMap(({ path, change }) => {
            const { pattern, kind } = markOf(path) ?? {};
            if (pattern === undefined || kind !== "redirect") {
                return [];
            }
            const reasons = [`${change} the redirect of ${pattern}`];
            return origins.flatMap((origin) =>
                sourceSelectors(origin, pattern).map((source) => ({ ...source, reasons })),
            );
        }),
    );
}

function sourceSelectors(origin: string, pattern: string): Pick<Selector, "kind" | "value">[] {
    const part = PART.exec(pattern);
    if (part === null) {
        return [pattern, ...otherSpellings(pattern)].map((path) => ({ kind: "url", value: origin + path }));
    }
    const folder = pattern.slice(0, pattern.lastIndexOf("/", part.index) + 1);
    const host = hostOfUrl(origin);
    return [folder === "/" ? { kind: "host", value: host } : { kind: "prefix", value: host + nameable(folder) }];
}

/** Behind `/d/index`, which leads to the page of the folder, these lead to `/d/index`. */
const ENDS = ["/", "/index", "/index.html"];

/**
 * The URLs that come and go with a folder's page and lead to it over two redirects: `/d/index/` to `/d/index`, that one to
 * `/d/`. No link has them, so that a manifest leaves them out, and nothing knows of them at a first deploy.
 */
export function indexForms(groups: readonly Changes[]): Selector[] {
    const selectors: Selector[] = [];
    for (const { origins, before, after, changed } of groups) {
        const indexes = changed.flatMap(({ path }) => indexOf(path));
        for (const path of new Set(indexes)) {
            if (path === usualSpelling(path) && leadsToFolder(before, path) !== leadsToFolder(after, path)) {
                const forms = ENDS.map((end) => path + end).filter((form) => !isListed(form, before, after));
                for (const form of forms.flatMap((spelling) => [spelling, ...otherSpellings(spelling)])) {
                    for (const origin of origins) {
                        selectors.push({ kind: "url", value: origin + form, reasons: [`leads to ${path}`] });
                    }
                }
            }
        }
    }
    return selectors;
}

/**
 * Whether `/d/index` leads to the page `/d/index.html`, and not to `/d.html`, of which its digest would not speak. Where
 * every page has a slash, the page is at `/d/index/` in any case.
 */
function leadsToFolder(section: Section | undefined, path: string): boolean {
    const digest = section && digestAt(section, path);
    const stem = path.slice(0, -"/index".length);
    return isListed(`${path}/`, section) || (digest !== undefined && isRedirectDigest(digest) && !isFar(digest, stem));
}

/** `/d/index` for itself and for `/d/index/`. */
function indexOf(path: string): string[] {
    return path.endsWith("/index") ? [path] : path.endsWith("/index/") ? [path.slice(0, -1)] : [];
}

function isFar(digest: string, stem: string): boolean {
    return digest === redirectDigest(stem) || digest === redirectDigest(`${stem}/`);
}

function isListed(path: string, ...sections: (Section | undefined)[]): boolean {
    return sections.some((section) => section !== undefined && digestAt(section, path) !== undefined);
}

/**
 * The URLs whose earlier answer came from a file that is not there any more: those that are removed, and those that
 * another file answers now. Where `about/index.html` becomes `about.html`, `/about/` only changes, but as long as the old
 * file is at the origin, that may be what is served there.
 */
export function removedFileUrls(groups: readonly Changes[]): string[] {
    // The files of a base URL that was taken away are still there, unless nothing is served any more at all.
    const isServed = groups.some(({ after }) => after !== undefined);
    return groups
        .filter(({ before, after }) => before !== undefined && (after !== undefined || !isServed))
        .flatMap(({ origins, before = NOTHING, after = NOTHING, changed }) => {
            const paths = changed.filter(
                ({ path, change }) =>
                    change !== "added" && !isMark(path) && lostItsFile(path, before, after, change === "removed"),
            );
            return origins.flatMap((origin) => paths.map(({ path }) => origin + path));
        });
}

const NOTHING: Section = { baseUrls: [], paths: [], digests: [] };

function lostItsFile(path: string, before: Section, after: Section, isRemoved: boolean): boolean {
    const pages = pagesFor(usualSpelling(path)).filter((page) => hasFile(before, page));
    // A URL that no page answers belongs to the file of its own name.
    return pages.length === 0 ? isRemoved : pages.some((page) => !hasFile(after, page));
}

/** The files whose page a path may answer in some mode of HTML handling (assets/route.ts). */
function pagesFor(path: string): string[] {
    const stem = path.replace(/(\/index)?\.html$|\/index$|\/$/, "");
    const stems = stem === path ? [path] : [stem, path.replace(/\.html$/, "")];
    return [...new Set(stems)].flatMap((name) => [`${name}.html`, `${name}/index.html`]);
}

/** Whether a page's file is there: at its name stands more than the redirect to another page. */
function hasFile(section: Section, page: string): boolean {
    const stem = page.replace(/(\/index)?\.html$/, "");
    const digest = digestAt(section, page);
    return digest !== undefined && digest !== redirectDigest(stem) && digest !== redirectDigest(`${stem}/`);
}
