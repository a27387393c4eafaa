import type { Sample } from "../plan/samples";
import type { Change } from "../plan/selector";
import type { Deps } from "./deps";
import type { OriginState } from "./evidence";
import { originState } from "./evidence";
import type { Answer } from "./visit";
import { cacheBusted } from "./visit";

/** A sample that the origin is asked for. */
export interface OriginQuestion {
    readonly sample: Sample;
    readonly change: Change;
    /** Whether it is worth waiting for: not for what was waited for before, nor for a removed file. */
    readonly patient: boolean;
    /** What was answered when it was last waited for in vain: as long as it is absent in the same way, it is not waited for. */
    readonly before?: Seen;
}

/** What the origin answered last. */
export interface OriginAnswer {
    readonly state: OriginState;
    /** Status and digest; `undefined`: no answer, or none that is the origin's. */
    readonly seen?: Seen;
}

/** Status and digest of an answer of the origin. */
export type Seen = readonly [status: number, digest: string];

/** Seconds that files are waited for which are absent while all others are there: an upload may leave them out. */
const ABSENT = 5;

/** Milliseconds between two rounds: doubles from the first to the last. */
const FIRST = 250;
const LAST = 4000;

/**
 * Asks the origin, through the edge with a query that no cache has seen, until what is worth waiting for has come, or
 * `timeout` seconds are over: a purge before that moment lets the edge fetch old bytes again.
 *
 * @returns what was answered last, by URL.
 */
export async function checkOrigin(
    questions: readonly OriginQuestion[],
    timeout: number,
    deps: Pick<Deps, "visit" | "clock" | "random" | "signal" | "log">,
): Promise<ReadonlyMap<string, OriginAnswer>> {
    const { clock, signal, log } = deps;
    const answers = new Map<string, OriginAnswer>();
    const end = clock.monotonic() + timeout * 1000;
    let giveUpAbsent = Number.POSITIVE_INFINITY;
    let open = questions;
    for (let pause = FIRST; ; pause = Math.min(pause * 2, LAST)) {
        const left = Math.max(1, (end - clock.monotonic()) / 1000);
        const states = await Promise.all(open.map((question) => ask(question, left, deps)));
        for (const [i, question] of open.entries()) {
            answers.set(question.sample.url, states[i] ?? { state: "unverifiable" });
        }
        open = open.filter(({ patient, sample, before }) => patient && isWaitedFor(answers.get(sample.url), before));
        const old = open.find(({ sample }) => answers.get(sample.url)?.state === "old");
        const now = clock.monotonic();
        if (old === undefined) {
            giveUpAbsent = Math.min(giveUpAbsent, now + ABSENT * 1000);
        } else {
            giveUpAbsent = Number.POSITIVE_INFINITY;
        }
        if (open.length === 0 || now + pause > Math.min(end, giveUpAbsent) || signal?.aborted) {
            return answers;
        }
        const [first] = old === undefined ? open : [old];
        const what = old === undefined ? "is not there yet" : "still has its old bytes";
        log(`waiting for the origin: ${first?.sample.url} ${what}`);
        await clock.sleep(pause, signal);
    }
}

function isWaitedFor(answer: OriginAnswer | undefined, before: Seen | undefined): boolean {
    const isSame = before?.[0] === answer?.seen?.[0] && before?.[1] === answer?.seen?.[1];
    return answer?.state === "old" || (answer?.state === "absent" && (before === undefined || !isSame));
}

async function ask(
    { sample, change }: OriginQuestion,
    seconds: number,
    { visit, random, signal, clock }: Pick<Deps, "visit" | "random" | "signal" | "clock">,
): Promise<OriginAnswer> {
    const end = clock.monotonic() + seconds * 1000;
    const get = (url: string): Promise<Answer> =>
        visit(cacheBusted(url, random), signal, Math.max(1, (end - clock.monotonic()) / 1000));
    try {
        const answer = await get(sample.url);
        const target = redirectedTo(sample.url, answer);
        const page = target === undefined ? answer : await get(target);
        const state = originState(sample, change, page);
        // Another page than the one that was asked for: what it has not, the other may have.
        const proven = target === undefined || page.status === 200 ? state : "unverifiable";
        return { state: proven, seen: [page.status, page.digest] };
    } catch {
        return { state: "unverifiable" }; // not to be reached from here: no reason to hold the purge back
    }
}

/** Where a page moved to on the same host: Cloudflare's own hosting answers `/a.html` at `/a` (assets/html.ts). */
function redirectedTo(url: string, { status, headers }: Answer): string | undefined {
    const { location } = headers;
    if (status < 300 || status >= 400 || location === undefined || !URL.canParse(location, url)) {
        return undefined;
    }
    const target = new URL(location, url);
    // What a browser does not send would become part of the path, or hide the query that passes the cache.
    target.hash = "";
    return target.origin === new URL(url).origin ? target.href : undefined;
}
