import { isRedirectDigest, redirectDigest } from "../assets/hash";
import type { Section } from "../assets/manifest";
import { digestAt } from "../assets/manifest";
import { isMark } from "../assets/marks";
import type { Changes } from "./changes";

/** A changed URL and what it should answer now: what a deploy asks the origin and the edge for. */
export interface Sample {
    readonly url: string;
    /**
     * The digest that it should have now; null: its file was removed, and what answers in its place is right. Journals of
     * earlier versions hold the digest of the page that is declared to answer there.
     */
    readonly digest: string | null;
    /** The digests that it had before, as far as they are not purged. */
    readonly was: readonly string[];
}

/** Samples of one deploy. Its checks ask for 10 of them by default. */
const SAMPLES = 20;

/**
 * Some of the URLs that changed, spread evenly over them. Only those that any origin answers alike: a redirect has
 * no content to compare, and a page is asked for at its file's name, which every origin knows.
 */
export function samplesOf(groups: readonly Changes[], most = SAMPLES): Sample[] {
    // A base URL that was taken away may be answered for ever by whoever has it now: nobody would wait for that. Where
    // nothing is served any more, the files were taken away.
    const some = groups.some(({ after }) => after !== undefined);
    const served = some ? groups.filter(({ after }) => after !== undefined) : groups;
    const total = served.reduce((sum, { origins, changed }) => sum + origins.length * changed.length, 0);
    const samples = new Map<string, Sample>();
    for (const group of served) {
        for (const origin of group.origins) {
            const quota = Math.ceil((most * group.changed.length) / total);
            for (let n = 0; n < quota; n++) {
                const from = Math.floor((n * group.changed.length) / quota);
                const to = Math.floor(((n + 1) * group.changed.length) / quota);
                const sample = firstSample(group, origin, from, to, samples);
                if (sample !== undefined && samples.size < most) {
                    samples.set(sample.url, sample);
                }
            }
        }
    }
    return [...samples.values()];
}

function firstSample(
    { before, after, changed }: Changes,
    origin: string,
    from: number,
    to: number,
    taken: ReadonlyMap<string, unknown>,
): Sample | undefined {
    for (const { path } of changed.slice(from, to)) {
        const now = contentAt(after, path);
        const old = contentAt(before, path);
        const name = fileName(after, path) ?? fileName(before, path) ?? path;
        if (!isMark(path) && (now ?? old) !== undefined && now !== old && !taken.has(origin + name)) {
            if (digestAt(after ?? NONE, path) === undefined || now !== undefined) {
                return { url: origin + name, digest: now ?? null, was: old === undefined ? [] : [old] };
            }
        }
    }
    return undefined;
}

const NONE: Section = { baseUrls: [], paths: [], digests: [] };

function contentAt(section: Section | undefined, path: string): string | undefined {
    const digest = digestAt(section ?? NONE, path);
    return digest === undefined || isRedirectDigest(digest) ? undefined : digest;
}

/** `/a.html` for the page at `/a` or `/a/`: what a file is redirected from holds the digest of its content. */
function fileName(section: Section | undefined, path: string): string | undefined {
    const html = `${path.replace(/\/$/, "")}.html`;
    const digest = digestAt(section ?? NONE, html);
    return digest !== undefined && digest === redirectDigest(path, contentAt(section, path)) ? html : undefined;
}

/** At most `count` items, spread evenly over the list, so that every part of the site is looked at. */
export function evenSample<T>(items: readonly T[], count: number): T[] {
    if (items.length <= count) {
        return [...items];
    }
    return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as T);
}

/** At most `count` of them, in an order whose every beginning is spread over the list. */
export function evenOrder<T>(items: readonly T[], count: number): T[] {
    const spread = evenSample(items, count);
    const size = spread.length;
    // Bit-reversed: first the ends and the middle, then what lies between.
    const bits = Math.max(1, Math.ceil(Math.log2(Math.max(2, size))));
    const reversed = (i: number): number =>
        Number.parseInt(i.toString(2).padStart(bits, "0").split("").reverse().join(""), 2);
    return Array.from({ length: 2 ** bits }, (_, i) => reversed(i))
        .filter((i) => i < size)
        .map((i) => spread[i] as T);
}

/** One sample for each URL, in order of the last time it changed: its newest digest, and all that came before. */
export function mergedSamples(samples: readonly Sample[]): Sample[] {
    const byUrl = new Map<string, Sample>();
    for (const sample of samples) {
        const earlier = byUrl.get(sample.url);
        byUrl.delete(sample.url);
        const before =
            earlier === undefined ? [] : [...earlier.was, ...(earlier.digest === null ? [] : [earlier.digest])];
        const was = [...new Set([...before, ...sample.was])].filter((digest) => digest !== sample.digest);
        byUrl.set(sample.url, { ...sample, was });
    }
    return [...byUrl.values()];
}
