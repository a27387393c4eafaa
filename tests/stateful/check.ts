import { unionOf } from "../../components/plan/entries";
import { owedOf } from "../../components/resources/state";
import { staleFor } from "../../local/cloudflare/edge/entry";
import { visitRequest } from "../../local/cloudflare/visitor";
import type { Ledger } from "./ledger";
import { covers, reaches, selectorKey } from "./ledger";
import { textOf } from "./origin";
import type { Simulation } from "./simulation";
import { owedBySweeps } from "./state";

/** A visitor was, or would be, served other bytes than the origin's after a success. */
export class StaleByte extends Error {
    override readonly name = "StaleByte";
    constructor(
        readonly bytes: number,
        message: string,
    ) {
        super(message);
    }
}

/** Something is owed, and the state does not say so: no later `up` would pay it. */
export class LostDebt extends Error {
    override readonly name = "LostDebt";
}

/**
 * Looks at every copy in every tier that a visitor, or the tier below, could be served without asking further up.
 * @throws StaleByte
 */
export async function noStaleCopy(simulation: Simulation): Promise<void> {
    const { core, clock, replicas, known } = simulation;
    for (const tier of core.edge.tiers()) {
        tier.settle();
        for (const entry of tier.store.list()) {
            const [url] = entry.key.text.split("\n") as [string];
            if (known.has(url) && !entry.purged && staleFor(entry, clock.now()) < 0) {
                same(await replicas.answer(new URL(url).pathname), textOf(entry), `${tier.name} keeps ${url}`);
            }
        }
    }
}

/** Visits URLs at every data centre, as anybody may. @throws StaleByte */
export async function noStaleVisit(urls: readonly string[], simulation: Simulation): Promise<void> {
    const { core, replicas, known } = simulation;
    for (const url of urls.filter((one) => known.has(one))) {
        for (const [dataCentre, { name }] of core.edge.dataCentres.entries()) {
            const got = textOf(await core.edge.handle(visitRequest(url, { dataCentre })));
            same(await replicas.answer(new URL(url).pathname), got, `${name} serves ${url}`);
        }
    }
}

function same(expected: string, got: string, where: string): void {
    if (expected !== got) {
        const bytes = Math.max(1, got.length - got.indexOf("\n") - 1);
        throw new StaleByte(bytes, `stale: ${where} as ${JSON.stringify(got)}, the origin ${JSON.stringify(expected)}`);
    }
}

/** Whether the state owns up to all that the ledger has. @throws LostDebt */
export function noLostDebt(simulation: Simulation, ledger: Ledger): void {
    const { journal, purge } = simulation.state;
    if (!simulation.setup.debts) {
        return;
    }
    ledger.note(simulation.core.purgeLog);
    const owed = ledger.owed(simulation.known);
    const asked = ledger.unanswered();
    if (owed.length + asked.length === 0 || journal === undefined) {
        return;
    }
    const { selectors } = unionOf(owedOf(purge, journal.record).owed.entries);
    const all = [...selectors, ...owedBySweeps(simulation)];
    const lost = owed
        .filter((copy) => !covers(all, copy))
        .map(({ url, origin = "" }) => (origin === "" ? url : `${url} with Origin ${origin}`));
    const due = all.map(selectorKey);
    const unanswered = asked.filter((one) => !due.some((key) => reaches(key, one)));
    if (unanswered.length > 0) {
        throw new LostDebt(`lost: asked for by a trigger, not purged since, and not owed: ${unanswered.join(", ")}`);
    }
    if (lost.length > 0) {
        throw new LostDebt(
            `lost: changed and never purged since, and not owed: ${lost.join(", ")}; owed: ${due.join(", ")}`,
        );
    }
}
