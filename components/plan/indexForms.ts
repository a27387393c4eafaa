import { isRedirectDigest, redirectDigest } from "../assets/hash";
import type { Section } from "../assets/manifest";
import { digestAt } from "../assets/manifest";
import { otherSpellings, usualSpelling } from "../assets/spellings";
import type { Changes } from "./changes";
import type { Selector } from "./selector";

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
