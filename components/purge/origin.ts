import type { Sample } from "../plan/samples";
import { evenOrder } from "../plan/samples";
import type { Change } from "../plan/selector";
import { hostOfUrl } from "../plan/selector";
import type { Deps } from "./deps";
import type { OriginState, Seen } from "./evidence";
import { isSameAnswer, mayBeMissing, originState, placeOf, seenOf, unknownName } from "./evidence";
import type { Owed, OwedEntry } from "./owed";
import { changesFiles, isUnconditional, KINDS, samplesWithChange } from "./owed";
import type { Answer } from "./visit";
import { CACHE_BUSTER, cacheBusted } from "./visit";

/** What the origin is asked for: a sample of what is new, every sample of what is kept, and what is remembered. */
export function questionsOf({ entries, remembered = [] }: Owed, count: number): OriginQuestion[] {
    const chosen = chosenSamples(entries.filter(isUnconditional), count);
    const absent = absentBefore({ entries, remembered });
    const questions = new Map<string, OriginQuestion>();
    for (const { sample, change } of remembered) {
        questions.set(sample.url, { sample, change, patient: false });
    }
    for (const entry of entries) {
        for (const { sample, change } of samplesWithChange(entry)) {
            if (!isUnconditional(entry) || chosen.has(sample.url)) {
                const patient = changesFiles(entry) && change !== "removed";
                const wasAbsent = absent.has(sample.url);
                questions.set(sample.url, { sample, change, patient, ...(wasAbsent ? { wasAbsent } : {}) });
            }
        }
    }
    return [...questions.values()];
}

/** What was waited for in vain, also where the file's content has changed since. It may have been kept with old files. */
function absentBefore({ entries, remembered = [] }: Owed): ReadonlySet<string> {
    const bytes = new Map(
        entries.flatMap(({ samples }) => samples.map(({ url, digest, was }) => [url, [digest, ...was]] as const)),
    );
    const wasThere = (url: string, [status, digest]: Seen): boolean =>
        status === 200 && (bytes.get(url)?.includes(digest) ?? true);
    return new Set([
        ...remembered.filter(({ change }) => change !== "removed").map(({ sample }) => sample.url),
        ...entries.flatMap(({ why, seen = {} }) =>
            Object.entries(seen).flatMap(([url, answer]) =>
                why === "absent" || (why !== "removed" && !wasThere(url, answer)) ? [url] : [],
            ),
        ),
    ]);
}

/** At most `count` samples of some entries, taken in turn from every class. */
function chosenSamples(entries: readonly OwedEntry[], count: number): ReadonlySet<string> {
    const classes = entries.flatMap((entry) => {
        const samples = samplesWithChange(entry);
        return KINDS.map((kind) => samples.filter(({ change }) => change === kind));
    });
    const queues = classes.filter(({ length }) => length > 0).map((samples) => evenOrder(samples, count));
    const chosen = new Set<string>();
    for (let round = 0; chosen.size < count && queues.some((queue) => queue.length > round); round++) {
        for (const queue of queues) {
            const next = queue[round];
            if (next !== undefined && chosen.size < count) {
                chosen.add(next.sample.url);
            }
        }
    }
    return chosen;
}

/** A sample that the origin is asked for. */
export interface OriginQuestion {
    readonly sample: Sample;
    readonly change: Change;
    /** Whether it is worth waiting for: not for what was waited for before, nor for a removed file. */
    readonly patient: boolean;
    /** Whether it was absent before: as long as it is, it is not waited for. */
    readonly wasAbsent?: boolean;
}

/** What the origin answered last. */
export interface OriginAnswer {
    readonly state: OriginState;
    /** Status and digest; `undefined`: no answer, or none that is the origin's. */
    readonly seen?: Seen;
    /** Whether it answers everything alike: the file may be missing, or the whole site hidden from here. */
    readonly isHidden?: boolean;
    /** The URL on the same host that the sample redirects to, and that has the right bytes. */
    readonly movedTo?: string;
}

/** What asking needs. */
type AskDeps = Pick<Deps, "visit" | "clock" | "random" | "signal">;

/** What the origin answered for a question. */
interface Found {
    readonly question: OriginQuestion;
    /** Left out: it could not be asked. */
    readonly page?: Answer;
    /** What the answer itself proves. */
    readonly state: OriginState;
    /** What is answered for a name that does not exist, where the answer itself proves nothing. */
    readonly missing?: Answer;
    /** Where the page was answered, if not at the sample's own URL. */
    readonly movedTo?: string;
}

/** Asks once, and where an answer proves nothing, for a name beside it that does not exist. */
async function findAll(
    open: readonly OriginQuestion[],
    known: ReadonlySet<string | null>,
    seconds: number,
    deps: AskDeps,
): Promise<Found[]> {
    const found = await Promise.all(open.map((question) => find(question, known, seconds, deps)));
    const doubtful = found.filter(
        ({ page, state }) => page !== undefined && state === "unverifiable" && mayBeMissing(page),
    );
    const places = new Map(
        doubtful.map(({ question }) => placeOf(question.sample.url)).map((place) => [JSON.stringify(place), place]),
    );
    const missing = new Map(
        await Promise.all(
            [...places].map(async ([key, place]) => {
                const got = await pageAt(unknownName(place, deps.random), seconds, deps);
                return [key, got?.page] as const;
            }),
        ),
    );
    return found.map((one) => {
        const page = doubtful.includes(one) ? missing.get(JSON.stringify(placeOf(one.question.sample.url))) : undefined;
        return page === undefined ? one : { ...one, missing: page };
    });
}

