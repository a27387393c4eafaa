import type { Plan } from "../../plan/plan";
import type { Sample } from "../../plan/samples";
import type { Selector } from "../../plan/selector";
import { spread } from "../../purge/evenSample";
import type { Outcome } from "../../purge/purge";
import { httpVisit } from "../../purge/visit";
import type { Settings } from "../../settings/settings";
import type { Look } from "../look";
import { look, lookUntilFresh, stateOf, wordsOf } from "../look";
import type { World } from "../world";

/** What is still to be purged, and sentences about what was seen. */
export interface Afterwards {
    readonly selectors: readonly Selector[];
    readonly samples: readonly Sample[];
    readonly warnings: readonly string[];
    /** URLs whose bytes at the edge were found to be right, old, or not to be told. */
    readonly verified: number;
    readonly stale: number;
    readonly unverifiable: number;
}

/** Sentences about single URLs, at most: a site that is down says so once. */
const MOST = 3;

/**
 * What is owed after a purge, with the reason why visitors see old bytes where they do. URLs whose bytes are known were
 * compared by the engine; of others the edge's answer is compared with the origin's.
 */
export async function afterwards(
    { selectors, samples }: Plan,
    outcome: Outcome,
    settings: Settings,
    world: World,
): Promise<Afterwards> {
    const { owed, verdicts, failure } = outcome;
    const visit = httpVisit(settings.connectTo);
    if (failure !== undefined || settings.verify === false) {
        return { ...owed, warnings: originWarnings(owed.samples), verified: 0, stale: 0, unverifiable: 0 };
    }
    if (samples.length > 0) {
        const bad = verdicts.filter(({ state }) => state !== "verified").slice(0, MOST);
        const stale = new Set(verdicts.filter(({ state }) => state === "stale").map(({ sample }) => sample.url));
        const findings = await Promise.all(
            bad.map(async ({ sample: { url, digest }, reason }) => {
                const seen = await look(url, { expected: digest, purgedAt: outcome.endedAt }, visit, world);
                // A page that its origin serves at another of its URLs is no news: all of them were purged.
                const moved = "finding" in seen && seen.finding?.why === "redirect";
                return moved ? [] : [sentence(seen) ?? `${url}: ${reason}`];
            }),
        );
        const count = (state: string): number => verdicts.filter((verdict) => verdict.state === state).length;
        const old = owed.samples.filter(({ url }) => !stale.has(url));
        return {
            ...owed,
            warnings: [...originWarnings(old), ...new Set(findings.flat())],
            verified: count("verified"),
            stale: count("stale"),
            unverifiable: count("unverifiable"),
        };
    }
    return byUrl(selectors, outcome, settings.verify, visit, world);
}

async function byUrl(
    selectors: readonly Selector[],
    outcome: Outcome,
    { sample, timeout }: { sample: number; timeout: number },
    visit: ReturnType<typeof httpVisit>,
    world: World,
): Promise<Afterwards> {
    // A URL with headers is another entry than the one that a plain GET meets.
    const urls = selectors.filter(({ kind, headers }) => kind === "url" && headers === undefined);
    const looks = await Promise.all(
        spread(urls, sample).map(async (selector) => {
            const known = { purgedAt: outcome.endedAt };
            return { selector, seen: await lookUntilFresh(selector.value, known, timeout, visit, world) };
        }),
    );
    const state = ({ seen }: { seen: Look }) => stateOf(seen);
    const stale = looks.filter((one) => state(one) === "stale");
    const fine = looks.filter((one) => ["fine", "later"].includes(state(one)));
    const sentences = looks.filter((one) => state(one) !== "later").flatMap(({ seen }) => sentence(seen) ?? []);
    const warnings = [...new Set(sentences)];
    const more = warnings.length - MOST;
    return {
        selectors: stale.map(({ selector }) => ({ ...selector, reasons: ["served old bytes after a purge"] })),
        samples: [],
        warnings: [...warnings.slice(0, MOST), ...(more > 0 ? [`and ${more} more like that`] : [])],
        verified: fine.length,
        stale: stale.length,
        unverifiable: looks.length - fine.length - stale.length,
    };
}

function sentence(seen: Look): string | undefined {
    const words = wordsOf(seen);
    return words === undefined ? undefined : `${words.cause} ${words.remedy}`;
}

function originWarnings(old: readonly Sample[]): string[] {
    if (old.length === 0) {
        return [];
    }
    const names = old.slice(0, MOST).map(({ url }) => url);
    const more = old.length > MOST ? ` and ${old.length - MOST} more` : "";
    return [
        `The origin still answers old bytes: ${names.join(", ")}${more}. They were purged, and stay owed: purge them again once the upload is done.`,
    ];
}
