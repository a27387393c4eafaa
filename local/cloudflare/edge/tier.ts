import type { Clock } from "../clock";
import type { HttpRequest, HttpResponse } from "../http/messages";
import { isNotModified, notModified, ranged } from "../origin/conditional";
import type { CacheKey } from "./cacheKey";
import type { Entry } from "./entry";
import { answerOf, encodingVariant, staleFor, tagsOf, validators } from "./entry";
import { judge } from "./freshness";
import type { PurgeOrder } from "./selector";
import { Store } from "./store";

/** `CF-Cache-Status`. https://developers.cloudflare.com/cache/concepts/cache-responses/ */
export type CacheStatus =
    | "HIT"
    | "MISS"
    | "EXPIRED"
    | "REVALIDATED"
    | "UPDATING"
    | "STALE"
    | "BYPASS"
    | "DYNAMIC"
    | undefined;

/** A request that may be answered from the cache, with its key. */
export interface Keyed {
    zoneId: string;
    key: CacheKey;
    request: HttpRequest;
}

/** An answer and how the tier came by it. */
export interface Cached {
    response: HttpResponse;
    status: CacheStatus;
}

/** One tier of the cache: a data centre, or the upper tier behind all of them. */
export class Tier {
    readonly store = new Store();
    /** Milliseconds that a purge takes to get here. */
    delay = 0;
    private orders: { due: number; order: PurgeOrder }[] = [];
    private readonly updating = new Map<string, Promise<unknown>>();

    /**
     * @param next the tier above, or the origin
     * @param remembers whether purges by host, tag and prefix leave a mark (with Tiered Cache)
     */
    constructor(
        readonly name: string,
        private readonly clock: Clock,
        private readonly next: (keyed: Keyed) => Promise<HttpResponse>,
        private readonly remembers: boolean,
    ) {}

    /** Takes a purge, which works here after the tier's delay. */
    accept(order: PurgeOrder): void {
        this.orders.push({ due: this.clock.now() + this.delay, order });
        this.settle();
    }

    /** Answers from the copy, or asks further up and keeps what may be kept. */
    async answer(keyed: Keyed): Promise<Cached> {
        this.settle();
        const entry = this.store.find(keyed.key.text, keyed.request.headers);
        if (entry === undefined || entry.purged) {
            if (keyed.request.headers.range !== undefined) {
                return { response: await this.next(keyed), status: "MISS" };
            }
            return this.fetch(keyed, entry);
        }
        const stale = staleFor(entry, this.clock.now());
        if (stale < 0) {
            return { response: answerOf(entry), status: "HIT" };
        }
        if (stale < entry.freshness.whileRevalidate) {
            this.updateBehind(keyed, entry);
            return { response: answerOf(entry), status: "UPDATING" };
        }
        return this.fetch(keyed, entry);
    }

    /** Ends when no refresh goes on behind a stale answer. */
    async idle(): Promise<void> {
        while (this.updating.size > 0) {
            await Promise.all(this.updating.values());
        }
    }

    /** Carries out the purges that have arrived by now. Runs before every look into the store. */
    settle(): void {
        const now = this.clock.now();
        const due = this.orders.filter((one) => one.due <= now).sort((a, b) => a.due - b.due);
        if (due.length === 0) {
            return;
        }
        this.orders = this.orders.filter((one) => one.due > now);
        for (const { due: at, order } of due) {
            this.store.purge(order, at, this.remembers);
        }
    }

    private updateBehind(keyed: Keyed, entry: Entry): void {
        const id = `${entry.key.text}\n${entry.variant}`;
        if (this.updating.has(id)) {
            return;
        }
        const done = this.fetch(keyed, entry).finally(() => this.updating.delete(id));
        this.updating.set(id, done);
    }

    private async fetch(keyed: Keyed, entry: Entry | undefined): Promise<Cached> {
        const old = entry?.purged ? undefined : entry;
        const { "if-none-match": _etag, "if-modified-since": _since, range: _range, ...plain } = keyed.request.headers;
        const headers = { ...plain, ...(old && validators(old)) };
        const request: HttpRequest = { ...keyed.request, method: "GET", headers };
        const response = await this.next({ ...keyed, request });
        this.settle();
        if (response.status === 304 && old !== undefined) {
            const renewed = { ...old.headers, ...withoutBodyHeaders(response.headers) };
            if (response.headers.age === undefined) {
                delete renewed.age;
            }
            const whole = { status: old.status, headers: renewed, body: old.body };
            this.keep(keyed, request, whole, entry);
            return { response: whole, status: "REVALIDATED" };
        }
        if (response.status >= 500 && old !== undefined && staleFor(old, this.clock.now()) < old.freshness.ifError) {
            return { response: answerOf(old), status: "STALE" };
        }
        const kept = this.keep(keyed, request, response, entry);
        return { response, status: kept === "bypass" ? "BYPASS" : entry === undefined ? "MISS" : "EXPIRED" };
    }

    private keep(keyed: Keyed, request: HttpRequest, response: HttpResponse, old: Entry | undefined) {
        const verdict = judge(this.clock, request, response);
        if (typeof verdict.keep === "string") {
            if (old !== undefined && response.status < 500) {
                this.store.drop(old);
            }
            return verdict.keep;
        }
        this.store.put({
            key: keyed.key,
            zoneId: keyed.zoneId,
            variant: encodingVariant(response.headers.vary, request.headers),
            status: response.status,
            headers: response.headers,
            body: response.body,
            tags: tagsOf(response.headers),
            freshness: verdict.keep,
            storedAt: this.clock.now(),
        });
        return "kept";
    }
}

/** A tier as the one below asks it: what the lower tier has already is a 304, a range is cut out of a whole copy. */
export function asUpper(tier: Tier): (keyed: Keyed) => Promise<HttpResponse> {
    return async (keyed) => {
        const { response } = await tier.answer(keyed);
        if (response.status === 200 && isNotModified(keyed.request.headers, response.headers)) {
            return notModified(response);
        }
        return ranged(keyed.request.headers, response);
    };
}

function withoutBodyHeaders(headers: Record<string, string>): Record<string, string> {
    const { "content-length": _length, "content-encoding": _encoding, "content-range": _range, ...rest } = headers;
    return rest;
}
