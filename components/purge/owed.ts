/**
 * What is owed, by class: one for each entry of the journal and kind of change.
 *
 * After a purge that was accepted twice the edge can only hold what the origin has answered since. So what is kept for
 * the origin's sake is purged again only on evidence that the origin's answer changed (docs/how-it-works.md).
 */
import type { Variants } from "../plan/headers";
import type { Entry } from "../plan/record";
import type { Sample } from "../plan/samples";
import type { Change } from "../plan/selector";
import type { Seen } from "./seen";

/** Why something is owed. */
export type Why =
    /** Its purge was not accepted, or not twice. */
    | "not-purged"
    /** The origin still has the old bytes of changed files: the upload is not done, or a replica lags. */
    | "old"
    /** The origin answers 404 where there are files: the upload left them out, or they come later. */
    | "absent"
    /** The origin still serves removed files: they are deleted later, or kept on purpose. */
    | "removed"
    /** The edge served other bytes than the origin after the purge. */
    | "stale";

/** A part of what is owed: what a deploy changed, or a class of it that is kept. */
export interface OwedEntry extends Pick<Entry, "selectors" | "samples" | "changes"> {
    /** The newest generation that it stands for. */
    readonly to: number;
    /** Why it is still owed; left out: it comes from the journal. */
    readonly why?: Why;
    /** Since when, ISO 8601. */
    readonly since?: string;
    /** Of absent files: whether others of their class are there, or nothing tells that these are not. */
    readonly isPartial?: boolean;
    /** What the origin answered for its samples at the last purge, by URL. */
    readonly seen?: Readonly<Record<string, Seen>>;
}

/** What a purge has to do. */
export interface Owed {
    /** Oldest first. */
    readonly entries: readonly OwedEntry[];
    /** Samples that were let go: they are asked for when a purge runs for another reason. */
    readonly remembered?: readonly Remembered[];
    /** URLs of removed files that a later step of this deploy purges: nothing of them is kept. */
    readonly handedOver?: ReadonlySet<string>;
    /** With which headers each URL is purged; left out: without any. */
    readonly variants?: Variants;
}

/** A sample that was let go, with what the origin answered then, and the URLs under which its file is answered. */
export interface Remembered {
    readonly sample: Sample;
    readonly urls: readonly string[];
    readonly change: Change;
    readonly seen: Seen;
}

/** Samples that are remembered, at most. */
export const MOST_REMEMBERED = 20;

/** What nothing new comes to. */
export const NO_CHANGES = { added: 0, changed: 0, removed: 0 };

/** Whether an entry has to be purged whatever the origin says: nobody has purged it yet, or the edge was seen stale. */
export function isUnconditional({ why }: Pick<OwedEntry, "why">): boolean {
    return why === undefined || why === "not-purged" || why === "stale";
}

/** Whether nobody has purged yet what a deploy changed. */
export function changesFiles({ why }: Pick<OwedEntry, "why">): boolean {
    return why === undefined || why === "not-purged";
}
