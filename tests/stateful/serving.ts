import type { MappingOptions } from "../../components/assets/mapping";
import type { HttpRequest, HttpResponse } from "../../local/cloudflare/http/messages";
import type { Files } from "./site";
import { NOT_FOUND_PAGE } from "./site";

/**
 * What the origin answers where it has no file.
 * - `plain`: 404 and a few words
 * - `internal404`: 404 with a page that is among the files, and that has no URL of its own (nginx: `internal`)
 * - `store403`: 403, as an object store that must not be listed
 * - `singlePage`: 200 with the front page, which the options declare
 * - `pages404`: 404 with a page, which the options declare
 * - `nested404`: 404 with the nearest of several pages, which the options declare
 */
export type Serving = "plain" | "internal404" | "store403" | "singlePage" | "pages404" | "nested404";

const PAGES: Readonly<Record<Serving, string | undefined>> = {
    plain: undefined,
    internal404: NOT_FOUND_PAGE,
    store403: undefined,
    singlePage: "index.html",
    pages404: NOT_FOUND_PAGE,
    nested404: NOT_FOUND_PAGE,
};

/** For the origin: the page that it answers with where it has no file. */
export function fallbackAtOrigin(serving: Serving): { fallback?: string } {
    const page = PAGES[serving];
    return page === undefined ? {} : { fallback: page };
}

/** For the options: the same, as far as the program declares it. */
export function declaredPages(
    serving: Serving,
    files: ReadonlyMap<string, unknown>,
): Pick<MappingOptions, "fallback" | "notFound"> {
    if (serving === "nested404") {
        const isPage = (file: string): boolean => file === NOT_FOUND_PAGE || file.endsWith(`/${NOT_FOUND_PAGE}`);
        return [...files.keys()].some(isPage) ? { notFound: { page: NOT_FOUND_PAGE, purge: true } } : {};
    }
    const page = serving === "internal404" ? undefined : PAGES[serving];
    return page === undefined || !files.has(page) ? {} : { fallback: page };
}

/** The pages that are among the files of a site which is served so. */
export function pagesOf(serving: Serving): readonly string[] {
    return serving === "nested404"
        ? [NOT_FOUND_PAGE, `docs/${NOT_FOUND_PAGE}`]
        : serving === "pages404"
          ? [NOT_FOUND_PAGE]
          : [];
}

/** The server's own page is part of each deploy, and always the same: nothing says which URLs a new one would change. */
export function withServersPage(files: Files, serving: Serving): Files {
    return serving === "internal404" ? new Map([...files, [NOT_FOUND_PAGE, "the server's own page"]]) : files;
}

/** Those of the files at the origin that have a URL. */
export function withUrls(files: Files, serving: Serving): Files {
    return serving === "internal404" ? new Map([...files].filter(([file]) => file !== NOT_FOUND_PAGE)) : files;
}

/** Where nothing is, whatever is deployed. */
const NOWHERE = "/nowhere-at-all";
const INTERNAL = /^\/404(\.html|\/|\/index|\/index\.html|\/index\/)?(?=\?|$)/;

/** An origin that serves in such a way. */
export function servedAs(
    serving: Serving,
    origin: (request: HttpRequest) => Promise<HttpResponse>,
): (request: HttpRequest) => Promise<HttpResponse> {
    return async (request) => {
        const target = serving === "internal404" ? request.target.replace(INTERNAL, NOWHERE) : request.target;
        const answer = await origin({ ...request, target });
        return serving === "store403" && answer.status === 404 ? { ...answer, status: 403 } : answer;
    };
}
