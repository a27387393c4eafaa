import { redirectDigest } from "../assets/hash";
import type { Section } from "../assets/manifest";
import { digestAt } from "../assets/manifest";
import { isMark } from "../assets/marks";
import { usualSpelling } from "../assets/spellings";
import type { Changes } from "./changes";

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
