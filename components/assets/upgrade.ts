import { isRedirectDigest, redirectDigest } from "./hash";
import type { Manifest, Section } from "./manifest";
import { digestAt } from "./manifest";
import { markOf, markText } from "./marks";

/**
 * In the first deploy after an upgrade, the old manifest lacks the URLs that only the new version names. They are not
 * changes where the file's answer is the same.
 * @returns Whether a path that differs between two sections is such a name.
 */
export function newNames(before: Manifest, after: Manifest): (old: Section, now: Section, path: string) => boolean {
    if (before.version !== undefined || after.version !== 2) {
        return () => false;
    }
    const giveSlashes = new Map<Section, boolean>();
    return (old, now, path) => {
        const { kind } = markOf(path) ?? {};
        if (kind === "redirect" || kind === "headers") {
            const file = kind === "redirect" ? "/_redirects" : "/_headers";
            return digestAt(old, file) === digestAt(now, policyMark(file));
        }
        if (digestAt(now, policyMark(path)) !== undefined) {
            return true;
        }
        if (!path.endsWith("/index/")) {
            return false;
        }
        const givesSlashes = giveSlashes.get(old) ?? isForced(old);
        giveSlashes.set(old, givesSlashes);
        return givesSlashes && isIndexForm(old, now, path);
    };
}

/** A policy file is a mark where it was a URL. */
function policyMark(file: string): string {
    return markText({ pattern: file, kind: "policy" });
}

/** The page at `/d/index/` is that to which `/d/index` leads; a file of that name says nothing of it. */
function isIndexForm(old: Section, now: Section, path: string): boolean {
    const index = path.slice(0, -1);
    const digest = digestAt(now, index);
    const isSame = digest !== undefined && isRedirectDigest(digest) && digest === digestAt(old, index);
    return isSame && digestAt(old, path) === undefined;
}

/** Whether some page shows that every page had a slash before: the only mode that serves pages at `/d/index/`. */
function isForced(section: Section): boolean {
    return section.paths.some((path, i) => {
        const slash = `${path.slice(0, -".html".length)}/`;
        return path.endsWith(".html") && section.digests[i] === redirectDigest(slash, digestAt(section, slash));
    });
}
