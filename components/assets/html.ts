import { SITE } from "../settings/siteOptions";
import { redirectDigest } from "./hash";

/**
 * Which URLs an HTML file answers at: the four modes of Cloudflare,
 * https://developers.cloudflare.com/workers/static-assets/routing/advanced/html-handling/
 */
export const HTML_HANDLING = SITE.htmlHandling.rule.words;

export type HtmlHandling = (typeof HTML_HANDLING)[number];

/**
 * The URLs that may hold two pages: `a.html` and `a/index.html`, either of which may be missing. `stem` is their common
 * part, `/a`; the root's index has the stem "".
 */
interface Pages {
    page?: string;
    index?: string;
}

/**
 * Adds to the files of a site the other URLs at which its HTML answers.
 *
 * Near forms (`/a`, `/a.html`; `/d`, `/d/`, `/d/index`, `/d/index.html`; `/a/` where the mode serves it) are what many
 * origins serve: their digest changes with the page, and with the redirect that the mode makes of them. Far forms
 * (`/a/`, `/a/index`, `/a/index.html`, `/d.html`) can only be redirects to the page: their digest is that of the
 * redirect, so that they are purged when the page comes or goes and not when its bytes change.
 *
 * A file that is at a URL by its own name wins there, except where the mode redirects the page's name elsewhere. Of two
 * pages that claim one URL, the one that Cloudflare serves wins.
 * @param files URL path → digest.
 */
export function withHtmlForms(files: ReadonlyMap<string, string>, handling: HtmlHandling): Map<string, string> {
    const answers = new Map(files);
    if (handling === "none") {
        return answers;
    }
    const stems = new Map<string, Pages>();
    for (const [path, digest] of files) {
        const stem = stemOf(path);
        if (stem !== undefined) {
            const pages = stems.get(stem) ?? {};
            pages[path.endsWith("/index.html") ? "index" : "page"] = digest;
            stems.set(stem, pages);
        }
    }
    // A shorter stem comes first and wins what two of them claim: /a/index is the index of /a before it is a page.
    for (const stem of [...stems.keys()].sort()) {
        const pages = stems.get(stem)!;
        for (const [path, digest] of formsOf(stem, pages, handling, files.has(stem))) {
            const ownName = path === `${stem}.html` || path === `${stem}/index.html`;
            if (files.has(path) ? ownName : !answers.has(path)) {
                answers.set(path, digest);
            }
        }
    }
    return answers;
}

/** `/d/index.html` → `/d`, `/a.html` → `/a`; undefined for what is no page (`/.html` has no name to be found by). */
function stemOf(path: string): string | undefined {
    if (path.endsWith("/index.html")) {
        return path.slice(0, -"/index.html".length);
    }
    return path.endsWith(".html") && !path.endsWith("/.html") ? path.slice(0, -".html".length) : undefined;
}

function formsOf(stem: string, { page, index }: Pages, handling: HtmlHandling, taken: boolean): [string, string][] {
    const slash = `${stem}/`;
    const html = `${stem}.html`;
    const indexes = [`${stem}/index`, `${stem}/index.html`];
    if (stem === "") {
        return index === undefined ? [] : [["/", index], ...redirects(indexes, "/", index)];
    }
    if (handling === "force-trailing-slash") {
        // Everything leads to /a/, which the folder's index takes before the page does.
        return index === undefined
            ? [[slash, page!], ...redirects([stem, html], slash, page), ...redirects(indexes, slash)]
            : [
                  [slash, index],
                  ...redirects([stem, ...indexes], slash, index + (page ?? "")),
                  ...(page === undefined ? redirects([html], slash) : [[html, page] as [string, string]]),
              ];
    }
    if (handling === "auto-trailing-slash") {
        const ofIndex: [string, string][] =
            index === undefined ? [] : [[slash, index], ...redirects(indexes, slash, index)];
        if (page === undefined) {
            return [...ofIndex, ...redirects([stem], slash, index), ...redirects([html], slash)];
        }
        // A file named like the stem is served there, and the page then only at its full name.
        const ofPage: [string, string][] = taken ? [[html, page]] : [[stem, page], ...redirects([html], stem, page)];
        return [...ofPage, ...(index !== undefined ? ofIndex : taken ? [] : redirects([slash, ...indexes], stem))];
    }
    if (page === undefined) {
        return taken
            ? [[`${stem}/index.html`, index!]]
            : [[stem, index!], ...redirects([slash, ...indexes], stem, index), ...redirects([html], stem)];
    }
    if (taken) {
        return index === undefined
            ? [[html, page]]
            : [
                  [html, page],
                  [`${stem}/index.html`, index],
              ];
    }
    // Both: the page takes /a, and the folder's index is left with its full name.
    return index === undefined
        ? [[stem, page], ...redirects([html], stem, page), ...redirects([slash, ...indexes], stem)]
        : [
              [stem, page],
              ...redirects([html], stem, page),
              ...redirects([slash, `${stem}/index`], stem, index),
              [`${stem}/index.html`, index],
          ];
}

function redirects(paths: readonly string[], target: string, content?: string): [string, string][] {
    return paths.map((path) => [path, redirectDigest(target, content)]);
}
