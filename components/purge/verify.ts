import type { ZoneRef } from "../cloudflare/zone";
import type { Variants } from "../plan/headers";
import { originOf, originsOf, withHeaders } from "../plan/headers";
import type { Sample } from "../plan/samples";
import { evenSample } from "../plan/samples";
import type { Selector } from "../plan/selector";
import type { Settings } from "../settings/componentOptions";
import type { Answers, Decision } from "./decide";
import type { Deps } from "./deps";
import type { EdgeLook, EdgeVerdict } from "./evidence";
import { isRight, judgeEdge } from "./evidence";
import type { OwedEntry } from "./owed";
import { NO_CHANGES, samplesWithChange } from "./owed";
import type { Answer } from "./visit";
import { cacheBusted, VisitError } from "./visit";

/** A URL to check at the edge, and what is known of it. */
export interface Target extends Pick<EdgeLook, "url" | "origin" | "expected" | "removed" | "reported"> {
    /** Whether the other scheme is looked at too. */
    readonly bothSchemes?: boolean;
    /** When the purge was accepted, by the clock's monotonic(). */
    readonly purgedAt?: number;
}

/** What a look at one URL brought. */
export type Look =
    | { readonly url: string; readonly facts: EdgeLook; readonly verdict: EdgeVerdict }
    | { readonly url: string; readonly origin?: string; readonly noAnswer: string };

/** What the edge served for one URL. */
export interface Checked {
    readonly url: string;
    /** The `Origin` header that it was asked with. */
    readonly origin?: string;
    readonly state: "verified" | "stale" | "unverifiable";
    readonly look: Look;
    /** Whether the answer came through Cloudflare, whatever its bytes are; left out: there was none. */
    readonly proxied?: boolean;
}

/**
 * Which checks of the edge a purge can have: of an environment none, since visitors from here meet production, unless
 * `connectTo` says where it is.
 */
export function checkOf(
    { verify: check, connectTo }: Pick<Settings, "verify" | "connectTo">,
    { environment }: ZoneRef,
): Settings["verify"] {
    return environment !== undefined && Object.keys(connectTo).length === 0 ? false : check;
}

/** Seconds that a look is given, however little is left. */
const LEAST = 5;

/** Seconds for all answers of one look. */
const LOOK_SECONDS = 30;

type LookDeps = Pick<Deps, "visit" | "clock" | "random" | "signal">;

/** GETs a URL as a visitor, and past the cache where that is needed. Never rejects for a URL that does not answer. */
export async function lookAt(
    target: Target,
    { visit, clock, random, signal }: LookDeps,
    seconds = LOOK_SECONDS,
): Promise<Look> {
    const { url, bothSchemes, purgedAt, ...known } = target;
    const end = clock.monotonic() + seconds * 1000;
    const get = (which: string): Promise<Answer> =>
        visit(which, signal, Math.max(1, (end - clock.monotonic()) / 1000), known.origin);
    try {
        const edge = await get(url);
        const sincePurge = purgedAt === undefined ? {} : { sincePurge: clock.monotonic() - purgedAt };
        const base: EdgeLook = { url, edge, ...known, ...sincePurge };
        const proxied = edge.headers["cf-ray"] !== undefined;
        const first = judgeEdge(base);
        const needsOrigin = first === undefined || (known.expected === undefined && proxied);
        const fresh = needsOrigin ? await get(cacheBusted(url, random)) : undefined;
        // Two such answers differ where a page is made for each request; only a difference makes that a question.
        const differs = fresh !== undefined && (fresh.digest !== edge.digest || fresh.status !== edge.status);
        const freshAgain = differs ? await get(cacheBusted(url, random)) : undefined;
        const otherScheme = bothSchemes === true && proxied ? await underOtherScheme(url, get) : undefined;
        const facts: EdgeLook = {
            ...base,
            ...(fresh === undefined ? {} : { fresh }),
            ...(freshAgain === undefined ? {} : { freshAgain }),
            ...(otherScheme === undefined ? {} : { otherScheme }),
        };
        return { url, facts, verdict: judgeEdge(facts) ?? { state: "unverifiable", why: "transformed" } };
    } catch (error) {
        const origin = known.origin === undefined ? {} : { origin: known.origin };
        return { url, ...origin, noAnswer: error instanceof VisitError ? error.reason : "no answer" };
    }
}

/**
 * Checks every URL at the edge until none is stale or `timeout` seconds are over. A purge takes seconds to reach every
 * data centre, so a stale answer is asked again, and `again` (another purge of what is stale) runs between two rounds.
 */
export async function verify(
    targets: readonly Target[],
    timeout: number,
    deps: LookDeps,
    again: (stale: readonly Target[]) => Promise<void> = async () => {},
): Promise<Checked[]> {
    const { clock, signal } = deps;
    const end = clock.monotonic() + timeout * 1000;
    const done = new Map<string, Checked>();
    let open = targets;
    for (let pause = 500; ; pause = Math.min(pause * 2, 4000)) {
        for (const look of await Promise.all(
            open.map((target) => lookAt(target, deps, Math.max(LEAST, (end - clock.monotonic()) / 1000))),
        )) {
            const checked = checkedOf(look);
            done.set(variantOf(checked), checked);
        }
        open = open.filter((target) => done.get(variantOf(target))?.state === "stale");
        if (open.length === 0 || clock.monotonic() + pause > end || signal?.aborted) {
            return [...done.values()];
        }
        await clock.sleep(pause, signal);
        await again(open);
    }
}

