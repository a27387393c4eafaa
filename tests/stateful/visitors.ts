import type { Simulation } from "./simulation";
import { isLoadedByOthers } from "./site";

/** People who visit while something else goes on, and caches that forget: both make room for old bytes. */
export function visitors(count: number, simulation: Simulation): { leave: () => Promise<void> } {
    let open = true;
    const { clock, random } = simulation;
    const visits = new Set<Promise<void>>();
    const visitor = async (): Promise<void> => {
        while (open) {
            await clock.sleep(random.between(10, 500));
            if (!open) {
                return;
            }
            evict(random.between(0, 2), simulation);
            const visit = visitSome(1, simulation).finally(() => visits.delete(visit));
            visits.add(visit);
        }
    };
    const all = Array.from({ length: count }, visitor);
    return {
        leave: async () => {
            open = false;
            await Promise.all(all);
            await Promise.all(visits);
        },
    };
}

/** Visits of any URLs at any data centres. */
export async function visitSome(count: number, simulation: Simulation): Promise<void> {
    const { random, urls, known, core, setup } = simulation;
    for (let i = 0; i < count; i++) {
        const some = random.chance(0.7) && known.size > 0 ? [...known] : urls;
        const url = random.pick(some) as string;
        const origin = isLoadedByOthers(url) && random.chance(0.5) ? random.pick(setup.crossOrigins) : undefined;
        await simulation.visit(url, random.between(0, core.edge.dataCentres.length - 1), origin);
    }
}

/** Copies that any tier forgets, as caches do when they are full. */
export function evict(count: number, { core, random }: Simulation): void {
    for (let i = 0; i < count; i++) {
        const store = random.pick(core.edge.tiers())?.store;
        const entry = random.pick(store?.list() ?? []);
        if (entry !== undefined) {
            store?.drop(entry);
        }
    }
}
