import type { Simulation } from "./simulation";

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
    const { random, urls, known, core } = simulation;
    for (let i = 0; i < count; i++) {
        const some = random.chance(0.7) && known.size > 0 ? [...known] : urls;
        await simulation.visit(random.pick(some) as string, random.between(0, core.edge.dataCentres.length - 1));
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
