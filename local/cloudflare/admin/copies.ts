import type { CloudflareCore } from "../core";
import { staleFor } from "../edge/entry";

/** What each tier of the edge holds now. */
export function listCopies(core: CloudflareCore) {
    const now = core.clock.now();
    return core.edge.tiers().map((tier) => {
        tier.settle();
        return {
            tier: tier.name,
            copies: tier.store.list().map((entry) => ({
                key: entry.key.text,
                status: entry.status,
                bytes: entry.body.length,
                variant: entry.variant,
                tags: [...entry.tags],
                fresh: !entry.purged && staleFor(entry, now) < 0,
                purged: entry.purged ?? false,
            })),
        };
    });
}
