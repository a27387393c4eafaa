import type { Selector } from "../plan/selector";
import { hostOf, keyOf } from "../plan/selector";
import type { Decision } from "./decide";
import type { OwedEntry } from "./owed";
import type { Sent } from "./send";

/**
 * What of an entry stays owed after its requests were sent. Unless all of them were accepted, nothing is let go: what the
 * origin was seen to have wrong is kept as it is judged, and what was refused stays owed with all of its class.
 */
export function remaining(
    entry: OwedEntry,
    { purge, keep, letGo }: Decision,
    { failure, accepted }: Pick<Sent, "failure" | "accepted">,
    now: string,
): OwedEntry[] {
    if (failure === undefined) {
        return [...keep];
    }
    const isAccepted = acceptedBy(accepted);
    const refused = keysOf(purge.filter((selector) => !isAccepted(selector)));
    const open = [...keep, ...letGo];
    // Where each file is a resource, removed ones are deleted after a purge that succeeds: it has to look again.
    const isEarly = (one: OwedEntry): boolean => one.why === "removed" && keep.includes(one);
    const kept = open.filter(
        (one) => !isEarly(one) && one.selectors.every((selector) => !refused.has(keyOf(selector))),
    );
    const classes = open.filter((one) => !kept.includes(one));
    const again = new Set([...refused, ...keysOf(classes.flatMap((one) => one.selectors))]);
    const selectors = entry.selectors.filter((selector) => again.has(keyOf(selector)));
    const elsewhere = kept.flatMap((one) => one.samples.map(({ url }) => url));
    const samples = entry.samples.filter(({ url }) => !elsewhere.includes(url));
    return [...(selectors.length === 0 ? [] : [notPurged({ ...entry, samples }, selectors, now)]), ...kept];
}

function keysOf(selectors: readonly Selector[]): ReadonlySet<string> {
    return new Set(selectors.map(keyOf));
}

/** What of an entry nobody has purged. */
export function notPurged(entry: OwedEntry, selectors: readonly Selector[], now: string): OwedEntry {
    return { ...entry, selectors, why: "not-purged", since: entry.since ?? now };
}

/** Whether a selector was accepted by itself, or is covered by one that was. */
function acceptedBy(accepted: readonly Selector[]): (selector: Selector) => boolean {
    const keys = keysOf(accepted);
    const hosts = new Set(accepted.filter(({ kind }) => kind === "host").map(({ value }) => value));
    const everything = accepted.some(({ kind }) => kind === "everything");
    return (selector) => everything || keys.has(keyOf(selector)) || hosts.has(hostOf(selector) ?? "");
}
