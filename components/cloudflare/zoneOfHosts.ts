import type { Zone } from "./zone";
import { zoneName } from "./zone";

/** What is known of a zone that may be the one of some hosts. */
type Candidate = Pick<Zone, "id" | "name">;

/** The zone of some hosts, or why there is no single one. */
export type ZoneChoice<Z> =
    | { readonly zone: Z }
    /** Several zones have the one name. */
    | { readonly namesakes: readonly Z[] }
    /** The hosts by the name of their zone, in order of the names; under the empty name, the hosts that are in none. */
    | { readonly groups: ReadonlyMap<string, readonly string[]> };

/**
 * The names that the zone of some hosts can have, longest first for each host: every suffix of at least two labels, since
 * whether `co.uk` is a zone is for the look-up to say.
 */
export function zoneCandidates(hosts: readonly string[]): string[] {
    const names = hosts.flatMap((host) => {
        const labels = zoneName(host).split(".");
        return labels.slice(0, -1).map((_, i) => labels.slice(i).join("."));
    });
    return [...new Set(names)].sort((a, b) => b.split(".").length - a.split(".").length || (a < b ? -1 : 1));
}

/**
 * The zone of all hosts: the one with the longest name that is a suffix of each.
 *
 * @param hosts Hosts, or the base URLs that hold them; at least one.
 * @param zones What look-ups by {@link zoneCandidates} found.
 */
export function chooseZone<Z extends Candidate>(hosts: readonly string[], zones: readonly Z[]): ZoneChoice<Z> {
    const groups = new Map<string, string[]>();
    for (const host of hosts) {
        const name = longestName(host, zones) ?? "";
        groups.set(name, [...(groups.get(name) ?? []), host]);
    }
    const names = [...groups.keys()].sort();
    // One look-up may find a zone that another has found already.
    const distinct = [...new Map(zones.map((found) => [found.id, found])).values()];
    const namesakes = distinct.filter(({ name }) => zoneName(name) === names[0]);
    const [zone, ...others] = namesakes;
    if (names.length !== 1 || zone === undefined) {
        return { groups: new Map(names.map((name) => [name, groups.get(name) ?? []])) };
    }
    return others.length === 0 ? { zone } : { namesakes };
}

/** Whether a host belongs to a zone: it is the zone's name or ends in it. */
export function inZone(host: string, zone: string): boolean {
    const [name, parent] = [zoneName(host), zoneName(zone)];
    return name === parent || name.endsWith(`.${parent}`);
}

function longestName(host: string, zones: readonly Candidate[]): string | undefined {
    return zones
        .map(({ name }) => zoneName(name))
        .filter((name) => inZone(host, name))
        .sort((a, b) => b.length - a.length)[0];
}