/** A URL, and the origin whose pages load it: `https://www.example.com/a.woff2 [Origin: https://app.example.com]`. */
export function variantOf({ url, origin }: Pick<Target, "url" | "origin">): string {
    return origin === undefined ? url : `${url} [Origin: ${origin}]`;
}

function checkedOf(look: Look): Checked {
    const { url } = look;
    if ("noAnswer" in look) {
        return { url, ...(look.origin === undefined ? {} : { origin: look.origin }), state: "unverifiable", look };
    }
    const { facts, verdict } = look;
    const proxied = facts.edge.headers["cf-ray"] !== undefined;
    // Right bytes are right wherever they come from.
    const right = isRight(facts, facts.edge) && verdict.state !== "stale";
    const origin = facts.origin === undefined ? {} : { origin: facts.origin };
    return {
        url,
        ...origin,
        state: right ? "verified" : verdict.state === "stale" ? "stale" : "unverifiable",
        look,
        proxied,
    };
}

async function underOtherScheme(url: string, get: (url: string) => Promise<Answer>): Promise<EdgeLook["otherScheme"]> {
    const other = url.startsWith("https:") ? url.replace("https:", "http:") : url.replace("http:", "https:");
    try {
        return { url: other, seen: await get(other) };
    } catch {
        return undefined;
    }
}

/** A sample whose URL was purged. */
interface PurgedSample {
    readonly sample: Sample;
    readonly expected: string | null;
    /** Whether its file was removed. */
    readonly removed: boolean;
}

/** What the edge is checked for: what was purged now, as far as the origin has it. */
export function purgedSamples(
    entries: readonly OwedEntry[],
    decisions: readonly Decision[],
    answers: Answers | undefined,
): PurgedSample[] {
    const samples = entries.flatMap((entry, i) => {
        const isPurged = (decisions[i]?.purge.length ?? 0) > 0;
        return isPurged ? samplesWithChange(entry) : [];
    });
    const byUrl = new Map(
        samples.flatMap(({ sample, change }) => {
            const { state, seen, movedTo } = answers?.get(sample.url) ?? {};
            if (state === "old" || state === "absent") {
                return [];
            }
            const removed = change === "removed";
            // Where a file was removed, any page may answer.
            const expected = removed && state === "there" && seen?.[0] === 200 ? seen[1] : sample.digest;
            // A redirect has no bytes to compare: the edge is asked for the page that it leads to.
            const url = movedTo ?? sample.url;
            return [[url, { sample: { ...sample, url }, expected, removed }] as const];
        }),
    );
    return [...byUrl.values()];
}

/** Checks some of the samples at the edge. */
export async function checkEdge(
    samples: readonly PurgedSample[],
    purgedAt: number,
    { verify: check }: Settings,
    variants: Variants,
    deps: Deps,
    again: (targets: readonly Target[]) => Promise<void>,
): Promise<readonly Checked[]> {
    if (check === false) {
        return [];
    }
    const targets = samples.map(({ sample, expected, removed }) => ({
        url: sample.url,
        expected,
        purgedAt,
        ...(removed ? { removed } : {}),
    }));
    // What pages of other origins load is another copy.
    const others = targets.flatMap((target) =>
        originsOf(target.url, variants).map((origin) => ({ ...target, origin })),
    );
    return verify(
        [...evenSample(targets, check.sample), ...evenSample(others, check.sample)],
        check.timeout,
        deps,
        again,
    );
}

/** What the edge served stale, for one more purge. */
export function staleEntry(
    stale: readonly Checked[],
    selectorsOf: (checked: Checked) => readonly Selector[],
    samples: readonly PurgedSample[],
    now: string,
): OwedEntry[] {
    if (stale.length === 0) {
        return [];
    }
    const urls = new Set(stale.map(({ url }) => url));
    return [
        {
            selectors: stale.flatMap(selectorsOf),
            samples: samples.map(({ sample }) => sample).filter(({ url }) => urls.has(url)),
            changes: NO_CHANGES,
            to: 0,
            why: "stale",
            since: now,
        },
    ];
}

/** Purges a URL, with every header set, for a reason other than a deploy's. */
export function asSelectors(reason: string, variants: Variants): (url: string) => Selector[] {
    return (value) => withHeaders({ kind: "url", value, reasons: [reason] }, variants);
}

/** The selectors of a URL that purge what is answered with an `Origin` header, or without one. */
export function variantSelectors(
    reason: string,
    variants: Variants,
): (checked: Pick<Checked, "url" | "origin">) => readonly Selector[] {
    const all = asSelectors(reason, variants);
    return ({ url, origin }) => all(url).filter(({ headers }) => originOf(headers) === origin);
}
