import type { Accepted } from "../cloudflare/client";
import type { Clock } from "../cloudflare/clock";
import { CloudflareError } from "../cloudflare/cloudflareError";
import type { Seen } from "../cloudflare/pacing/pacer";
import type { ZoneRef } from "../cloudflare/zone";
import type { Batch, PurgeBody } from "../plan/batches";
import { bodyOf } from "../plan/batches";
import type { Selector } from "../plan/selector";

/** What apply needs of the API. */
export interface PurgeApi {
    purge(zone: ZoneRef, body: PurgeBody, mode: "purge" | "invalidate"): Promise<Accepted>;
}

/** What apply needs of pacing: resolves when one more request fits under the limits. */
export interface Pace {
    take(request: { kind: Selector["kind"]; items: number }, signal?: AbortSignal): Promise<void>;
    heed?(seen: Seen): void;
}

export interface ApplyWorld {
    readonly api: PurgeApi;
    readonly pacer: Pace;
    readonly zone: ZoneRef;
    readonly mode: "purge" | "invalidate";
    /** Seconds until each accepted batch is sent once more; `false`: never. */
    readonly rebound: number | false;
    readonly clock: Clock;
    readonly signal?: AbortSignal;
    /** Told after each accepted batch: items accepted in this pass, of how many. */
    readonly progress: (done: number, total: number, pass: "purge" | "rebound") => void;
}

export interface Applied {
    readonly purgeIds: readonly string[];
    /** Accepted everywhere, the rebound included. */
    readonly settled: readonly Selector[];
    /** Everything else. */
    readonly owed: readonly Selector[];
    /** Why something is owed. */
    readonly failure?: CloudflareError;
}

/** Requests on their way at once: enough to fill the rate at 500 ms an answer, few enough to stop soon. */
const CONCURRENCY = 8;

/**
 * Sends every batch, and after `rebound` seconds once more: an edge that had begun to fetch an object before the
 * upload ended may store its old bytes after the first purge (docs/how-it-works.md). A batch is settled when both were
 * accepted. Stops at the first failure that the next request would meet too; what was accepted is still rebounded.
 * Never rejects for an API failure.
 */
export async function apply(batches: readonly Batch[], world: ApplyWorld): Promise<Applied> {
    const first = await pass(batches, "purge", world);
    let settled = first.accepted;
    let failure = first.failure;
    const ids = [...first.ids];
    if (world.rebound !== false && settled.length > 0 && !world.signal?.aborted && !hopeless(failure)) {
        const second = await pass(
            settled.map((s) => s.batch),
            "rebound",
            world,
            settled.map((s) => s.at),
        );
        settled = second.accepted;
        failure ??= second.failure;
        ids.push(...second.ids);
    } else if (world.rebound !== false) {
        settled = []; // accepted once, and not again: still owed
    }
    if (world.signal?.aborted) {
        failure ??= CloudflareError.aborted("the purge was stopped before it was done");
    }
    const done = new Set(settled.flatMap((s) => s.batch.selectors));
    return {
        purgeIds: ids,
        settled: [...done],
        owed: batches.flatMap((b) => b.selectors).filter((s) => !done.has(s)),
        ...(failure === undefined ? {} : { failure }),
    };
}

interface Sent {
    readonly batch: Batch;
    /** When Cloudflare accepted it, ms. */
    readonly at: number;
}

async function pass(
    batches: readonly Batch[],
    name: "purge" | "rebound",
    world: ApplyWorld,
    acceptedAt: readonly number[] = [],
): Promise<{ accepted: Sent[]; ids: string[]; failure?: CloudflareError }> {
    const queue = batches.map((batch, i) => ({ batch, at: acceptedAt[i] }));
    const total = batches.reduce((sum, b) => sum + b.selectors.length, 0);
    const accepted: Sent[] = [];
    const ids: string[] = [];
    let failure: CloudflareError | undefined;
    let stopped = false;
    let done = 0;
    const worker = async (): Promise<void> => {
        for (let next = queue.shift(); next !== undefined && !stopped && !world.signal?.aborted; next = queue.shift()) {
            const { batch, at } = next;
            try {
                if (at !== undefined && world.rebound !== false) {
                    await sleepUntil(at + world.rebound * 1000, world);
                }
                await world.pacer.take({ kind: batch.kind, items: batch.selectors.length }, world.signal);
                if (world.signal?.aborted) {
                    return; // waits end early when they are aborted
                }
                const answer = await world.api.purge(world.zone, batch.body, world.mode);
                world.pacer.heed?.(answer);
                ids.push(answer.id);
                accepted.push({ batch, at: world.clock.now() });
                done += batch.selectors.length;
                world.progress(done, total, name);
            } catch (error) {
                const known = CloudflareError.from(error, "purge");
                world.pacer.heed?.(known);
                const halves = known.codes.includes(TOO_MANY) ? split(batch) : undefined;
                if (halves !== undefined) {
                    queue.unshift(...halves.map((half) => ({ batch: half, at })));
                    continue;
                }
                failure ??= known;
                // A refused body says nothing about the next one; a refused token, a limit or an outage does.
                stopped = known.kind !== "request";
            }
        }
    };
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, batches.length) }, worker));
    return { accepted, ids, ...(failure === undefined ? {} : { failure }) };
}

/** "Too many items in one request" (reference: code 1094): limits differ by plan and change over time. */
const TOO_MANY = 1094;

function split(batch: Batch): Batch[] | undefined {
    if (batch.selectors.length < 2) {
        return undefined;
    }
    const middle = Math.ceil(batch.selectors.length / 2);
    return [batch.selectors.slice(0, middle), batch.selectors.slice(middle)].map((selectors) => ({
        kind: batch.kind,
        selectors,
        body: bodyOf(batch.kind, selectors),
    }));
}

function hopeless(failure: CloudflareError | undefined): boolean {
    return failure !== undefined && ["authentication", "permission", "network", "aborted"].includes(failure.kind);
}

async function sleepUntil(at: number, world: ApplyWorld): Promise<void> {
    const left = at - world.clock.now();
    if (left > 0) {
        await world.clock.sleep(left, world.signal);
    }
}
