import type { Clock } from "../cloudflare/clock";
import type { CloudflareError } from "../cloudflare/cloudflareError";
import type { ZoneRef } from "../cloudflare/zone";
import { notProxied } from "../diagnosis/notProxied";
import { batches } from "../plan/batches";
import type { Sample } from "../plan/samples";
import type { Selector } from "../plan/selector";
import { hostOfUrl, merged } from "../plan/selector";
import type { BatchLimits } from "../settings/limits";
import type { Settings } from "../settings/settings";
import { spread } from "./evenSample";
import type { Applied, Pace, PurgeApi } from "./send";
import { apply } from "./send";
import { waitForOrigin, without } from "./unready";
import type { Verdict } from "./verify";
import { verify } from "./verify";
import type { Visit } from "./visit";
import { warm } from "./warm";

/** What is to be paid. */
export interface Debt {
    readonly selectors: readonly Selector[];
    readonly samples: readonly Sample[];
    /** URLs of removed files that an earlier deploy waited for in vain: the origin is asked for them once, not waited for. */
    readonly waitedFor?: ReadonlySet<string>;
    /** URLs of removed files that are purged again once their objects are deleted: they need not be gone yet. */
    readonly swept?: ReadonlyMap<string, unknown>;
}

export interface DeployWorld {
    readonly api: PurgeApi;
    readonly pacer: Pace;
    readonly visit: Visit;
    readonly clock: Clock;
    readonly random: () => number;
    readonly signal?: AbortSignal;
    /** A line for the person who watches. */
    readonly log: (line: string) => void;
}

export interface Outcome {
    readonly applied: Applied;
    /** What stays owed, with the samples that the next deploy should look at. */
    readonly owed: Debt;
    readonly verdicts: readonly Verdict[];
    /** URLs of removed files for which the origin was asked, and whether it was seen not to know them any more. */
    readonly gone: ReadonlyMap<string, boolean>;
    /** Sentences for a person; each names what stays owed and why. */
    readonly warnings: readonly string[];
    /** The API's failure, or the reason that `onStale: "fail"` asks to fail for. */
    readonly failure?: CloudflareError | StaleError;
    /** ms since the epoch. */
    readonly startedAt: number;
    readonly endedAt: number;
}

/** Old bytes were seen, and the options say that this is a failure. */
export class StaleError extends Error {
    override readonly name = "StaleError";
}

/**
 * Pays a debt: waits for the origin, purges, purges once more, looks at the edge, warms it. Rejects only for a
 * programming mistake; every failure of the world is in the outcome, with what is still owed.
 */
