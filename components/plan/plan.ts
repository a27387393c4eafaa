import type { Manifest } from "../assets/manifest";
import { firstAtOrAfter } from "../assets/manifest";
import { JOURNAL } from "../settings/componentOptions";
import type { BatchLimits } from "../settings/limits";
import { planLimits } from "../settings/limits";
import { withoutCovered } from "./batches";
import type { Changes } from "./changes";
import { changesBetween, countChanges, pathsOf, urlSelectors } from "./changes";
import type { Variants } from "./headers";
import { parseOrigins, variantsOf, withHeaders } from "./headers";
import { fallbackSelectors, indexForms, redirectSelectors, removedFileUrls } from "./implied";
import { changeNotes, crossOriginNotes, excludeNotes } from "./notes";
import type { Sample } from "./samples";
import { samplesOf } from "./samples";
import type { Change, Selector, SelectorKind } from "./selector";
import { inPurgeOrder, merged } from "./selector";
import type { Targets } from "./targets";
import { parseTargets, parseUrl } from "./targets";
import { collateralOf, outermost, pathsByHost } from "./tree";
import type { Covered } from "./widen";
import { widen } from "./widen";

/** What a deploy purges, and why. */
export interface Plan {
    /** Paths of URLs as in the manifest, sorted; with the origin before them when not all origins answer alike. */
    readonly changes: Readonly<Record<Change, readonly string[]>>;
    /** How many URLs were added, changed and removed: a path counts once for each origin that answers there. */
    readonly counts: Readonly<Record<Change, number>>;
    /** In the order in which they are purged: assets first, pages last. */
    readonly selectors: readonly Selector[];
    /** Some of the URLs that changed, to look at before and after the purge; none when nothing is purged. */
    readonly samples: readonly Sample[];
    /** URLs whose earlier answer came from a file that is not there any more; none when nothing is purged. */
    readonly gone: readonly string[];
    /** Known URLs that did not change and are evicted too. */
    readonly collateral: number;
    /** Sentences for a person. */
    readonly notes: readonly string[];
}

/** Options of {@link plan}. */
export interface PlanOptions {
    /** URLs that go with every change: full ones, or paths under each base URL. */
    readonly always?: readonly string[] | undefined;
    /** What is purged when a trigger changed. */
    readonly targets?: Targets | "everything" | undefined;
    /** Names of the triggers that changed: `trigger[0]`. */
    readonly changedTriggers?: readonly string[];
    /** Header sets of custom cache keys: each URL is purged once with each of them. `{}` is a request without any. */
    readonly headers?: readonly Readonly<Record<string, string>>[] | undefined;
    /** Origins whose pages load files of the site: these are purged once with each `Origin` header besides. */
    readonly crossOrigins?: readonly string[] | undefined;
    /** URLs above which prefixes and hosts may stand for them. Default: 5 000; `false`: never. */
    readonly widenAbove?: number | false | undefined;
    /** Known unchanged URLs that this may evict, at most. Default: as many as URLs changed. */
    readonly maxCollateral?: number | undefined;
    /** Patterns that `after` was made with, so that it can be said where nothing but these changed. */
    readonly exclude?: readonly string[] | undefined;
    /** Limits that decide what saves a request. Default: the free plan's. */
    readonly limits?: BatchLimits;
}

/**
 * What to purge after a deploy: every URL whose answer differs, and the targets when a trigger changed. Pure, and the same
 * for the same input on every machine.
 * @param before What was answered before the deploy; undefined: nobody knows (the first deploy), so every URL is.
 * @throws OptionError for targets, `always` or `headers` that Cloudflare would refuse.
 */
