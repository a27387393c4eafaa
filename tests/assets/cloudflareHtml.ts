/**
 * What Cloudflare's static assets answer at a path, as its page on html_handling tells it: the judge of these tests, written
 * without a look at the code under test.
 */
import type { HtmlHandling } from "../../components/assets/siteAssets";

export type Answer = { readonly serve: string } | { readonly redirect: string } | undefined;

type Try = { readonly serve: string } | { readonly file: string; readonly redirect: string };

/** @param files URL path → content. */
export function cloudflareAnswer(files: ReadonlyMap<string, string>, mode: HtmlHandling, path: string): Answer {
    return first(files, mode, path, true);
}

function first(files: ReadonlyMap<string, string>, mode: HtmlHandling, path: string, redirects: boolean): Answer {
    for (const attempt of tries(mode, path, files.has(path))) {
        if ("serve" in attempt) {
            const content = files.get(attempt.serve);
            if (content !== undefined) {
                return { serve: content };
            }
        } else if (redirects && files.has(attempt.file) && !files.has(attempt.redirect)) {
            // A redirect is made only to where the very same page is then served.
            const there = first(files, mode, attempt.redirect, false);
            if (there !== undefined && "serve" in there && there.serve === files.get(attempt.file)) {
                return { redirect: attempt.redirect };
            }
        }
    }
    return undefined;
}

function tries(mode: HtmlHandling, path: string, exact: boolean): Try[] {
    if (mode === "none") {
        return [{ serve: path }];
    }
    const last: Record<typeof mode, Try[]> = {
        "auto-trailing-slash": [
            { serve: path },
            { serve: `${path}.html` },
            { file: `${path}/index.html`, redirect: `${path}/` },
        ],
        "force-trailing-slash": [
            { serve: path },
            { file: `${path}.html`, redirect: `${path}/` },
            { file: `${path}/index.html`, redirect: `${path}/` },
        ],
        "drop-trailing-slash": [{ serve: path }, { serve: `${path}.html` }, { serve: `${path}/index.html` }],
    };
    if (path.endsWith("/index") && exact) {
        return [{ serve: path }];
    }
    for (const ending of ["/index", "/index.html", "/", ".html"]) {
        if (path.endsWith(ending)) {
            return [...special(mode, path.slice(0, path.length - ending.length), ending, exact), ...last[mode]];
        }
    }
    return last[mode];
}

function special(mode: Exclude<HtmlHandling, "none">, stem: string, ending: string, exact: boolean): Try[] {
    const page = `${stem}.html`;
    const index = `${stem}/index.html`;
    const own: Try[] = exact ? [{ serve: stem + ending }] : [];
    const canonical = {
        "auto-trailing-slash": [stem, `${stem}/`],
        "force-trailing-slash": [`${stem}/`, `${stem}/`],
        "drop-trailing-slash": [stem, stem === "" ? "/" : stem],
    }[mode] as [string, string];
    const toPage: Try = { file: page, redirect: canonical[0] };
    const toIndex: Try = { file: index, redirect: canonical[1] };
    const drop = mode === "drop-trailing-slash";
    switch (ending) {
        case "/index":
            return drop && stem !== "" ? [toPage, toIndex] : [toIndex, toPage];
        case "/index.html":
            return drop ? [toIndex, ...own, toPage] : [toIndex, toPage];
        case "/":
            if (drop) {
                return stem === "" ? [{ serve: index }] : [toPage, toIndex];
            }
            return mode === "force-trailing-slash" ? [{ serve: index }, { serve: page }] : [{ serve: index }, toPage];
        default:
            return mode === "force-trailing-slash" ? [toPage, ...own, toIndex] : [toPage, toIndex];
    }
}
