import type { EdgeFinding, EdgeLook, Variant } from "../diagnosis/edgeProbe";
import { judgeEdgeLook } from "../diagnosis/edgeProbe";
import type { Answer, Visit } from "../purge/visit";
import { fresh, VisitError } from "../purge/visit";
import type { World } from "./world";

/** What a look at one URL brought: a finding, or nothing to complain about, or no answer. */
export type Look =
    | { readonly url: string; readonly answer: Answer; readonly finding?: EdgeFinding }
    | { readonly url: string; readonly noAnswer: string };

/** What is known of the URL beforehand. */
export interface Known {
    /** Digest of the deployed bytes; `null`: it should be gone; left out: what the origin answers now is right. */
    readonly expected?: string | null;
    /** ms since the epoch. */
    readonly purgedAt?: number;
    /** Whether the other scheme is looked at too. */
    readonly variants?: boolean;
    /** Whether somebody says that it is old: then caches behind a good edge are named too. */
    readonly reported?: boolean;
}

/** Findings that say nothing against the purge. */
const LATER: readonly EdgeFinding["why"][] = ["browser-cache", "service-worker"];
/** Findings that say that nothing can be told. */
const UNTOLD: readonly EdgeFinding["why"][] = ["challenge", "redirect", "login", "transformed"];

/**
 * What a look comes to: `fine`; `later`: fine at the edge, and kept by caches that no purge reaches; `stale`: visitors get
 * old bytes from the edge, or from behind it; `not-proxied`; `untold`: no answer, or one that proves nothing.
 */
export function stateOf(seen: Look): "fine" | "later" | "stale" | "not-proxied" | "untold" {
    if ("noAnswer" in seen) {
        return "untold";
    }
    const why = seen.finding?.why;
    if (why === undefined) {
        return seen.answer.status >= 500 ? "untold" : "fine";
    }
    if (why === "not-proxied") {
        return why;
    }
    return LATER.includes(why) ? "later" : UNTOLD.includes(why) ? "untold" : "stale";
}

/** What there is to say about a look, as a cause and a remedy. `undefined`: nothing. */
export function wordsOf(seen: Look): { readonly cause: string; readonly remedy: string } | undefined {
    if ("noAnswer" in seen) {
        const { host } = new URL(seen.url);
        return {
            cause: `${host} cannot be asked from here: ${seen.noAnswer}.`,
            remedy: "--connect-to names another address.",
        };
    }
    if (seen.finding !== undefined) {
        return seen.finding;
    }
    const { status } = seen.answer;
    return status >= 500
        ? {
              cause: `${seen.url} answers ${status}: its origin is in trouble.`,
              remedy: "Mend the origin, then look again.",
          }
        : undefined;
}

/** GETs a URL as a visitor, and past the cache, and judges the two. Never rejects for a URL that does not answer. */
export async function look(url: string, known: Known, visit: Visit, world: World): Promise<Look> {
    const { clock, random, signal } = world;
    const get = (which: string): Promise<Answer> => visit(which, signal);
    try {
        const edge = await get(url);
        const proxied = edge.headers["cf-ray"] !== undefined;
        const origin = proxied ? await get(fresh(url, random)) : undefined;
        // Two such answers differ where a page is made for each request; only a difference makes that a question.
        const again = origin !== undefined && origin.digest !== edge.digest ? await get(fresh(url, random)) : undefined;
        const variants = proxied && known.variants === true ? await otherScheme(url, get) : [];
        const { variants: _, ...facts } = known;
        const found: EdgeLook = {
            ...facts,
            url,
            edge,
            variants,
            now: clock.now(),
            ...(origin === undefined ? {} : { fresh: origin }),
            ...(again === undefined ? {} : { freshAgain: again }),
        };
        const finding = judgeEdgeLook(found);
        return { url, answer: edge, ...(finding === undefined ? {} : { finding }) };
    } catch (error) {
        const noAnswer = error instanceof VisitError ? error.reason : "no answer";
        return { url, noAnswer };
    }
}

/** Looks again until nothing is stale or `seconds` are over: a purge takes a moment to reach every data centre. */
export async function lookUntilFresh(
    url: string,
    known: Known,
    seconds: number,
    visit: Visit,
    world: World,
): Promise<Look> {
    const { clock, signal } = world;
    const end = clock.now() + seconds * 1000;
    for (let pause = 500; ; pause = Math.min(pause * 2, 4000)) {
        const seen = await look(url, known, visit, world);
        const done = stateOf(seen) !== "stale";
        if (done || clock.now() + pause > end || signal?.aborted) {
            return seen;
        }
        await clock.sleep(pause, signal);
    }
}

async function otherScheme(url: string, get: (url: string) => Promise<Answer>): Promise<Variant[]> {
    const asked = url.startsWith("https:") ? url.replace("https:", "http:") : url.replace("http:", "https:");
    try {
        return [{ differs: "scheme", asked, seen: await get(asked) }];
    } catch {
        return [];
    }
}