async function find(
    question: OriginQuestion,
    known: ReadonlySet<string | null>,
    seconds: number,
    deps: AskDeps,
): Promise<Found> {
    const { sample, change } = question;
    const got = await pageAt(sample.url, seconds, deps);
    if (got === undefined) {
        return { question, state: "unverifiable" }; // not to be reached from here: no reason to hold the purge back
    }
    const { page, movedTo } = got;
    // Another page than the one that was asked for: what it has not, the other may have.
    const proven = movedTo !== undefined && page.status !== 200 ? "unverifiable" : originState(sample, change, page);
    // The front page of a single-page site, say. While that one changes too, a name that does not exist may be answered by a
    // replica that has another copy of it, or none.
    const isOthers = movedTo === undefined && page.status === 200 && mayBeMissing(page) && known.has(page.digest);
    const state = proven === "unverifiable" && isOthers ? missingState(change) : proven;
    return { question, page, state, ...(movedTo === undefined ? {} : { movedTo }) };
}

/** What it means that the origin has no file. */
function missingState(change: Change): OriginState {
    return change === "removed" ? "there" : "absent";
}

/** What the answers prove together: where everything is answered alike, nothing of a host is seen. */
function judged(found: readonly Found[], visible: ReadonlySet<string>): ReadonlyMap<string, OriginAnswer> {
    const own = found.filter(({ state }) => state !== "unverifiable");
    const seen = new Set([...visible, ...own.map(({ question }) => hostOfUrl(question.sample.url))]);
    return new Map(
        found.map(({ question: { sample, change }, page, state, missing, movedTo }): [string, OriginAnswer] => {
            if (page === undefined) {
                return [sample.url, { state }];
            }
            const moved = state === "there" && movedTo !== undefined ? { movedTo } : {};
            const answer = { state, seen: seenOf(page), ...moved };
            if (missing === undefined || !isSameAnswer(answer.seen, seenOf(missing))) {
                return [sample.url, answer];
            }
            return seen.has(hostOfUrl(sample.url))
                ? [sample.url, { ...answer, state: missingState(change) }]
                : [sample.url, { ...answer, isHidden: true }];
        }),
    );
}

/** What is answered for a URL, or where it moved to on the same host. */
async function pageAt(
    url: string,
    seconds: number,
    { visit, random, signal, clock }: AskDeps,
): Promise<{ page: Answer; movedTo?: string } | undefined> {
    const end = clock.monotonic() + seconds * 1000;
    const get = (which: string): Promise<Answer> =>
        visit(cacheBusted(which, random), signal, Math.max(1, (end - clock.monotonic()) / 1000));
    try {
        const answer = await get(url);
        const movedTo = redirectedTo(url, answer);
        return movedTo === undefined ? { page: answer } : { page: await get(movedTo), movedTo };
    } catch {
        return undefined;
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
    // Many servers hand the query on, and with it the one that passes the cache.
    if (target.searchParams.has(CACHE_BUSTER)) {
        target.searchParams.delete(CACHE_BUSTER);
    }
    return target.origin === new URL(url).origin ? target.href : undefined;
}

/** Seconds that files are waited for which are absent while all others are there: an upload may leave them out. */
const ABSENT = 5;

/** Milliseconds between two rounds: doubles from the first to the last. */
const FIRST = 250;
const LAST = 4000;

/**
 * Asks the origin, through the edge with a query that no cache has seen, until what is worth waiting for has come, or
 * `timeout` seconds are over: a purge before that moment lets the edge fetch old bytes again.
 *
 * @param visible hosts of which something was seen before.
 * @returns what was answered last, by URL.
 */
export async function checkOrigin(
    questions: readonly OriginQuestion[],
    timeout: number,
    deps: Pick<Deps, "visit" | "clock" | "random" | "signal" | "log">,
    visible: ReadonlySet<string> = new Set(),
): Promise<ReadonlyMap<string, OriginAnswer>> {
    const { clock, signal, log } = deps;
    const found = new Map<string, Found>();
    const end = clock.monotonic() + timeout * 1000;
    let giveUpAbsent = Number.POSITIVE_INFINITY;
    let open = questions;
    const known = new Set(questions.flatMap(({ sample: { digest, was } }) => [digest, ...was]));
    for (let pause = FIRST; ; pause = Math.min(pause * 2, LAST)) {
        for (const one of await findAll(open, known, Math.max(1, (end - clock.monotonic()) / 1000), deps)) {
            found.set(one.question.sample.url, one);
        }
        const answers = judged([...found.values()], visible);
        open = open.filter((question) => isWaitedFor(question, answers.get(question.sample.url)));
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

function isWaitedFor({ patient, wasAbsent }: OriginQuestion, answer: OriginAnswer | undefined): boolean {
    return patient && (answer?.state === "old" || (answer?.state === "absent" && wasAbsent !== true));
}
