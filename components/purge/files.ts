/** Which URLs belong to one file, and what became of them. */
import type { Sample } from "../plan/samples";
import type { Change, Selector } from "../plan/selector";
import { hostOfUrl, isPage } from "../plan/selector";
import type { OwedEntry } from "./owed";
import { changesFiles } from "./owed";

/** The same text for all URLs under which a page may be answered: `/a`, `/a/`, `/a.html`, `/a/index.html`. */
export function fileOf(url: string): string {
    return url.replace(/(?:\/index)?(?:\.html)?\/?(?=\?|$)/, "");
}

/** The kinds of change: of each, an entry has a class. */
export const KINDS: readonly Change[] = ["added", "changed", "removed"];

/** What became of the URLs that some selectors name. */
function changesByUrl(selectors: readonly Selector[]): ReadonlyMap<string, Change> {
    return new Map(
        selectors.flatMap(({ kind, value, change }) =>
            kind === "url" && change !== undefined ? [[value, change] as const] : [],
        ),
    );
}

/** The samples of an entry, and what became of each: what is said of its URL, else what its digests tell. */
export function samplesWithChange({
    selectors,
    samples,
}: Pick<OwedEntry, "selectors" | "samples">): { readonly sample: Sample; readonly change: Change }[] {
    const byUrl = changesByUrl(selectors);
    return samples.map((sample) => {
        const { url, digest, was } = sample;
        const told = digest === null ? "removed" : was.length === 0 ? "added" : "changed";
        return { sample, change: byUrl.get(url) ?? told };
    });
}

/** What became of the files of an entry. */
export function changesByFile(entry: Pick<OwedEntry, "selectors" | "samples">): ReadonlyMap<string, Change> {
    return new Map([
        ...[...changesByUrl(entry.selectors)].map(([url, change]) => [fileOf(url), change] as const),
        ...samplesWithChange(entry).map(({ sample, change }) => [fileOf(sample.url), change] as const),
    ]);
}

/**
 * The URLs under which a sample's file is answered: those that some selectors name; and where a host or a prefix stands for
 * them, all that it may have.
 */
export function urlsOf({ url }: Pick<Sample, "url">, selectors: readonly Selector[]): string[] {
    const file = fileOf(url);
    const named = selectors.filter(({ kind, value }) => kind === "url" && fileOf(value) === file);
    return [...new Set([url, ...named.map(({ value }) => value), ...coveredForms(url, selectors)])];
}

/** The URLs that a page may have, where it is one and a host or a prefix stands for them. */
export function coveredForms(url: string, selectors: readonly Selector[]): string[] {
    const isCovered = selectors.some((selector) => selector.change === undefined && covers(selector, url));
    if (!isCovered || !isPage(url)) {
        return [];
    }
    const file = fileOf(url);
    const isRoot = file.indexOf("/", file.indexOf("//") + 2) < 0;
    const forms = ["/", "/index", "/index.html", "/index/"].map((form) => file + form);
    return isRoot ? forms : [file, `${file}.html`, ...forms];
}

/** Whether a host, a prefix or everything purges a URL. */
export function covers({ kind, value }: Selector, url: string): boolean {
    const path = url.slice(url.indexOf("//") + 2);
    return (
        kind === "everything" ||
        (kind === "host" && hostOfUrl(url) === value) ||
        (kind === "prefix" && path.startsWith(value))
    );
}

/** URLs whose answer some entries change. */
export function touchedBy(entries: readonly OwedEntry[]): ReadonlySet<string> {
    return new Set(
        entries
            .filter(changesFiles)
            .flatMap(({ selectors, samples }) => [
                ...selectors.flatMap(({ value, change }) => (change === undefined ? [] : [value])),
                ...samples.map(({ url }) => url),
            ]),
    );
}
