import { isRedirectDigest, redirectDigest } from "./hash";
import { isNewInVersion2, markOf, markText } from "./marks";
import { hasSpellings, withSpellings } from "./spellings";

/**
 * For every URL that a deploy answers, the digest of what it answers. Plain data in one canonical form: two deploys that
 * answer the same have equal manifests, whatever the order in which files, URLs or options were given.
 */
export interface Manifest {
    /** Origins with the same answers share a section; sorted by their first origin. Usually one. */
    readonly sections: readonly Section[];
    /** 2 where there is what version 1 of the format cannot say, see marks.ts. */
    readonly version?: 2;
}

/** The answers of some origins. */
export interface Section {
    /** Origins, sorted: `https://www.example.com`. */
    readonly baseUrls: readonly string[];
    /**
     * The folders of the base URLs, sorted, where the site has only a part of its host: `/blog/`. Undefined: all of it.
     */
    readonly folders?: readonly string[];
    /**
     * Paths of URLs, percent-encoded ASCII, with `?query` where they have one, sorted by bytes, none twice; and among them
     * marks, which are not URLs (marks.ts).
     */
    readonly paths: readonly string[];
    /** 32 hex digits for each path: 128 bits of a sha256, see {@link isRedirectDigest} for those of redirects. */
    readonly digests: readonly string[];
}

/** What paths are answered with: those of a map, and more that are not in it, since a list takes less time than a map. */
export interface Answers {
    readonly map: ReadonlyMap<string, string>;
    /** None twice. */
    readonly paths: readonly string[];
    /** One for each path of the list. */
    readonly digests: readonly string[];
}

/** All of some answers as a map. */
export function mapOf({ map, paths, digests }: Answers): Map<string, string> {
    const all = new Map(map);
    for (const [i, path] of paths.entries()) {
        all.set(path, digests[i] ?? "");
    }
    return all;
}

/** Puts what each origin answers (path → digest) into the canonical form. Origins that answer nothing are left out. */
export function manifestOf(
    answers: ReadonlyMap<string, ReadonlyMap<string, string> | Answers>,
    foldersOf: ReadonlyMap<string, readonly string[]> = new Map(),
): Manifest {
    const sortedOf = new Map<ReadonlyMap<string, string> | Answers, Lines>();
    const sections: (Section & { baseUrls: string[] })[] = [];
    for (const baseUrl of [...answers.keys()].sort()) {
        const paths = answers.get(baseUrl);
        if (paths === undefined) {
            continue;
        }
        // Most often all origins share one map: it is sorted once.
        const sorted =
            sortedOf.get(paths) ?? sortedLines("map" in paths ? paths : { map: paths, paths: [], digests: [] });
        sortedOf.set(paths, sorted);
        if (sorted.paths.length === 0) {
            continue;
        }
        const folders = partialFolders(foldersOf.get(baseUrl) ?? []);
        const known = sections.find(
            (other) =>
                sameStrings(other.folders ?? [], folders) &&
                (other.paths === sorted.paths || sameAnswers(other, sorted)),
        );
        if (known === undefined) {
            sections.push({ baseUrls: [baseUrl], ...(folders.length === 0 ? {} : { folders }), ...sorted });
        } else {
            known.baseUrls.push(baseUrl);
        }
    }
    return sections.some(isSectionOfVersion2) ? { sections, version: 2 } : { sections };
}

/** Whether two manifests say the same. */
export function sameManifest(a: Manifest, b: Manifest): boolean {
    return (
        a.sections.length === b.sections.length &&
        a.sections.every((section, i) => {
            const other = b.sections[i];
            return (
                other !== undefined &&
                sameStrings(section.baseUrls, other.baseUrls) &&
                sameStrings(section.folders ?? [], other.folders ?? []) &&
                sameAnswers(section, other)
            );
        })
    );
}

/** The digest at a path of a section, or undefined where it answers nothing. */
export function digestAt(section: Section, path: string): string | undefined {
    const index = firstAtOrAfter(section.paths, path);
    return section.paths[index] === path ? section.digests[index] : undefined;
}

/** The index of the first of some sorted texts that is not before `text`. */
export function firstAtOrAfter(sorted: readonly string[], text: string): number {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if ((sorted[middle] ?? "") < text) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** Whether version 1 of the manifest cannot have a section. */
export function isSectionOfVersion2({ folders, paths }: Section): boolean {
    return folders !== undefined || paths.some(isNewInVersion2);
}

type Lines = Pick<Section, "paths" | "digests">;

/** The folders of base URLs, none where one of them is the root. */
function partialFolders(folders: readonly string[]): string[] {
    return folders.includes("/") ? [] : [...new Set(folders)].sort();
}

function sortedLines(given: Answers): Lines {
    const {
        map,
        paths: more,
        digests: digestsOfMore,
    } = hasSpellings(given.paths)
        ? { map: withSpellings(mapOf(given)), paths: [], digests: [] }
        : { ...given, map: withSpellings(given.map) };
    const paths = [...map.keys(), ...more];
    const digests = [...map.values(), ...digestsOfMore];
    // Paths are ASCII, so that the default order is the order of bytes. A folder is mostly listed in it.
    if (paths.every((path, i) => i === 0 || (paths[i - 1] ?? "") < path)) {
        return { paths, digests };
    }
    const order = [...paths.keys()].sort((a, b) => ((paths[a] ?? "") < (paths[b] ?? "") ? -1 : 1));
    return { paths: order.map((i) => paths[i] ?? ""), digests: order.map((i) => digests[i] ?? "") };
}

function sameAnswers(a: Lines, b: Lines): boolean {
    return sameStrings(a.paths, b.paths) && sameStrings(a.digests, b.digests);
}

function sameStrings(a: readonly string[], b: readonly string[]): boolean {
    return a.length === b.length && a.every((value, i) => value === b[i]);
}

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