export function plan(before: Manifest | undefined, after: Manifest, options: PlanOptions = {}): Plan {
    const groups = changesBetween(before ?? { sections: [] }, after);
    const variants = variantsOf(options);
    const limits = options.limits ?? planLimits(undefined);
    const counts = countChanges(groups);
    const asked = askedFor(groups, options);
    const forms = before === undefined ? [] : indexForms(groups);
    const redirects = redirectSelectors(groups);
    const askedUrls = [
        ...forms,
        ...redirects.filter(({ kind }) => kind === "url"),
        ...asked.filter(({ kind }) => kind === "url"),
    ].flatMap((url) => withHeaders(url, variants));
    const wide = [
        ...fallbackSelectors(groups),
        ...redirects.filter(({ kind }) => kind !== "url"),
        ...asked.filter(({ kind }) => kind !== "url"),
    ];
    const widened = widen(
        groups,
        widenAbove(options),
        {
            limits,
            maxCollateral: options.maxCollateral ?? counts.added + counts.changed + counts.removed,
            times: itemsPerUrl(groups, variants, options),
        },
        { urls: askedUrls.length, prefixes: kindsOf(wide, "prefix"), hosts: kindsOf(wide, "host") },
        coverOf(wide, []),
    );
    const urls = urlSelectors(groups, variants, before === undefined, coverOf(wide, widened.selectors));
    const all = [...urls.assets, ...urls.pages];
    const extra = [...wide, ...widened.selectors, ...askedUrls];
    const selectors = extra.length === 0 ? all : inPurgeOrder(withoutCovered(merged([...all, ...extra])));
    return {
        changes: pathsOf(groups),
        counts,
        selectors,
        samples: selectors.length === 0 ? [] : samplesOf(groups),
        gone: selectors.length === 0 ? [] : removedFileUrls(groups),
        collateral: collateralOf(groups, selectors),
        notes: [
            ...(before === undefined ? [] : changeNotes(groups)),
            ...excludeNotes(groups, options.exclude ?? []),
            ...widened.notes,
            ...crossOriginNotes(groups, selectors, options.crossOrigins && parseOrigins(options.crossOrigins), limits),
        ],
    };
}

/** A plan that compares nothing: what it purges is given. */
export function planFor(selectors: readonly Selector[], samples: readonly Sample[] = []): Plan {
    return {
        changes: { added: [], changed: [], removed: [] },
        counts: { added: 0, changed: 0, removed: 0 },
        selectors: inPurgeOrder(selectors),
        samples,
        gone: [],
        collateral: 0,
        notes: [],
    };
}

/** Whether a plan changes nothing and purges nothing. */
export function isEmpty({ selectors, changes }: Plan): boolean {
    return selectors.length + changes.added.length + changes.changed.length + changes.removed.length === 0;
}

/** What the user wrote to be purged: `targets` when a trigger changed, `always` when anything did. Validated in any case. */
function askedFor(groups: readonly Changes[], options: PlanOptions): Selector[] {
    const triggers = options.changedTriggers ?? [];
    const targets = options.targets === undefined ? [] : parseTargets(options.targets, triggers);
    const always = alwaysUrls(groups, options.always ?? []);
    const changed = groups.some(({ changed: paths }) => paths.length > 0);
    return [...(triggers.length > 0 ? targets : []), ...(changed || triggers.length > 0 ? always : [])];
}

function alwaysUrls(groups: readonly Changes[], always: readonly string[]): Selector[] {
    const bases = groups.flatMap(({ origins, after }) =>
        after === undefined
            ? []
            : origins.flatMap((origin) => (after.folders ?? ["/"]).map((folder) => origin + folder.slice(0, -1))),
    );
    return always.flatMap((text, i) => {
        const urls = typeof text === "string" && text.startsWith("/") ? bases.map((base) => base + text) : [text];
        return urls.map(
            (url): Selector => ({ kind: "url", value: parseUrl(`always[${i}]`, url), reasons: ["always"] }),
        );
    });
}

/**
 * What need not be purged by URL: what hosts and everything reach, and the prefixes that were chosen to stand for URLs. Not
 * what other prefixes reach, since a prefix matches the path after rewrites, and a URL the one before.
 */
function coverOf(wide: readonly Selector[], widened: readonly Selector[]): Covered {
    const everything = wide.some(({ kind }) => kind === "everything");
    const below = pathsByHost([...wide.filter(({ kind }) => kind === "host"), ...widened]);
    return (host) => {
        const prefixes = outermost(everything ? ["/"] : (below.get(host) ?? []));
        return (path) => {
            const index = firstAtOrAfter(prefixes, path);
            const before = prefixes[index - 1];
            return prefixes[index] === path || (before !== undefined && path.startsWith(before));
        };
    };
}

/** Items of requests that a changed URL comes to, on average. */
function itemsPerUrl(groups: readonly Changes[], variants: Variants, { crossOrigins = [] }: PlanOptions): number {
    let [urls, items] = [0, 0];
    for (const { origins, changed } of crossOrigins.length === 0 ? [] : groups) {
        for (const sets of origins.map(variants)) {
            urls += changed.length;
            items += changed.reduce((sum, { path }) => sum + sets(path).length, 0);
        }
    }
    return urls === 0 ? variants("")("").length : items / urls;
}

function widenAbove({ widenAbove: above = JOURNAL.widenAbove.default }: PlanOptions): number {
    return above === false ? Number.POSITIVE_INFINITY : above;
}

function kindsOf(selectors: readonly Selector[], kind: SelectorKind): number {
    return selectors.filter((selector) => selector.kind === kind).length;
}
