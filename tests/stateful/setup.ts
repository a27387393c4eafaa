import fc from "fast-check";
import type { Targets } from "../../components/plan/targets";
import type { Settings } from "../../components/settings/componentOptions";
import { DEFAULTS } from "../../components/settings/componentOptions";
import type { HtmlHandling, Plan, Propagation } from "../../local/cloudflare";
import type { Rule } from "./rules";
import type { Serving } from "./serving";
import { pagesOf } from "./serving";
import { BASES, LARGE_POOL, OTHER_SITE, sampledPool } from "./site";

/**
 * How files get to the origin.
 * - `mirror`: a tool that compares with the origin at every `up`, and deletes what is not deployed any more
 * - `onChange`: the same tool, run only when the files differ from those of its last success
 * - `leavesOut`: a mirror; the folder holds files that it never uploads (site.ts, leftOut)
 * - `keeps`: it deletes nothing
 * - `prunes`: it deletes nothing, and before the next `up` a job does
 * - `objects`: a resource for each file; the engine deletes removed ones at the very end, after the purge
 * - `late`: a mirror that returns before its writes have arrived
 */
export const UPLOADS = ["mirror", "onChange", "leavesOut", "keeps", "prunes", "objects", "late"] as const;
export type UploadKind = (typeof UPLOADS)[number];

/** What does not change during a run. */
export interface Setup {
    readonly seed: number;
    readonly plan: Plan;
    readonly tiered: boolean;
    readonly htmlHandling: HtmlHandling;
    /** The first is there from the beginning; an author may change to the others. */
    readonly uploads: readonly UploadKind[];
    readonly serving: Serving;
    readonly pool: readonly string[];
    /**
     * With a resource for each file: whether each depends on the journal, so that removed ones are deleted before the old
     * Sweep is (`behind`), or none does (`without`). What must be found out: an old Sweep that does nothing, and one that is
     * deleted `before` the objects that are said to depend on it.
     */
    readonly sweeps: "behind" | "without" | "nothing" | "before";
    /** Whether runs of the purge without its upload may come up. */
    readonly odd: boolean;
    /** ms until the slower of two replicas has what was written. */
    readonly lag: number;
    /** The longest fetch from the origin, ms, from reading to the last byte. */
    readonly longestFetch: number;
    /** How many of the fetches are slow. */
    readonly slowShare: number;
    readonly propagation: Propagation;
    readonly settings: Settings;
    readonly widenAbove?: number;
    readonly always: readonly string[];
    /** What a changed trigger purges; left out: there is none. */
    readonly targets?: Pick<Targets, "urls" | "prefixes">;
    /** Other origins whose pages load the site's files: none, or one. */
    readonly crossOrigins: readonly string[];
    /** Those that the component is told of, in place of all: what must be found out. */
    readonly toldOrigins?: readonly string[];
    /** One resource that holds the manifest, in place of journal and purge: what must lose purges. */
    readonly oneResource: boolean;
    /** Whether to look into the state for what is owed, or only at what visitors get. */
    readonly debts: boolean;
    /** Whether the deploy machine measures durations by its wall clock, which may be set: what must be found out. */
    readonly wallDurations?: boolean;
    /** Another rule for what stays owed, in place of the package's own: what must be found out. */
    readonly rule?: Rule;
}

/** What no file of the site answers: a feed that a service makes, and all below a path. */
const TARGETS = { urls: [`${BASES[0]}/feed.xml`], prefixes: ["www.example.com/api/"] };

/** ms between a batch and its second time. */
const REBOUND = 2000;

const settingsArb = (sample: number): fc.Arbitrary<Settings> =>
    fc
        .record({
            originTimeout: fc.constantFrom(2, 12),
            mode: fc.constantFrom("purge" as const, "invalidate" as const),
            onFailure: fc.constantFrom("fail" as const, "warn" as const),
            batchSize: fc.integer({ min: 1, max: 12 }),
            retries: fc.integer({ min: 0, max: 2 }),
            originStale: fc.constantFrom("warn" as const, "warn" as const, "fail" as const),
            edgeStale: fc.constantFrom("warn" as const, "warn" as const, "fail" as const),
            verify: fc.boolean(),
            warm: fc.boolean(),
        })
        .map(({ originStale, edgeStale, originTimeout, verify, ...rest }) => ({
            ...DEFAULTS,
            ...rest,
            rebound: REBOUND / 1000,
            timeout: 10,
            originReady: { sample, timeout: originTimeout, onStale: originStale },
            verify: verify && { sample: 4, timeout: 3, onStale: edgeStale },
        }));

