/** A journal's entries: appended by each deploy, owed until they are purged. */
import type { Manifest } from "../assets/manifest";
import { isMark } from "../assets/marks";
import { withoutCovered } from "./batches";
import type { JournalBounds } from "./compact";
import { compact, mergedSamples } from "./compact";
import type { Plan } from "./plan";
import type { Entry, JournalRecord } from "./record";
import { summary } from "./render";
import type { Sample } from "./samples";
import { scopeOf, scopeSelectors, scopesOf } from "./scopes";
import type { Selector } from "./selector";
import { inPurgeOrder, merged } from "./selector";

/**
 * Records a deploy: one generation more, its plan as the newest entry, the oldest compacted where the journal has grown
 * beyond its bounds.
 */
export function append(record: JournalRecord, after: Manifest, plan: Plan, bounds?: JournalBounds): JournalRecord {
    const generation = record.generation + 1;
    const entry = {
        from: generation,
        to: generation,
        summary: summary(plan),
        changes: plan.counts,
        selectors: plan.selectors,
        samples: plan.samples,
        ...(plan.gone.length === 0 ? {} : { gone: plan.gone }),
    };
    const known = [...record.hosts, ...scopesOf(after)];
    const hosts = [...known, ...plan.selectors.flatMap((selector) => scopeOf(selector, known) ?? [])];
    return compact(
        { epoch: record.epoch, generation, hosts: [...new Set(hosts)].sort(), entries: [...record.entries, entry] },
        bounds,
    );
}

/**
 * The entries of a journal that are not purged yet.
 * @param paid How far a purge has come. Undefined, another epoch, or a generation that the journal has not reached: what
 *     the edge holds is not known, and every host that the journal ever planned for is owed, with the reason.
 */
export function owedEntries(
    record: JournalRecord,
    paid: { epoch: string; generation: number } | undefined,
): { entries: Entry[]; why?: string } {
    const why = mismatch(record, paid);
    if (why === undefined) {
        return { entries: record.entries.filter(({ to }) => to > (paid?.generation ?? 0)) };
    }
    const hosts = record.hosts.flatMap((scope) => scopeSelectors(scope, [why]));
    const { selectors, samples } = unionOf(record.entries);
    const all = {
        from: 0,
        to: record.generation,
        summary: why,
        changes: { added: 0, changed: 0, removed: 0 },
        selectors: inPurgeOrder(withoutCovered(merged([...hosts, ...selectors]))),
        samples,
    };
    return { entries: [all], why };
}

/** What some entries select and sample together: selectors without repeats, in purge order. */
export function unionOf(entries: readonly Pick<Entry, "selectors" | "samples">[]): {
    selectors: Selector[];
    samples: Sample[];
} {
    return {
        selectors: inPurgeOrder(withoutCovered(merged(entries.flatMap(({ selectors }) => selectors)))),
        samples: mergedSamples(entries.flatMap(({ samples }) => samples)),
    };
}

/** What the files that were removed since a generation may have left at the edge. */
export interface Removed {
    /** Each with the generation that removed its file. */
    readonly urls: ReadonlyMap<string, number>;
    readonly samples: readonly Sample[];
}

/** The URLs whose last change since `generation` is that their file was removed. What was compacted is not known any more. */
export function removedSince(record: JournalRecord, generation: number): Removed {
    const entries = record.entries.filter(({ from }) => from > generation);
    const urls = new Map<string, number>();
    for (const { selectors, gone = [], to } of entries) {
        for (const { value, change } of selectors) {
            if (change !== undefined) {
                urls.delete(value);
            }
        }
        for (const url of gone) {
            urls.set(url, to);
        }
    }
    const samples = mergedSamples(entries.flatMap((entry) => entry.samples)).filter(({ url }) => urls.has(url));
    return { urls, samples };
}

/** The last generation that removed files; 0 when none did. */
export function lastRemoval(record: JournalRecord): number {
    return record.entries.findLast(({ gone = [] }) => gone.length > 0)?.to ?? 0;
}

/** Every URL of a manifest; fallback pages' marks are none. */
export function urlsOf(manifest: Manifest): string[] {
    return manifest.sections.flatMap(({ baseUrls, paths }) =>
        baseUrls.flatMap((base) => paths.filter((path) => !isMark(path)).map((path) => base + path)),
    );
}

function mismatch(record: JournalRecord, paid: { epoch: string; generation: number } | undefined): string | undefined {
    if (paid === undefined) {
        return "no history: what the edge holds is not known";
    }
    if (paid.epoch !== record.epoch) {
        return "the journal was recreated: what the edge holds from the one before is not known";
    }
    return paid.generation > record.generation
        ? `the journal was set back: generation ${paid.generation} is paid, and it has reached ${record.generation}`
        : undefined;
}
