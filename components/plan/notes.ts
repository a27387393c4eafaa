import { digestAt } from "../assets/manifest";
import type { MarkKind } from "../assets/marks";
import { isMark, markOf } from "../assets/marks";
import { patternsFor } from "../assets/patterns";
import { usualSpelling } from "../assets/spellings";
import { counted } from "../errors/text";
import type { BatchLimits } from "../settings/limits";
import { batches } from "./batches";
import type { Changes } from "./changes";
import { isLoadedWithOrigin } from "./headers";
import type { Selector } from "./selector";
import { hostOfUrl } from "./selector";

/** Files that servers are often set up to show for their folder, next to index.html. */
const INDEX_FILE = /^(.*\/)((?:index|default)\.(?:x?html?|shtml?|php|aspx?|jsp|cgi))$/i;

/** What a plan leaves out because nobody told how the origin answers there. */
export function changeNotes(groups: readonly Changes[]): string[] {
    // Nothing is cached yet where nothing was answered before.
    const known = groups.filter(({ before, after }) => before !== undefined && after !== undefined);
    return [...errorPageNotes(known), ...indexFileNotes(known)];
}

/** A word where a page changed that answers with 404, and is not purged where it answers: nobody can list these URLs. */
function errorPageNotes(groups: readonly Changes[]): string[] {
    const pages = new Set<string>();
    for (const { changed, before, marks } of groups) {
        const known = [...marks, ...(before?.paths.filter(isMark) ?? [])]
            .flatMap((path) => markOf(path) ?? [])
            .filter(isPurged);
        for (const { path } of changed) {
            const mark = markOf(path);
            const page = mark?.kind === "not-found" ? `The page for what is not found in ${mark.pattern}` : path;
            const isPage = mark === undefined ? path.endsWith("/404.html") : mark.kind === "not-found";
            if (isPage && !known.some(({ pattern }) => path.startsWith(pattern.slice(0, -1)))) {
                pages.add(page);
            }
        }
    }
    return [...pages].map(
        (page) =>
            `${page} changed. URLs that are not found may show the old one for as long as the edge keeps such answers, ` +
            "which is 3 minutes by default; notFound: { purge: true } purges them, by host or prefix",
    );
}

/** A word where all that changed is that `exclude` leaves more out than at the last deploy. */
export function excludeNotes(groups: readonly Changes[], patterns: readonly string[]): string[] {
    const changed = groups.flatMap(({ changed: all, before, after }) => {
        const folders = [...(before?.folders ?? []), ...(after?.folders ?? []), "/"];
        return all.filter(({ path }) => !isMark(path)).map((one) => ({ ...one, folders }));
    });
    const used = changed.map(({ path, change, folders }) =>
        change === "removed" ? filesAt(path, folders).flatMap((file) => patternsFor(file, patterns)) : [],
    );
    if (used.length === 0 || used.some((some) => some.length === 0)) {
        return [];
    }
    const names = [...new Set(used.flat())].map((pattern) => JSON.stringify(pattern)).join(", ");
    return [
        `nothing changed but what exclude leaves out: ${names} matches files that the last deploy had. Patterns are read as in ` +
            ".gitignore: one without a slash inside matches files and folders at any depth. If these files are still deployed, " +
            "narrow the pattern",
    ];
}

/** The files of a site that may answer at a path, as `exclude` names them. */
function filesAt(path: string, folders: readonly string[]): string[] {
    const [name = ""] = usualSpelling(path).split("?");
    return folders
        .filter((folder) => name.startsWith(folder))
        .flatMap((folder) => {
            const file = decoded(name.slice(folder.length)).replace(/(?:\/|\/index|(?:\/index)?\.html)$/, "");
            return [decoded(name.slice(folder.length)), `${file}.html`, `${file}/index.html`.replace(/^\//, "")];
        });
}

function decoded(path: string): string {
    try {
        return decodeURIComponent(path);
    } catch {
        return path;
    }
}

function isPurged({ kind }: { readonly kind: MarkKind }): boolean {
    return kind !== "not-found";
}

/** A word where a file changed whose folder may show it, and the folder's URL is not listed. */
function indexFileNotes(groups: readonly Changes[]): string[] {
    const folders = new Map<string, string>();
    for (const { changed, before, after } of groups) {
        for (const { path } of changed) {
            const [, folder, name] = INDEX_FILE.exec(path) ?? [];
            const isListed = [before, after].some(
                (section) => section !== undefined && folder !== undefined && digestAt(section, folder) !== undefined,
            );
            if (
                folder !== undefined &&
                name !== undefined &&
                name !== "index.html" &&
                !isListed &&
                !folders.has(name)
            ) {
                folders.set(name, folder);
            }
        }
    }
    return [...folders].map(
        ([name, folder]) =>
            `${folder}${name} changed. If the origin serves it at ${folder} too, that URL is not purged: name it, ` +
            `indexFiles: ["${name}"]`,
    );
}

/** What copies for pages of other origins cost, or that there may be some which nobody has named. */
export function crossOriginNotes(
    groups: readonly Changes[],
    selectors: readonly Selector[],
    crossOrigins: readonly string[] | undefined,
    limits: BatchLimits,
): string[] {
    const urls = selectors.filter(({ kind }) => kind === "url");
    if (crossOrigins === undefined) {
        const origins = otherSites(groups);
        return origins.length > 1 && urls.some(({ value }) => isLoadedWithOrigin(value)) ? [unnamed(origins)] : [];
    }
    const added = new Set(urls.filter(({ headers = {} }) => crossOrigins.includes(headers.Origin ?? "")));
    if (added.size === 0) {
        return [];
    }
    const plain = urls.filter((url) => !added.has(url));
    const pages = new Set([...added].map(({ headers = {} }) => headers.Origin));
    const requests = batches(urls, limits).length - batches(plain, limits).length;
    return [
        `crossOrigins adds ${counted(added.size, "URL")} in ${requests === 0 ? "no further request" : counted(requests, "further request")}: ` +
            `what pages of ${counted(pages.size, "origin")} load has copies of its own`,
    ];
}

/** One origin of each site, if there are several: www beside the name itself, and http beside https, are one. */
function otherSites(groups: readonly Changes[]): string[] {
    const origins = groups.filter(({ after }) => after !== undefined).flatMap((group) => group.origins);
    return [...new Map(origins.map((origin) => [hostOfUrl(origin).replace(/^www\./, ""), origin])).values()];
}

function unnamed([one, other]: readonly string[]): string {
    return (
        `if pages of ${one} load fonts, module scripts, JSON or the like of ${other}, or the other way round, the edge keeps ` +
        `copies for them that are not purged: name these pages' origins, crossOrigins: ["${one}"]; if not, crossOrigins: []`
    );
}
