import type { Clock } from "../cloudflare/clock";
import type { Sample } from "../plan/samples";
import type { Answer, Visit } from "./visit";
import { fresh } from "./visit";

/** What the origin says of a sample: it has the new bytes, it has the old ones, or it proves neither. */
export type OriginState = "ready" | "old" | "unverifiable";

export interface OriginReport {
    /** Samples that the origin still answered with old bytes when the time was up. */
    readonly old: readonly Sample[];
    /** Samples of removed files that the origin does not know any more. */
    readonly gone: readonly Sample[];
    readonly ready: number;
    readonly unverifiable: number;
}

/**
 * Asks the origin, through the edge with a query that no cache has seen, until every sample has its new bytes and
 * removed URLs are gone, or `timeout` seconds are over. A purge before that moment lets the edge fetch old bytes again
 * (reference: P ≥ O in docs/how-it-works.md).
 *
 * @param waitedFor URLs for whose sake alone nobody waits.
 */
export async function originReady(
    samples: readonly Sample[],
    timeout: number,
    world: { visit: Visit; clock: Clock; random: () => number; signal?: AbortSignal; log: (line: string) => void },
    waitedFor: ReadonlySet<string> = new Set(),
): Promise<OriginReport> {
    const end = world.clock.now() + timeout * 1000;
    let waiting = [...samples];
    const gone: Sample[] = [];
    let ready = 0;
    let unverifiable = 0;
    for (let pause = 250; ; pause = Math.min(pause * 2, 4000)) {
        const states = await Promise.all(waiting.map((sample) => look(sample, world)));
        gone.push(...waiting.filter(({ digest }, i) => digest === null && states[i] === "ready"));
        ready += states.filter((state) => state === "ready").length;
        unverifiable += states.filter((state) => state === "unverifiable").length;
        waiting = waiting.filter((_, i) => states[i] === "old");
        const patient = waiting.some(({ url }) => !waitedFor.has(url));
        if (!patient || world.clock.now() + pause > end || world.signal?.aborted) {
            return { old: waiting, gone, ready, unverifiable };
        }
        world.log(`waiting for the origin: ${waiting[0]?.url} still has its old bytes`);
        await world.clock.sleep(pause, world.signal);
    }
}

async function look(
    sample: Sample,
    world: { visit: Visit; random: () => number; signal?: AbortSignal },
): Promise<OriginState> {
    const ask = (url: string): Promise<Answer> => world.visit(fresh(url, world.random), world.signal);
    try {
        const answer = await ask(sample.url);
        const target = redirectedTo(sample.url, answer);
        if (target === undefined) {
            return judgeOrigin(sample, answer);
        }
        const page = await ask(target);
        return page.status === 200 ? judgeOrigin(sample, page) : "unverifiable";
    } catch {
        return "unverifiable"; // not to be reached from here: no reason to hold the purge back
    }
}

/** Where a page moved to on the same host: Cloudflare's own hosting answers `/a.html` at `/a` (assets/html.ts). */
function redirectedTo(url: string, { status, headers }: Answer): string | undefined {
    const { location } = headers;
    if (status < 300 || status >= 400 || location === undefined || !URL.canParse(location, url)) {
        return undefined;
    }
    const target = new URL(location, url);
    return target.origin === new URL(url).origin ? target.href : undefined;
}

/**
 * Only bytes that are known to be old count as old: an origin behind a login, or one that rewrites its pages, would
 * otherwise hold up every deploy.
 */
export function judgeOrigin(sample: Sample, answer: Answer): OriginState {
    const gone = answer.status === 404 || answer.status === 410;
    if (sample.digest === null) {
        return gone ? "ready" : sample.was.includes(answer.digest) ? "old" : "unverifiable";
    }
    if (answer.status === 200 && answer.digest === sample.digest) {
        return "ready";
    }
    return gone || (answer.status === 200 && sample.was.includes(answer.digest)) ? "old" : "unverifiable";
}
