import type { Headers } from "../http/messages";
import type { Entry } from "./entry";
import { encodingVariant } from "./entry";
import type { PurgeOrder } from "./selector";
import { selects } from "./selector";

/** The copies of one tier. */
export class Store {
    private readonly copies = new Map<string, Entry[]>();

    /** The copy for a key that suits the request's encodings. */
    find(key: string, request: Headers): Entry | undefined {
        return this.copies
            .get(key)
            ?.find((entry) => entry.variant === "" || entry.variant === encodingVariant("accept-encoding", request));
    }

    /** Keeps a copy in place of the one that it replaces. */
    put(entry: Entry): void {
        const others = (this.copies.get(entry.key.text) ?? []).filter(
            (other) => entry.variant !== "" && other.variant !== "" && other.variant !== entry.variant,
        );
        this.copies.set(entry.key.text, [...others, entry]);
    }

    /** Drops a copy that an answer said is not to be kept. */
    drop(entry: Entry): void {
        const others = (this.copies.get(entry.key.text) ?? []).filter((other) => other !== entry);
        if (others.length > 0) {
            this.copies.set(entry.key.text, others);
        } else {
            this.copies.delete(entry.key.text);
        }
    }

    /**
     * Carries a purge out.
     * @param remembers keep a mark in place of copies purged by host, tag or prefix: with tiers they show as EXPIRED
     */
    purge(order: PurgeOrder, at: number, remembers: boolean): void {
        for (const entry of this.candidates(order)) {
            if (entry.zoneId !== order.zoneId || !selects(order.selector, entry)) {
                continue;
            }
            if (order.mode === "invalidate") {
                this.put({ ...entry, invalidatedAt: at });
            } else if (remembers && ["hosts", "tags", "prefixes"].includes(order.selector.kind)) {
                this.put({ ...entry, purged: true, body: Buffer.alloc(0) });
            } else {
                this.drop(entry);
            }
        }
    }

    /** Every copy, marks included. */
    list(): Entry[] {
        return [...this.copies.values()].flat();
    }

    clear(): void {
        this.copies.clear();
    }

    private candidates(order: PurgeOrder): Entry[] {
        if (order.selector.kind !== "files") {
            return this.list();
        }
        return [...order.selector.keys].flatMap((key) => this.copies.get(key) ?? []);
    }
}