/**
 * Setups in which the guarantee's preconditions hold (docs/proof.md): P2 ≥ O + T_f and P2 ≥ P + T_p; a purge reaches the
 * upper tier first where both windows are open at once; and where a purge may come before its upload, or before the
 * deletes, there is a sample of every file that changed.
 */
export function setupArb(): fc.Arbitrary<Setup> {
    const share = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
    return fc
        .record({
            seed: fc.noShrink(fc.integer()),
            plan: fc.constantFrom<Plan>("free", "pro", "business", "enterprise"),
            tiered: fc.boolean(),
            htmlHandling: fc.constantFrom<HtmlHandling>(
                "auto-trailing-slash",
                "auto-trailing-slash",
                "force-trailing-slash",
                "drop-trailing-slash",
                "none",
            ),
            uploads: uploadsArb,
            serving: fc.constantFrom<Serving>(
                "plain",
                "plain",
                "internal404",
                "store403",
                "singlePage",
                "pages404",
                "nested404",
            ),
            sweeps: fc.constantFrom("behind" as const, "behind" as const, "without" as const),
            odd: fc.boolean(),
            lag: share,
            longestFetch: share,
            slowShare: fc.constantFrom(0, 0.2, 0.6),
            delays: fc.tuple(share, share, share),
            widenAbove: fc.constantFrom(undefined, undefined, 3),
            always: fc.constantFrom<readonly string[]>([], [], ["/app.js", "/feed.xml"]),
            crossOrigins: fc.constantFrom<readonly string[]>([], [], [OTHER_SITE]),
            targets: fc.constantFrom(undefined, undefined, TARGETS),
        })
        .chain(({ lag, longestFetch, slowShare, delays, widenAbove, targets, ...rest }) => {
            const early = isEarly(rest);
            const window = {
                lag: slowShare === 0 ? 0 : Math.floor(lag * 600),
                longestFetch: slowShare === 0 ? 0 : Math.floor(longestFetch * (REBOUND - 601)),
                slowShare,
            };
            return settingsArb(early ? 20 : 5).map((settings) => ({
                ...rest,
                ...window,
                ...(widenAbove === undefined ? {} : { widenAbove }),
                ...(targets === undefined ? {} : { targets }),
                pool: early
                    ? sampledPool(pagesOf(rest.serving), rest.htmlHandling, rest.uploads.includes("leavesOut"))
                    : [...LARGE_POOL, ...pagesOf(rest.serving)],
                propagation: propagationOf(delays, slowShare > 0),
                settings,
                oneResource: false,
                debts: true,
            }));
        });
}

const uploadsArb = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<UploadKind>(...UPLOADS).map((one) => [one]) },
    { weight: 1, arbitrary: fc.subarray<UploadKind>(["mirror", "onChange", "leavesOut", "keeps"], { minLength: 2 }) },
    { weight: 1, arbitrary: fc.shuffledSubarray<UploadKind>([...UPLOADS], { minLength: 2, maxLength: 3 }) },
);

/** Whether a purge may come before the last write that it is for. What it sees of the origin must then be true. */
export function isEarly({ uploads, odd }: Pick<Setup, "uploads" | "odd">): boolean {
    return odd || uploads.some(writesLater);
}

/** Whether an upload may bring what the one before it, by another tool, has left out. */
export function bringsLater({ uploads }: Pick<Setup, "uploads">): boolean {
    return uploads.includes("leavesOut") && uploads.length > 1;
}

/** Whether an upload's last write comes after the purge. */
export function writesLater(upload: UploadKind): boolean {
    return upload === "objects" || upload === "prunes" || upload === "late";
}

function propagationOf([a, b, c]: readonly [number, number, number], upperFirst: boolean): Propagation {
    const [first, second, upper] = [a, b, c].map((share) => Math.floor(share * REBOUND)) as [number, number, number];
    return { dataCentres: [first, second], upper: upperFirst ? Math.min(first, second, upper) : upper };
}
