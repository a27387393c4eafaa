import { mergedSamples } from "../plan/compact";
import type { Variants } from "../plan/headers";
import { variantsOf, withHeaders } from "../plan/headers";
import type { Change, Selector } from "../plan/selector";
import { keyOf } from "../plan/selector";
import { reasonOf } from "../plan/urls";
import { changesByFile, coveredForms, fileOf } from "./files";
import type { OwedEntry, Remembered } from "./owed";
import { changesFiles } from "./owed";

/**
 * Entries whose samples say what is meant by now: a URL is judged with the last entry that changed it, and what it
 * answered before is what any of them knew. A later change without a sample of its own outdates the earlier one.
 *
 * @param recreated whether the kept entries belong to another journal than the rest.
 * @param remembered what was let go; when a deploy changes such a file, all URLs of it are that deploy's again.
 * @param variants with which headers these are purged.
 */
export function withCurrentSamples(
    entries: readonly OwedEntry[],
    recreated: boolean,
    remembered: readonly Remembered[] = [],
    variants: Variants = variantsOf({}),
): OwedEntry[] {
    const last = new Map<string, number>();
    for (const [i, { samples }] of entries.entries()) {
        for (const { url } of samples) {
            last.set(url, i);
        }
    }
    const outdated = new Set<string>();
    for (const [i, { selectors, why }] of entries.entries()) {
        for (const { value, change } of selectors) {
            if (change !== undefined && why === undefined && (last.get(value) ?? i) < i) {
                outdated.add(value);
            }
        }
    }
    const merged = new Map(mergedSamples(entries.flatMap(({ samples }) => samples)).map((one) => [one.url, one]));
    const more = entries.map((_, i) => (recreated ? [] : otherUrls(entries, i, remembered, variants)));
    return entries.map((entry, i) => ({
        ...entry,
        selectors: [...entry.selectors, ...(more[i] ?? [])],
        samples: entry.samples.flatMap(({ url }) => {
            const isKept = entry.why !== undefined;
            const isMeant = last.get(url) === i && !outdated.has(url) && !(recreated && isKept);
            return isMeant ? (merged.get(url) ?? []) : [];
        }),
    }));
}

/**
 * URLs of earlier entries whose file this entry is the last to change. When a page changes, what leads to it does not; but
 * while the page is absent, its redirects are too.
 */
function otherUrls(
    entries: readonly OwedEntry[],
    at: number,
    remembered: readonly Remembered[],
    variants: Variants,
): Selector[] {
    const entry = entries[at];
    if (entry === undefined || !changesFiles(entry)) {
        return [];
    }
    const changes = changesByFile(entry);
    const later = entries
        .slice(at + 1)
        .filter(changesFiles)
        .map(changesByFile);
    const named = new Set(entry.selectors.map(keyOf));
    const letGo = remembered.flatMap(({ urls, change }) =>
        urls.flatMap((value) => withHeaders({ kind: "url", value, change, reasons: [] }, variants)),
    );
    // What a host or a prefix stood for is not named.
    const covered = entries
        .slice(0, at)
        .flatMap(({ selectors }) => entry.samples.flatMap(({ url }) => coveredForms(url, selectors)))
        .flatMap((value) => withHeaders({ kind: "url", value, change: "changed", reasons: [] }, variants));
    const earlier = [...letGo, ...entries.slice(0, at).flatMap(({ selectors }) => selectors), ...covered];
    return earlier.flatMap((selector) => {
        const { kind, value } = selector;
        const file = fileOf(value);
        const change = changes.get(file);
        const isOwn = kind === "url" && selector.change !== undefined && !named.has(keyOf(selector));
        if (!isOwn || change === undefined || later.some((files) => files.has(file))) {
            return [];
        }
        named.add(keyOf(selector));
        return [{ ...selector, change, reasons: [changeReason(value, change)] }];
    });
}

/** Why a URL is purged whose file came, changed or went. */
export function changeReason(url: string, change: Change): string {
    return reasonOf(change, url.slice(url.indexOf("/", url.indexOf("//") + 2)));
}
