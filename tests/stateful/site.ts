/** What may be deployed: a pool of files, and every URL path at which any of them could ever answer. */

import type { HtmlHandling } from "../../local/cloudflare";

/** Path relative to the site's root → content. */
export type Files = ReadonlyMap<string, string>;

/** No page shares its name with a folder's index: which of the two is at the origin, a sample cannot always tell. */
const SMALL_POOL = [
    "index.html",
    "app.js",
    "about.html",
    "docs/index.html",
    "docs/guide.html",
    "img/logo.svg",
] as const;

export const LARGE_POOL = [...SMALL_POOL, "about/index.html", "style.css", "data.json"] as const;

/** URLs of which each that changes has a sample in a journal's entry (plan/samples.ts, SAMPLES). */
const SAMPLED = 20;

/** As many files as have a sample each, whatever becomes of them in one deploy: some pages, and others beside them. */
export function sampledPool(pages: readonly string[], htmlHandling: HtmlHandling, hasLeftOut: boolean): string[] {
    // Where every page has a slash, one is at `/d/index/` too.
    const isSlashed = htmlHandling === "force-trailing-slash";
    const urls = (file: string): number =>
        formsOf(file).length + (isSlashed && /(^|\/)index\.html$/.test(file) ? 1 : 0);
    // A name may go, and another one come.
    let left = pages.reduce(
        (rest, file) => rest - urls(file),
        SAMPLED - (hasLeftOut ? leftOut(new Map()).size + 1 : 0),
    );
    const others = SMALL_POOL.filter((file) => {
        const fits = urls(file) <= left;
        left -= fits ? urls(file) : 0;
        return fits;
    });
    return [...others, ...pages];
}

/** The page that answers for what is missing, at an origin that has one (serving.ts). */
export const NOT_FOUND_PAGE = "404.html";

const LEFT_OUT = [".nojekyll", "_headers", "app.0.map", "app.1.map", "app.2.map", "app.3.map"] as const;

/** What a folder holds beside a site's files, and some uploads leave out: among it a file with a new name at each deploy. */
export function leftOut(files: Files): Files {
    const sum = [...files].flatMap((entry) => [...entry.join("\n")]).reduce((all, one) => all + one.charCodeAt(0), 0);
    const rules = `rules for ${files.size} files`;
    return new Map([
        [".nojekyll", ""],
        ["_headers", rules],
        [`app.${sum % 4}.map`, `a map of ${sum}`],
    ]);
}

export function isLeftOut(file: string): boolean {
    return (LEFT_OUT as readonly string[]).includes(file);
}

/** Where visitors may look. The second is deployed to by some runs, from some moment on. */
export const BASES = ["https://www.example.com", "https://docs.example.com"] as const;

/** Another site, whose pages may load files of this one. */
export const OTHER_SITE = "https://app.example.org";

/** Whether browsers may ask for a URL with an `Origin` header, so that the edge has a copy of its own for each origin. */
export function isLoadedByOthers(url: string): boolean {
    return /\.(js|css|json|svg)$/.test(url);
}

/** A file's content in one of a few versions, so that a site comes back to what it was. */
export function contentOf(path: string, version: number): string {
    return `${path}, version ${version}`;
}

/** The URL paths at which visitors ask for a file: its own, or all forms of its page. */
export function formsOf(file: string): string[] {
    const path = `/${file}`;
    if (!path.endsWith(".html")) {
        return [path];
    }
    const stem = path.replace(/(\/index)?\.html$/, "");
    const forms = [`${stem}/`, `${stem}/index`, `${stem}/index.html`];
    return stem === "" ? forms : [stem, `${stem}.html`, ...forms];
}

/** The URL paths whose answers a file may decide: no link leads to the last, which some modes of HTML handling answer. */
export function pathsOf(file: string): string[] {
    const forms = formsOf(file);
    return [...forms, ...forms.filter((path) => path.endsWith("/index")).map((path) => `${path}/`)];
}

/** The URLs whose answers a file may decide. */
export function urlsOf(file: string, bases: readonly string[] = BASES): string[] {
    return bases.flatMap((base) => pathsOf(file).map((path) => base + path));
}

/** Every URL path of a pool, and of what may lie beside it. */
export function universe(pool: readonly string[]): string[] {
    return [...new Set([...pool, ...LEFT_OUT].flatMap(pathsOf))].sort();
}

export function sameFiles(a: Files, b: Files): boolean {
    return a.size === b.size && [...a].every(([path, content]) => b.get(path) === content);
}
