import type { Sample } from "../plan/samples";
import type { Change } from "../plan/selector";
import { hostOfUrl } from "../plan/selector";
import type { Deps } from "./deps";
import type { OriginState } from "./evidence";
import { originState } from "./evidence";
import { mayBeMissing, placeOf, unknownName } from "./missing";
import type { Seen } from "./seen";
import { isSameAnswer, seenOf } from "./seen";
import type { Answer } from "./visit";
import { cacheBusted } from "./visit";

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
}

/** What asking needs. */
type AskDeps = Pick<Deps, "visit" | "clock" | "random" | "signal">;

/** What the origin answered for a question. */
export interface Found {
    readonly question: OriginQuestion;
    /** Left out: it could not be asked. */
    readonly page?: Answer;
    /** What the answer itself proves. */
    readonly state: OriginState;
    /** What is answered for a name that does not exist, where the answer itself proves nothing. */
    readonly missing?: Answer;
}

/** Asks once, and where an answer proves nothing, for a name beside it that does not exist. */
export async function findAll(open: readonly OriginQuestion[], seconds: number, deps: AskDeps): Promise<Found[]> {
    const found = await Promise.all(open.map((question) => find(question, seconds, deps)));
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

async function find(question: OriginQuestion, seconds: number, deps: AskDeps): Promise<Found> {
    const { sample, change } = question;
    const got = await pageAt(sample.url, seconds, deps);
    if (got === undefined) {
        return { question, state: "unverifiable" }; // not to be reached from here: no reason to hold the purge back
    }
    const { page, isMoved } = got;
    // Another page than the one that was asked for: what it has not, the other may have.
    const state = isMoved && page.status !== 200 ? "unverifiable" : originState(sample, change, page);
    return { question, page, state };
}

/** What the answers prove together: where everything is answered alike, nothing of a host is seen. */
export function judged(found: readonly Found[]): ReadonlyMap<string, OriginAnswer> {
    const seen = new Set(
        found.filter(({ state }) => state !== "unverifiable").map(({ question }) => hostOfUrl(question.sample.url)),
    );
    return new Map(
        found.map(({ question: { sample, change }, page, state, missing }): [string, OriginAnswer] => {
            if (page === undefined) {
                return [sample.url, { state }];
            }
            const answer = { state, seen: seenOf(page) };
            if (missing === undefined || !isSameAnswer(answer.seen, seenOf(missing))) {
                return [sample.url, answer];
            }
            return seen.has(hostOfUrl(sample.url))
                ? [sample.url, { ...answer, state: change === "removed" ? "there" : "absent" }]
                : [sample.url, { ...answer, isHidden: true }];
        }),
    );
}

/** What is answered for a URL, or where it moved to on the same host. */
async function pageAt(
    url: string,
    seconds: number,
    { visit, random, signal, clock }: AskDeps,
): Promise<{ page: Answer; isMoved: boolean } | undefined> {
    const end = clock.monotonic() + seconds * 1000;
    const get = (which: string): Promise<Answer> =>
        visit(cacheBusted(which, random), signal, Math.max(1, (end - clock.monotonic()) / 1000));
    try {
        const answer = await get(url);
        const target = redirectedTo(url, answer);
        return target === undefined ? { page: answer, isMoved: false } : { page: await get(target), isMoved: true };
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
    return target.origin === new URL(url).origin ? target.href : undefined;
}
