import { SITE } from "../settings/siteOptions";

/**
 * Which URLs an HTML file answers at: the four modes of Cloudflare,
 * https://developers.cloudflare.com/workers/static-assets/routing/advanced/html-handling/
 */
export const HTML_HANDLING = SITE.htmlHandling.rule.words;

export type HtmlHandling = (typeof HTML_HANDLING)[number];

/** The identity of a file: two files of one identity are one page to Cloudflare. Undefined: there is no such file. */
export type IdentityOf = (path: string) => string | undefined;

/** What a URL answers: a file, or the way to another URL. */
export type Route = { readonly serve: string } | { readonly redirect: string };

/** Serve the file, or go to `redirect` if that is where `page` is served. */
type Attempt = { readonly serve: string } | { readonly page: string; readonly redirect: string };

/** What Cloudflare's static assets answer at a path; undefined: no file answers there. */
export function route(path: string, handling: HtmlHandling, identityOf: IdentityOf): Route | undefined {
    for (const attempt of attemptsAt(path, handling, identityOf(path) !== undefined)) {
        if ("serve" in attempt) {
            if (identityOf(attempt.serve) !== undefined) {
                return attempt;
            }
        } else if (isSafe(attempt.page, attempt.redirect, handling, identityOf)) {
            return { redirect: attempt.redirect };
        }
    }
    return undefined;
}

/** A redirect is made only to a URL that no file has for its name, and that serves the very page. */
function isSafe(page: string, target: string, handling: HtmlHandling, identityOf: IdentityOf): boolean {
    const identity = identityOf(page);
    if (identity === undefined || identityOf(target) !== undefined) {
        return false;
    }
    for (const attempt of attemptsAt(target, handling, false)) {
        const served = "serve" in attempt ? identityOf(attempt.serve) : undefined;
        if (served !== undefined) {
            return served === identity;
        }
    }
    return false;
}

/** What is tried at a path, in order. @param exact Whether a file has that very name. */
function attemptsAt(path: string, handling: HtmlHandling, exact: boolean): Attempt[] {
    if (handling === "none") {
        return [{ serve: path }];
    }
    const end = ["/index", "/index.html", "/", ".html"].find((text) => path.endsWith(text)) ?? "";
    if (end === "/index" && exact) {
        return [{ serve: path }];
    }
    const stem = path.slice(0, path.length - end.length);
    return {
        "auto-trailing-slash": attemptsOfAuto,
        "force-trailing-slash": attemptsOfForce,
        "drop-trailing-slash": attemptsOfDrop,
    }[handling](path, stem, end);
}

/** A page is at `/a`, a folder's index at `/d/`. */
function attemptsOfAuto(path: string, stem: string, end: string): Attempt[] {
    const toPage = { page: `${stem}.html`, redirect: stem };
    const toIndex = { page: `${stem}/index.html`, redirect: `${stem}/` };
    const first: Record<string, Attempt[]> = {
        "/index": [toIndex, toPage],
        "/index.html": [toIndex, toPage],
        "/": [{ serve: `${stem}/index.html` }, toPage],
        ".html": [toPage, toIndex],
    };
    return [
        ...(first[end] ?? []),
        { serve: path },
        { serve: `${path}.html` },
        { page: `${path}/index.html`, redirect: `${path}/` },
    ];
}

/** A page is at `/a/`, a folder's index at `/d/`, which wins. */
function attemptsOfForce(path: string, stem: string, end: string): Attempt[] {
    const toPage = { page: `${stem}.html`, redirect: `${stem}/` };
    const toIndex = { page: `${stem}/index.html`, redirect: `${stem}/` };
    const first: Record<string, Attempt[]> = {
        "/index": [toIndex, toPage],
        "/index.html": [toIndex, toPage],
        "/": [{ serve: `${stem}/index.html` }, { serve: `${stem}.html` }],
        ".html": [toPage, { serve: path }, toIndex],
    };
    return [
        ...(first[end] ?? []),
        { serve: path },
        { page: `${path}.html`, redirect: `${path}/` },
        { page: `${path}/index.html`, redirect: `${path}/` },
    ];
}

/** A page is at `/a`, a folder's index at `/d`, which the page takes before it. */
function attemptsOfDrop(path: string, stem: string, end: string): Attempt[] {
    const toPage = { page: `${stem}.html`, redirect: stem };
    const toIndex = { page: `${stem}/index.html`, redirect: stem };
    const toRoot = { page: "/index.html", redirect: "/" };
    const isRoot = stem === "";
    const first: Record<string, Attempt[]> = {
        "/index": isRoot ? [toRoot] : [toPage, toIndex],
        "/index.html": isRoot ? [toRoot] : [toIndex, { serve: path }, toPage],
        "/": isRoot ? [{ serve: "/index.html" }] : [toPage, toIndex],
        ".html": [toPage, toIndex],
    };
    return [...(first[end] ?? []), { serve: path }, { serve: `${path}.html` }, { serve: `${path}/index.html` }];
}
