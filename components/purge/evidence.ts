/** What an answer of the origin, or of the edge, proves. Pure; the words for it stand in diagnosis/edgeWords.ts. */
import type { Sample } from "../plan/samples";
import type { Change } from "../plan/selector";
import { PURGE_SETTLES } from "../settings/limits";
import type { Answer } from "./visit";

/**
 * What the origin says of a sample: its answer is `there`; it has the `old` bytes (of a removed file: it still serves
 * it); it is `absent` though there is a file; or the answer proves none of these.
 */
export type OriginState = "there" | "old" | "absent" | "unverifiable";

export function originState(
    { digest, was }: Pick<Sample, "digest" | "was">,
    change: Change,
    answer: Answer,
): OriginState {
    if (isFromCache(answer)) {
        return "unverifiable";
    }
    const gone = isGone(answer);
    // Where a fallback page is declared, its digest is what a URL without a file answers with 200.
    if ((answer.status === 200 && answer.digest === digest) || (gone && change === "removed")) {
        return "there";
    }
    if (gone) {
        return "absent";
    }
    return answer.status === 200 && was.includes(answer.digest) ? "old" : "unverifiable";
}

/** Cloudflare's words for an answer out of its cache (developers.cloudflare.com/cache/concepts/cache-responses). */
const CACHED = new Set(["HIT", "STALE", "UPDATING", "REVALIDATED"]);

/** Whether an answer came out of a cache, so that it is not the origin's of this moment. */
function isFromCache({ headers }: Pick<Answer, "headers">): boolean {
    return CACHED.has((headers["cf-cache-status"] ?? "").toUpperCase()) || Number(headers.age ?? 0) > 0;
}

export function isGone({ status }: Pick<Answer, "status">): boolean {
    return status === 404 || status === 410;
}

/** The part of an answer that is compared. */
export type EdgeAnswer = Pick<Answer, "status" | "headers" | "digest">;

/** What was observed of one URL at the edge. */
export interface EdgeLook {
    readonly url: string;
    /** The `Origin` header that was sent along. */
    readonly origin?: string;
    /** A plain GET. */
    readonly edge: EdgeAnswer;
    /** Digest of the deployed bytes; `null`: the URL should be gone; left out: what the origin answers now is right. */
    readonly expected?: string | null;
    /** Whether there is no file any more, so that 404 and 410 are right whatever their bytes. */
    readonly removed?: boolean;
    /** The same URL with a query that no cache has seen: what the origin answers through the edge. */
    readonly fresh?: EdgeAnswer;
    /** A second such answer: differs from the first where pages are made for each request. */
    readonly freshAgain?: EdgeAnswer;
    /** The same URL under the other scheme. */
    readonly otherScheme?: { readonly url: string; readonly seen: EdgeAnswer };
    /** Milliseconds since the purge was accepted. */
    readonly sincePurge?: number;
    /** Somebody says that visitors still see old bytes: then caches behind the edge are looked for too. */
    readonly reported?: boolean;
}

/** Why visitors see what they see, or why that cannot be told. */
export type EdgeWhy =
    | "not-proxied"
    | "challenge"
    | "redirect"
    | "login"
    | "encoded"
    | "error"
    | "transformed"
    | "origin-old"
    | "origin-hidden"
    | "purge-on-its-way"
    | "cache-key"
    | "scheme"
    | "bypassed"
    | "browser-cache"
    | "edge-old";

/**
 * What a look comes to: `fine`; `later`: fine at the edge, and kept by caches that no purge reaches; `stale`: visitors get
 * other bytes than the origin has; `not-proxied`; `unverifiable`: the answer proves nothing.
 */
export interface EdgeVerdict {
    readonly state: "fine" | "later" | "stale" | "not-proxied" | "unverifiable";
    /** Left out when all is well. */
    readonly why?: EdgeWhy;
}

const STATES: Readonly<Record<EdgeWhy, EdgeVerdict["state"]>> = {
    "not-proxied": "not-proxied",
    challenge: "unverifiable",
    redirect: "unverifiable",
    login: "unverifiable",
    encoded: "unverifiable",
    error: "unverifiable",
    transformed: "unverifiable",
    "origin-old": "unverifiable",
    "origin-hidden": "unverifiable",
    "purge-on-its-way": "stale",
    "cache-key": "stale",
    scheme: "stale",
    bypassed: "stale",
    "browser-cache": "later",
    "edge-old": "stale",
};

/** Seconds of max-age from which a browser keeps old bytes long enough for people to complain. */
const LONG = 300;

/** What a look proves. `undefined`: other bytes than expected, which prove nothing before the origin was asked. */
export function judgeEdge(look: EdgeLook): EdgeVerdict | undefined {
    const why = whyOf(look);
    return why === undefined || why === "fine" ? why && { state: "fine" } : { state: STATES[why], why };
}

