import type { Entry } from "./entry";

/** What a purge names: exactly one kind. Hosts, prefixes' hosts and tags are lower-case. */
export type Selector =
    | { kind: "files"; keys: ReadonlySet<string> }
    | { kind: "prefixes"; prefixes: readonly string[] }
    | { kind: "hosts"; hosts: ReadonlySet<string> }
    | { kind: "tags"; tags: ReadonlySet<string> }
    | { kind: "everything" };

/** A purge or an invalidation that the API accepted. */
export interface PurgeOrder {
    zoneId: string;
    selector: Selector;
    mode: "purge" | "invalidate";
}

/** Whether a copy is one of those that a purge of its zone names. Prefixes are compared as strings. */
export function selects(selector: Selector, entry: Entry): boolean {
    switch (selector.kind) {
        case "files":
            return selector.keys.has(entry.key.text);
        case "prefixes":
            return selector.prefixes.some((prefix) => entry.key.hostAndPath.startsWith(prefix));
        case "hosts":
            return selector.hosts.has(entry.key.host);
        case "tags":
            return [...entry.tags].some((tag) => selector.tags.has(tag));
        case "everything":
            return true;
    }
}
