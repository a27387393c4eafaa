/**
 * Which file answers a path, and which paths redirect, as Workers static assets decide it with `html_handling`.
 * https://developers.cloudflare.com/workers/static-assets/routing/advanced/html-handling/
 */

/** Cloudflare's four modes. */
export const HTML_HANDLING = ["auto-trailing-slash", "force-trailing-slash", "drop-trailing-slash", "none"] as const;
export type HtmlHandling = (typeof HTML_HANDLING)[number];

/** A file that is served, a path to go to, or nothing at all. Paths are decoded. */
export type Routed = { file: string } | { redirect: string } | undefined;

/** Identity of a file's content (its ETag); undefined when there is no such file. */
export type Exists = (path: string) => string | undefined;

/**
 * Routes one decoded path.
 * @param path decoded, begins with a slash
 * @param exists what the folder holds
 */
export function route(path: string, mode: HtmlHandling, exists: Exists): Routed {
    const early = beforeRedirects(path, mode).find((file) => exists(file) !== undefined);
    if (early !== undefined) {
        return { file: early };
    }
    for (const step of steps(path, mode)) {
        if (step === "exact") {
            if (exists(path) !== undefined) {
                return { file: path };
            }
        } else if (mayRedirect(step, mode, exists)) {
            return { redirect: step.to };
        }
    }
    const found = served(path, mode, exists);
    if (found !== undefined) {
        return { file: found };
    }
    const last = lastResort(path, mode).find((step) => mayRedirect(step, mode, exists));
    return last && { redirect: last.to };
}

/** Files that answer before any redirect is thought of: a folder's page, and a file that is really named "index". */
function beforeRedirects(path: string, mode: HtmlHandling): string[] {
    if (mode === "none" || path.endsWith("/index")) {
        return [path];
    }
    if (!path.endsWith("/")) {
        return [];
    }
    if (mode === "force-trailing-slash") {
        return [`${path}index.html`, `${path.slice(0, -1)}.html`];
    }
    return mode === "auto-trailing-slash" || path === "/" ? [`${path}index.html`] : [];
}

/** The file that a path answers with itself, redirects left aside. */
function served(path: string, mode: HtmlHandling, exists: Exists): string | undefined {
    const candidates = path.endsWith("/") && mode !== "none" ? inFolder(path, mode) : [path, ...asPage(path, mode)];
    return candidates.find((file) => exists(file) !== undefined);
}

function inFolder(path: string, mode: HtmlHandling): string[] {
    if (mode === "force-trailing-slash") {
        return [`${path}index.html`, `${path.slice(0, -1)}.html`, path];
    }
    if (mode === "drop-trailing-slash" && path !== "/") {
        return [path, `${path}.html`, `${path}/index.html`];
    }
    return [`${path}index.html`, path, `${path}.html`];
}

function asPage(path: string, mode: HtmlHandling): string[] {
    if (mode === "auto-trailing-slash") {
        return [`${path}.html`];
    }
    if (mode === "drop-trailing-slash") {
        return [`${path}.html`, `${path}/index.html`];
    }
    return [];
}

/** Go to `to` when what is served there is the content of `file`. */
interface Candidate {
    file: string;
    to: string;
}

/** The redirects that come before a path's own file, in the order in which they are tried. */
function steps(path: string, mode: HtmlHandling): (Candidate | "exact")[] {
    if (mode === "none") {
        return [];
    }
    const ending = ["/index", "/index.html", "/", ".html"].find((end) => path.endsWith(end));
    if (ending === undefined) {
        return [];
    }
    const stem = path.slice(0, -ending.length);
    const drop = mode === "drop-trailing-slash";
    const folder: Candidate = { file: `${stem}/index.html`, to: drop ? stem || "/" : `${stem}/` };
    const page: Candidate = { file: `${stem}.html`, to: mode === "force-trailing-slash" ? `${stem}/` : stem };
    switch (ending) {
        case "/index":
            if (!drop) {
                return [folder, page];
            }
            return stem === "" ? [folder] : [page, folder];
        case "/index.html":
            if (!drop) {
                return [folder, page];
            }
            return stem === "" ? [folder] : [folder, "exact", page];
        case "/":
            if (mode === "force-trailing-slash") {
                return [];
            }
            if (!drop) {
                return [page];
            }
            return stem === "" ? [] : [page, folder];
        default:
            return mode === "force-trailing-slash" ? [page, "exact", folder] : [page, folder];
    }
}

/** The redirects that are tried when nothing is served at the path. */
function lastResort(path: string, mode: HtmlHandling): Candidate[] {
    const folder: Candidate = { file: `${path}/index.html`, to: `${path}/` };
    if (mode === "auto-trailing-slash") {
        return [folder];
    }
    if (mode === "force-trailing-slash") {
        return [{ file: `${path}.html`, to: `${path}/` }, folder];
    }
    return [];
}

/** A redirect is safe when no file has the target's name and the target serves the very content meant. */
function mayRedirect(step: Candidate, mode: HtmlHandling, exists: Exists): boolean {
    if (exists(step.to) !== undefined) {
        return false;
    }
    const there = served(step.to, mode, exists);
    return there !== undefined && exists(there) === exists(step.file);
}