export async function deploy(
    debt: Debt,
    zone: ZoneRef,
    limits: BatchLimits,
    settings: Settings,
    world: DeployWorld,
): Promise<Outcome> {
    const startedAt = world.clock.now();
    const end = startedAt + settings.deadline * 1000;
    const warnings: string[] = [];
    const seen = await waitForOrigin(debt, settings, world);
    const isSwept = ({ url }: Sample): boolean => debt.swept?.has(url) ?? false;
    const old = seen.old.filter((sample) => !isSwept(sample));
    const { ready, gone } = seen;
    if (old.length > 0) {
        const words = `the origin still answers old bytes: ${names(old)}`;
        if (settings.originReady !== false && settings.originReady.onStale === "fail") {
            const applied: Applied = { purgeIds: [], settled: [], owed: debt.selectors };
            const failure = new StaleError(
                `${words}. Nothing was purged. Upload first (\`after\`), or set originReady.onStale to "warn".`,
            );
            const endedAt = world.clock.now();
            return { applied, owed: debt, verdicts: [], gone, warnings, failure, startedAt, endedAt };
        }
        const cure = old.some(({ digest }) => digest === null)
            ? " Delete removed files at the origin (rsync --delete)."
            : "";
        warnings.push(
            `${words}. They were purged all the same and stay owed, with all that was not looked at; the next \`up\` purges them again.${cure}`,
        );
    }
    const { mode, rebound } = settings;
    const how = { ...world, zone, mode, rebound, progress: progressLine(world) };
    const applied = await apply(batches(debt.selectors, limits), how);
    const complete = applied.failure === undefined;
    const again = async (stale: readonly Sample[]): Promise<void> => {
        const selectors = unsettledSelectors(stale, []);
        await apply(batches(selectors, limits), { ...how, rebound: false, progress: () => {} });
    };
    const verdicts = complete ? await lookAtEdge(debt.samples, seen.old, settings, world, again) : [];
    const grey = verdicts.flatMap(({ unproxied, sample }) => (unproxied ? [hostOfUrl(sample.url)] : []));
    for (const { cause, remedy } of [...new Set(grey)].map(notProxied)) {
        warnings.push(`${cause} ${remedy}`);
    }
    const stale = verdicts.filter((v) => v.state === "stale");
    let failure: Outcome["failure"] = applied.failure;
    if (stale.length > 0 && settings.verify !== false) {
        const words = `the edge still serves old bytes after the purge: ${stale
            .slice(0, 3)
            .map((v) => `${v.sample.url} (${v.reason})`)
            .join(", ")}`;
        if (settings.verify.onStale === "fail") {
            failure ??= new StaleError(
                `${words}. They stay owed. \`npx pulumi-cloudflare-cache-purge explain stale\` lists the usual reasons.`,
            );
        } else {
            warnings.push(
                `${words}. They stay owed; the next \`up\` purges them again. \`npx pulumi-cloudflare-cache-purge explain stale\` lists the usual reasons.`,
            );
        }
    }
    if (complete && settings.warm) {
        const urls = applied.settled.filter((s) => s.kind === "url").map((s) => s.value);
        await warm(urls, end, world);
    }
    const unsettled = [...old, ...stale.map((v) => v.sample)];
    const doubted = old.length === 0 ? { selectors: [], samples: [] } : without(ready, debt);
    const kept = merged([...applied.owed, ...doubted.selectors]);
    return {
        applied,
        owed: {
            selectors: [...kept, ...unsettledSelectors(unsettled, kept)],
            samples: complete ? distinct([...doubted.samples, ...unsettled]) : debt.samples,
        },
        verdicts,
        gone,
        warnings,
        ...(failure === undefined ? {} : { failure }),
        startedAt,
        endedAt: world.clock.now(),
    };
}

/** Samples that the origin has not got yet are left out: the edge may only have what the origin has. */
async function lookAtEdge(
    samples: readonly Sample[],
    old: readonly Sample[],
    settings: Settings,
    world: DeployWorld,
    again: (stale: readonly Sample[]) => Promise<void>,
): Promise<Verdict[]> {
    if (settings.verify === false) {
        return [];
    }
    const waiting = new Set(old.map((s) => s.url));
    const chosen = spread(
        samples.filter((s) => !waiting.has(s.url)),
        settings.verify.sample,
    );
    return verify(chosen, settings.verify.timeout, world, again);
}

function unsettledSelectors(samples: readonly Sample[], owed: readonly Selector[]): Selector[] {
    const known = new Set(owed.filter((s) => s.kind === "url").map((s) => s.value));
    return distinct(samples)
        .filter((sample) => !known.has(sample.url))
        .map((sample) => ({ kind: "url", value: sample.url, reasons: ["served old bytes after a purge"] }));
}

function distinct(samples: readonly Sample[]): Sample[] {
    return [...new Map(samples.map((sample) => [sample.url, sample])).values()];
}

function names(samples: readonly Sample[]): string {
    const more = samples.length - 3;
    return (
        samples
            .slice(0, 3)
            .map((s) => s.url)
            .join(", ") + (more > 0 ? ` and ${more} more` : "")
    );
}

/** At most one line every two seconds (DESIGN: progress), and none for what is done at once. */
function progressLine(world: DeployWorld): (done: number, total: number, pass: "purge" | "rebound") => void {
    let last = world.clock.now();
    return (done, total, pass) => {
        if (world.clock.now() - last >= 2000 && done < total) {
            last = world.clock.now();
            world.log(`${pass === "purge" ? "purged" : "purged once more"} ${done} of ${total}`);
        }
    };
}
