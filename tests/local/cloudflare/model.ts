import type { Selects } from "./modelPurge";

/** A cache in as few lines as possible: what the edge must be like, from outside. Everything lives `TTL` seconds. */
export const TTL = 60;
const UPPER = 2;

type Copy = { status: number; body: string; born: number; stale?: boolean; gone?: boolean };

export class Model {
    now = 0;
    private readonly tiers = [0, 1, UPPER].map(() => new Map<string, Copy>());
    private orders: { due: number; tier: number; run: () => void }[] = [];

    /** `delays`: seconds until a purge works in each data centre and the upper tier. */
    constructor(readonly files: Map<string, string>, readonly delays: number[]) {} // biome-ignore format: sixty lines

    visit(url: string, tier: number, meanwhile = () => {}): [number, string, string] {
        const [copy, how] = this.look(url, tier, meanwhile);
        return [copy.status, copy.body, how];
    }

    purge(selects: Selects, soft: boolean): void {
        this.tiers.forEach((copies, tier) => {
            const run = () => {
                for (const [url, copy] of [...copies]) {
                    if (!selects.has(url)) {
                        continue;
                    }
                    if (soft) {
                        copies.set(url, { ...copy, stale: true });
                    } else if (["files", "everything"].includes(selects.kind)) {
                        copies.delete(url);
                    } else {
                        copies.set(url, { ...copy, gone: true });
                    }
                }
            };
            this.orders.push({ due: this.now + (this.delays[tier] ?? 0), tier, run });
            this.settle();
        });
    }

    private settle(): void {
        const due = this.orders.filter((order) => order.due <= this.now).sort((a, b) => a.due - b.due);
        this.orders = this.orders.filter((order) => order.due > this.now);
        for (const { run } of due) {
            run();
        }
    }

    private look(url: string, tier: number, meanwhile: () => void): [Copy, string] {
        this.settle();
        const old = this.tiers[tier]?.get(url);
        if (old && !old.gone && !old.stale && this.now - old.born < TTL) {
            return [old, "HIT"];
        }
        const got = tier === UPPER ? this.fetch(url, meanwhile) : { ...this.look(url, UPPER, meanwhile)[0] };
        this.settle();
        this.tiers[tier]?.set(url, got);
        const same = old && !old.gone && old.status === 200 && got.status === 200 && old.body === got.body;
        return [got, same ? "REVALIDATED" : old ? "EXPIRED" : "MISS"];
    }

    private fetch(url: string, meanwhile: () => void): Copy {
        const body = this.files.get(new URL(url).pathname);
        meanwhile();
        return { status: body === undefined ? 404 : 200, body: body ?? "Not Found\n", born: this.now };
    }
}
