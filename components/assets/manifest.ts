import { isNewInVersion2 } from "./marks";
import { withSpellings } from "./spellings";

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
     * Paths of URLs, percent-encoded ASCII, with `?query` where they have one, sorted by bytes, none twice; and among them
     * marks, which are not URLs (marks.ts).
     */
    readonly paths: readonly string[];
    /** 32 hex digits for each path: 128 bits of a sha256, see {@link isRedirectDigest} for those of redirects. */
    readonly digests: readonly string[];
}

/** Puts what each origin answers (path → digest) into the canonical form. Origins that answer nothing are left out. */
export function manifestOf(answers: ReadonlyMap<string, ReadonlyMap<string, string>>): Manifest {
    const seen = new Map<ReadonlyMap<string, string>, Section & { baseUrls: string[] }>();
    const sections: (Section & { baseUrls: string[] })[] = [];
    for (const baseUrl of [...answers.keys()].sort()) {
        const paths = answers.get(baseUrl);
        if (paths === undefined || paths.size === 0) {
            continue;
        }
        // Most often all origins share one map: it is sorted once.
        let section = seen.get(paths);
        if (section === undefined) {
            const sorted = sectionOf(paths);
            section = sections.find((other) => sameAnswers(other, sorted));
            if (section === undefined) {
                section = sorted;
                sections.push(section);
            }
            seen.set(paths, section);
        }
        section.baseUrls.push(baseUrl);
    }
    return sections.some(({ paths }) => paths.some(isNewInVersion2)) ? { sections, version: 2 } : { sections };
}

/** Whether two manifests say the same. */
export function sameManifest(a: Manifest, b: Manifest): boolean {
    return (
        a.sections.length === b.sections.length &&
        a.sections.every((section, i) => {
            const other = b.sections[i];
            return other !== undefined && sameStrings(section.baseUrls, other.baseUrls) && sameAnswers(section, other);
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

function sectionOf(given: ReadonlyMap<string, string>): Section & { baseUrls: string[] } {
    const answers = withSpellings(given);
    // Paths are ASCII, so that the default order is the order of bytes.
    const paths = [...answers.keys()].sort();
    return { baseUrls: [], paths, digests: paths.map((path) => answers.get(path) ?? "") };
}

function sameAnswers(a: Section, b: Section): boolean {
    return sameStrings(a.paths, b.paths) && sameStrings(a.digests, b.digests);
}

function sameStrings(a: readonly string[], b: readonly string[]): boolean {
    return a.length === b.length && a.every((value, i) => value === b[i]);
}
