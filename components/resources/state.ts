/**
 * What the dynamic resources keep in the stack's state. Everything is plain data: the engine hands inputs and
 * outputs over as JSON, and a newer version of this package reads what an older one wrote.
 */

import type { Targets } from "../plan/targets";
import type { Receipt } from "../purge/outcome";
import type { Remembered } from "../purge/owed";
import type { CheckHeaders } from "../purge/visit";
import type { Settings } from "../settings/settings";

/** What the SDK's dynamic provider passes for a value that a preview cannot know yet (@pulumi/pulumi runtime/rpc.ts). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The key under which the SDK keeps the serialised provider; a partial failure must hand it back. */
export const PROVIDER_KEY = "__provider";

/** Inputs of the Journal. */
export interface JournalInputs {
    /** `encodeManifest` of what this deploy answers. */
    readonly manifest: string;
    /** Values whose change asks for a purge of `targets`, by name. */
    readonly triggers?: Readonly<Record<string, unknown>>;
    readonly targets?: Targets | "everything";
    /** Patterns that the manifest was made with. For a note, and not kept in the state. */
    readonly exclude?: readonly string[];
    /** URLs that go along with every purge. */
    readonly always?: readonly string[];
    /** Header sets for custom cache keys; tuning, no change by itself. */
    readonly headers?: readonly Readonly<Record<string, string>>[];
    /** Origins whose pages load the site's files; tuning. */
    readonly crossOrigins?: readonly string[];
    /** What a journal's first entry holds; read at creation only. */
    readonly onCreate?: "purge" | "record";
    /** URLs above which the plan may widen; tuning, no change by itself. */
    readonly widenAbove?: number;
    /** Unchanged URLs a widened plan may evict at most; tuning. */
    readonly maxCollateral?: number;
}

/** Outputs of the Journal: what it was last told, for the next comparison, and the record. */
export interface JournalOutputs extends JournalInputs {
    /** `encodeRecord` of epoch, generation and entries. The Purge takes it as one input. */
    readonly record: string;
}

/** Inputs of the Purge. */
export interface PurgeInputs {
    /** The Journal's `record`. */
    readonly journal: string;
    readonly zoneId: string;
    /** What the program's look-up knows of the zone; the purge's own token cannot read it. Empty when not known. */
    readonly zoneName: string;
    readonly accountId: string;
    readonly zonePlan: string;
    readonly zoneStatus: string;
    /** Whose token it is: an account's token verifies at the account. */
    readonly tokenOwner: "user" | "account" | "given";
    /** The token's value. A secret input, and never an output. */
    readonly token: string;
    /** The journal's own, for URLs that are purged again. */
    readonly headers?: readonly Readonly<Record<string, string>>[];
    readonly crossOrigins?: readonly string[];
    /** The environment that is purged; left out: production. */
    readonly environment?: string;
    /** Whether hosts outside the zone are its custom hostnames. */
    readonly customHostnames?: boolean;
    /** Headers of the checks at origin and edge, and where they may go. A secret input, and never an output. */
    readonly checkHeaders?: CheckHeaders;
    /** Where the API is, with `/client/v4`. */
    readonly apiBaseUrl: string;
    readonly settings: Settings;
    /** Whether the objects of removed files are deleted before the old Sweep is; of a version without one: not known. */
    readonly isSwept?: boolean;
}

/** What the state holds of a Sweep: how far the journal had come when it was made. */
export interface SweepState {
    readonly epoch: string;
    readonly generation: number;
    /** The last generation that removed files, as an input only. */
    readonly removedAt: number;
}

/** How far a Purge has come in which journal. */
export interface Paid {
    readonly epoch: string;
    readonly generation: number;
}

/** Outputs of the Purge. The token is not among them. */
export interface PurgeOutputs {
    readonly zoneId: string;
    readonly zoneName: string;
    /** Left out: production. */
    readonly environment?: string;
    readonly paid: Paid;
    /** A journal record with an entry for each class that is still owed of the generations so far. Empty text: nothing. */
    readonly owed: string;
    readonly receipt: Receipt;
    /** What was let go, asked for again when a purge runs for another reason; left out: nothing. */
    readonly remembered?: readonly Remembered[];
}

/** Whether a value, or any value inside it, is not known in this preview. */
export function isUnknown(value: unknown): boolean {
    if (typeof value === "string") {
        return value === UNKNOWN;
    }
    if (Array.isArray(value)) {
        return value.some(isUnknown);
    }
    return typeof value === "object" && value !== null && Object.values(value).some(isUnknown);
}
