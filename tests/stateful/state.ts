import { removedSince } from "../../components/plan/entries";
import { variantsOf, withHeaders } from "../../components/plan/headers";
import { decodeRecord } from "../../components/plan/record";
import type { Selector } from "../../components/plan/selector";
import type { Why } from "../../components/purge/owed";
import type { JournalOutputs, PurgeOutputs } from "../../components/resources/state";
import type { Setup } from "./setup";
import type { Files } from "./site";

/** The stack's state as the engine keeps it: changed at the end of each step, and not at all by who was killed. */
export interface State {
    journal?: JournalOutputs;
    purge?: PurgeOutputs;
    sweep?: Swept;
    /** Replaced ones, which the engine has not deleted yet. */
    oldSweeps: readonly Swept[];
    /** The files of the last upload that came to its end. */
    uploaded?: Files;
    /** With a resource for each file: path → content. */
    objects: Map<string, string>;
    /** Whether the journal was ever made anew. */
    replaced: boolean;
    /** With one resource: the manifest of its last success. */
    manifest?: string;
}

/** A Sweep as the state holds it. */
export interface Swept {
    readonly epoch: string;
    readonly generation: number;
}

export function epochOf({ journal }: Pick<State, "journal">): string {
    return decodeRecord(journal?.record ?? "").epoch;
}

/** Whether a purge still owes something for this reason. */
export function owesFor(why: Why, purge: PurgeOutputs | undefined): boolean {
    return (purge?.owed ?? "").includes(`"why":"${why}"`);
}

/** What tells what old Sweeps owe. */
interface WithSweeps {
    readonly state: Pick<State, "journal" | "oldSweeps">;
    readonly setup: Pick<Setup, "crossOrigins">;
}

/** What some old Sweep in the state is still to purge, once it has seen that the files are gone. */
export function owedBySweeps({ state: { journal, oldSweeps }, setup }: WithSweeps): Selector[] {
    const variants = variantsOf(setup);
    const record = decodeRecord(journal?.record ?? "");
    const own = oldSweeps.filter(({ epoch }) => epoch === record.epoch);
    return own.flatMap(({ generation }) => {
        const { urls, wide } = removedSince(record, generation);
        const each = [...urls.keys()].map((value): Selector => ({ kind: "url", value, reasons: [] }));
        return [...wide, ...each.flatMap((one) => withHeaders(one, variants))];
    });
}

/** The URLs of removed files among that. */
export function sweptUrls(simulation: WithSweeps): Set<string> {
    return new Set(owedBySweeps(simulation).flatMap(({ kind, value }) => (kind === "url" ? [value] : [])));
}
