import type { Accepted } from "../cloudflare/client";
import type { Clock } from "../cloudflare/clock";
import { CloudflareError } from "../cloudflare/cloudflareError";
import type { LimitNews } from "../cloudflare/pacer";
import type { ZoneRef } from "../cloudflare/zone";
import type { Batch, PurgeBody } from "../plan/batches";
import { bodyOf } from "../plan/batches";
import type { Selector } from "../plan/selector";

/** What sending needs of the API. */
export interface PurgeApi {
    purge(zone: ZoneRef, body: PurgeBody, mode: "purge" | "invalidate"): Promise<Accepted>;
}

/** What sending needs of pacing: resolves when one more request fits under the limits. */
export interface Pace {
    acquire(request: { kind: Selector["kind"]; items: number }, signal?: AbortSignal): Promise<void>;
    observe?(seen: LimitNews): void;
}

export interface SendDeps {
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

export interface Sent {
    readonly purgeIds: readonly string[];
    /** How many of them are of the rebound. */
    readonly rebounds: number;
    /** Accepted as often as it takes, the rebound included. */
    readonly accepted: readonly Selector[];
    /** Everything else. */
    readonly owed: readonly Selector[];
    /** Why something is owed. */
    readonly failure?: CloudflareError;
}

/** Requests on their way at once: enough to fill the rate at 500 ms an answer, few enough to stop soon. */
const CONCURRENCY = 8;

/**
 * Sends every batch, and after `rebound` seconds once more: an edge that had begun to fetch an object before the
 * upload ended may store its old bytes after the first purge (docs/how-it-works.md). A batch is done when both were
 * accepted. Stops at the first failure that the next request would meet too; what was accepted is still rebounded.
 * Never rejects for an API failure.
 */
export async function send(batches: readonly Batch[], deps: SendDeps): Promise<Sent> {
    const first = await pass(batches, "purge", deps);
    let done = first.accepted;
    let failure = first.failure;
    const ids = [...first.ids];
    let rebounds = 0;
    if (deps.rebound !== false && done.length > 0 && !deps.signal?.aborted && !hopeless(failure)) {
        const second = await pass(
            done.map(({ batch }) => batch),
            "rebound",
            deps,
            done.map(({ at }) => at),
        );
        done = second.accepted;
        failure ??= second.failure;
        ids.push(...second.ids);
        rebounds = second.ids.length;
    } else if (deps.rebound !== false) {
        done = []; // accepted once, and not again: still owed
    }
    if (deps.signal?.aborted) {
        failure ??= CloudflareError.aborted("the purge was stopped before it was done");
    }
    const accepted = new Set(done.flatMap(({ batch }) => batch.selectors));
    return {
        purgeIds: ids,
        rebounds,
        accepted: [...accepted],
        owed: batches.flatMap((b) => b.selectors).filter((selector) => !accepted.has(selector)),
        ...(failure === undefined ? {} : { failure }),
    };
}

interface AcceptedBatch {
    readonly batch: Batch;
    /** When Cloudflare accepted it, by the clock's monotonic(). */
    readonly at: number;
}

async function pass(
    batches: readonly Batch[],
    name: "purge" | "rebound",
    deps: SendDeps,
    acceptedAt: readonly number[] = [],
): Promise<{ accepted: AcceptedBatch[]; ids: string[]; failure?: CloudflareError }> {
    const queue = batches.map((batch, i) => ({ batch, at: acceptedAt[i] }));
    const total = batches.reduce((sum, b) => sum + b.selectors.length, 0);
    const accepted: AcceptedBatch[] = [];
    const ids: string[] = [];
    let failure: CloudflareError | undefined;
    let stopped = false;
    let done = 0;
    const worker = async (): Promise<void> => {
        for (let next = queue.shift(); next !== undefined && !stopped && !deps.signal?.aborted; next = queue.shift()) {
            const { batch, at } = next;
            try {
                if (at !== undefined && deps.rebound !== false) {
                    await sleepUntil(at + deps.rebound * 1000, deps);
                }
                await deps.pacer.acquire({ kind: batch.kind, items: batch.selectors.length }, deps.signal);
                if (deps.signal?.aborted) {
                    return; // waits end early when they are aborted
                }
                const answer = await deps.api.purge(deps.zone, batch.body, deps.mode);
                deps.pacer.observe?.(answer);
                ids.push(answer.id);
                accepted.push({ batch, at: deps.clock.monotonic() });
                done += batch.selectors.length;
                deps.progress(done, total, name);
            } catch (error) {
                const known = CloudflareError.from(error, "purge");
                deps.pacer.observe?.(known);
                const halves = known.codes.includes(TOO_MANY) ? split(batch) : undefined;
                if (halves !== undefined) {
                    queue.unshift(...halves.map((half) => ({ batch: half, at })));
                    continue;
                }
                failure ??= known;
                // A refused body says nothing about the next one; a refused token, a limit or an outage does.
                stopped ||= known.kind !== "request";
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

async function sleepUntil(at: number, deps: SendDeps): Promise<void> {
    const left = at - deps.clock.monotonic();
    if (left > 0) {
        await deps.clock.sleep(left, deps.signal);
    }
}