/** Whether an answer is the right one. */
export function isRight({ expected, removed, fresh }: Omit<EdgeLook, "edge" | "url">, seen: EdgeAnswer): boolean {
    if (expected === undefined) {
        return fresh !== undefined && seen.digest === fresh.digest && seen.status === fresh.status;
    }
    return (
        (isGone(seen) && (expected === null || removed === true)) || (seen.status === 200 && seen.digest === expected)
    );
}

function whyOf(look: EdgeLook): EdgeWhy | "fine" | undefined {
    const { edge, fresh, freshAgain } = look;
    if (edge.headers["cf-ray"] === undefined) {
        return "not-proxied";
    }
    if (isRight(look, edge)) {
        return otherSchemeIsOld(look)
            ? "scheme"
            : look.reported === true && staysInBrowsers(edge)
              ? "browser-cache"
              : "fine";
    }
    if (edge.headers["cf-mitigated"] !== undefined) {
        return "challenge";
    }
    if (edge.status >= 300 && edge.status < 400) {
        return "redirect";
    }
    if (edge.status === 401 || (edge.status === 403 && (fresh === undefined || fresh.status === 403))) {
        return "login";
    }
    const encoding = edge.headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") {
        return "encoded";
    }
    if (fresh === undefined) {
        return undefined;
    }
    if (freshAgain !== undefined && freshAgain.digest !== fresh.digest) {
        return "transformed";
    }
    if (fresh.digest === edge.digest && fresh.status === edge.status) {
        return isFromCache(fresh) ? "origin-hidden" : "origin-old";
    }
    if (edge.status !== 200 && edge.status !== 403 && !isGone(edge)) {
        return "error";
    }
    // Pages that differ at each request do so here too: only a second look at the origin tells.
    if (look.expected !== undefined && freshAgain === undefined && !isRight(look, fresh)) {
        return "transformed";
    }
    return whyStale(look);
}

/** The origin has other bytes than the edge. */
function whyStale({ edge, sincePurge }: EdgeLook): EdgeWhy {
    const status = edge.headers["cf-cache-status"];
    if (status === "DYNAMIC" || status === "BYPASS") {
        return "bypassed";
    }
    if (sincePurge === undefined) {
        return "edge-old";
    }
    if (sincePurge < PURGE_SETTLES * 1000) {
        return "purge-on-its-way";
    }
    // Stored before the purge: it named another entry. Stored after it: an old copy came back.
    return Number(edge.headers.age ?? 0) * 1000 > sincePurge + PURGE_SETTLES * 1000 ? "cache-key" : "edge-old";
}

function otherSchemeIsOld(look: EdgeLook): boolean {
    const seen = look.otherScheme?.seen;
    return seen?.status === 200 && !isRight(look, seen) && seen.digest !== look.fresh?.digest;
}

/** Seconds that an answer lets browsers keep it. */
export function browserSeconds({ headers }: EdgeAnswer): number {
    const control = headers["cache-control"] ?? "";
    return /no-cache|no-store/i.test(control) ? 0 : Number(/(?:^|[\s,])max-age=(\d+)/i.exec(control)?.[1] ?? 0);
}

function staysInBrowsers(seen: EdgeAnswer): boolean {
    return browserSeconds(seen) >= LONG;
}

/** Status and digest of an answer of the origin. */
export type Seen = readonly [status: number, digest: string];

export function seenOf({ status, digest }: Pick<Answer, "status" | "digest">): Seen {
    return [status, digest];
}

/** Whether two answers are the same as far as that tells something: error pages may differ at each request. */
export function isSameAnswer(one: Seen | undefined, other: Seen | undefined): boolean {
    if (one === undefined || other === undefined) {
        return one === other;
    }
    const [[status, digest], [otherStatus, otherDigest]] = [one, other];
    return status === otherStatus && (status === 403 || isGone({ status }) || digest === otherDigest);
}

/*
 * What an origin answers where there is no file. Not all of them say 404: an object store may answer 403, a single-page site
 * its front page with 200. So it is asked for a name that cannot exist, beside the one in doubt.
 */

/** Where a URL lies, as far as a server may tell it from others: its folder and its extension. */
interface Place {
    readonly folder: string;
    readonly extension: string;
}

export function placeOf(url: string): Place {
    const { origin, pathname } = new URL(url);
    const end = pathname.lastIndexOf("/") + 1;
    const dot = pathname.lastIndexOf(".");
    return { folder: origin + pathname.slice(0, end), extension: dot > end ? pathname.slice(dot) : "" };
}

/** A name that nobody has used there. */
export function unknownName({ folder, extension }: Place, random: () => number): string {
    return `${folder}cache-purge-${Math.floor(random() * 2 ** 48).toString(36)}${extension}`;
}

/** Whether an answer, which is none of those expected, may be what is answered for a file that does not exist. */
export function mayBeMissing(answer: Answer): boolean {
    const isOpen = answer.headers["cf-mitigated"] === undefined && !isFromCache(answer);
    return isOpen && (answer.status === 200 || answer.status === 403);
}
