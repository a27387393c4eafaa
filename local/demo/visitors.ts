import type { LocalCloudflare } from "../cloudflare";
import { visitRequest } from "../cloudflare/visitor";

/** What a round of visits to every URL found. */
export interface Round {
    readonly urls: number;
    readonly visited: readonly string[];
    /** Answers with the origin's present bytes and status. */
    readonly fresh: number;
    /** The URLs whose answers had others. */
    readonly stale: readonly string[];
    /** URLs answered from the edge's cache. */
    readonly hits: readonly string[];
}

/** Visits every URL through the edge, and compares each answer with the origin's own. */
export async function visitAll(cloudflare: LocalCloudflare, urls: readonly string[]): Promise<Round> {
    const stale: string[] = [];
    const hits: string[] = [];
    for (const url of urls) {
        const edge = await cloudflare.visit(url);
        const origin = await cloudflare.origin.handle(visitRequest(url));
        const same =
            edge.status === origin.status &&
            edge.headers.location === origin.headers.location &&
            edge.body.equals(origin.body);
        if (!same) {
            stale.push(url);
        }
        if (edge.cacheStatus === "HIT") {
            hits.push(url);
        }
    }
    return { urls: urls.length, visited: urls, fresh: urls.length - stale.length, stale, hits };
}
