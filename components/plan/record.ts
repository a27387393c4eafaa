import type { Sample } from "./samples";
import type { Selector } from "./selector";

/** What one deploy, or several that were compacted, changed and owes. */
export interface Entry {
    /** The first and last generation that the entry stands for; equal unless it is compacted. */
    readonly from: number;
    readonly to: number;
    /** One line for a person. */
    readonly summary: string;
    /** How many URLs changed. */
    readonly changes: { readonly added: number; readonly changed: number; readonly removed: number };
    readonly selectors: readonly Selector[];
    readonly samples: readonly Sample[];
}

/** A journal: every deploy's plan, oldest first. */
export interface JournalRecord {
    /** The journal's birth mark: generations of two epochs are never compared. */
    readonly epoch: string;
    /** The number of the newest deploy; 0 before the first. */
    readonly generation: number;
    /** Every host that the journal ever planned for, sorted. */
    readonly hosts: readonly string[];
    readonly entries: readonly Entry[];
}

/** A journal before its first deploy. */
export function emptyRecord(epoch: string): JournalRecord {
    return { epoch, generation: 0, hosts: [], entries: [] };
}
