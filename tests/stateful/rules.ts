/** Rules for what stays owed that must be found out: each leaves something owed for ever, or has something purged in vain. */
import type { OwedEntry } from "../../components/purge/owed";

/** @returns what is owed, given what the package keeps, and what was owed before */
export type Rule = (kept: readonly OwedEntry[], before: readonly OwedEntry[]) => readonly OwedEntry[];

/** A file that the origin has not is as good as one with its old bytes. */
export const absentIsOld: Rule = (kept) =>
    kept.map((entry) => (entry.why === "absent" ? { ...entry, why: "old" } : entry));

/** A removed file that is still served is as good as one with its old bytes. */
export const servedIsOld: Rule = (kept) =>
    kept.map((entry) => (entry.why === "removed" ? { ...entry, why: "old" } : entry));

/** What was not seen to be ready is owed with what is not: one class for everything. */
export const oneClass: Rule = (kept, before) =>
    kept.map((entry) => ({ ...entry, selectors: before.flatMap(({ selectors }) => selectors) }));

/** What is kept for the origin's sake counts as never purged. */
export const keptIsNotPurged: Rule = (kept) => kept.map((entry) => ({ ...entry, why: "not-purged" }));
