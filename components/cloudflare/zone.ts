import { domainToASCII, domainToUnicode } from "node:url";
import type { Problem } from "../errors/problem";

/**
 * What is known of a zone. Whatever is not known is empty: a credential that may only purge can read nothing of its zone.
 */
export interface Zone {
    /** 32 hexadecimal digits. */
    readonly id: string;
    /** As {@link zoneName} writes it. */
    readonly name: string;
    /** `active`, `pending`, `initializing`, `moved`, … */
    readonly status: string;
    readonly accountId: string;
    readonly accountName: string;
    /** `free`, `pro`, `business`, `enterprise`, or another product's name. */
    readonly plan: string;
    readonly paused: boolean;
    /** The ID of the environment that is purged; left out: production. */
    readonly environment?: string;
}

/** A zone of which at least the ID is known. Only that is sent; the rest is for messages and diagnosis. */
export type ZoneRef = Pick<Zone, "id"> & Partial<Zone>;

export function zoneOf(known: ZoneRef): Zone {
    return { name: "", status: "", accountId: "", accountName: "", plan: "", paused: false, ...known };
}

/** Which zones to list. Everything left out matches. */
export interface ZoneFilter {
    readonly name?: string;
    readonly accountId?: string;
    readonly status?: string;
}

/** `example.com (023e…)`, or the ID alone; with the environment where there is one. */
export function zoneWords({ id, name = "", environment }: ZoneRef): string {
    const where = environment === undefined ? "" : `, environment ${environment}`;
    return (name === "" ? id : `${name} (${id})`) + where;
}

const PLAIN_NAME = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/;

/**
 * The name of a zone or a host in the one spelling in which names are compared: ASCII, in lower case. Takes what people
 * write: a URL, capitals, a dot at the end, Unicode. What cannot be a name stays as it is.
 */
export function zoneName(given: string): string {
    if (PLAIN_NAME.test(given)) {
        return given;
    }
    const bare = given.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
    const host = bare.replace(/[/?#].*$/s, "").replace(/^.*@|:\d*$/g, "");
    return (domainToASCII(host) || host.toLowerCase()).replace(/\.$/, "");
}

/** Whether a text names a zone, as {@link zoneName} reads it: labels with dots between. */
export function isZoneName(given: string): boolean {
    return /^[^.\s]+(\.[^.\s]+)+$/.test(zoneName(given));
}

/** The spellings in which an API may know a name: it answers those of zones in Unicode, and requests have them in ASCII. */
export function spellingsOf(name: string): string[] {
    return [...new Set([name, domainToUnicode(name) || name])];
}

/** Whether a text is an ID (of a zone, an account or a token: nothing tells them apart) rather than a name. */
export function isZoneId(given: string): boolean {
    return /^[0-9a-f]{32}$/i.test(given);
}

export const WHERE_ZONE_IDS_ARE =
    "Give the zone's name instead of an ID; or copy the Zone ID (not the Account ID) from the zone's overview page, https://dash.cloudflare.com/?to=/:account/:zone.";

/** What is wrong with a text that stands where a zone ID belongs. `undefined`: it can be one. */
export function zoneIdProblem(given: string): Problem | undefined {
    return isZoneId(given)
        ? undefined
        : {
              key: "wrong-zone-id",
              cause: `"${given.slice(0, 64)}" is not a zone ID: a zone ID has 32 hexadecimal digits.`,
              remedy: WHERE_ZONE_IDS_ARE,
          };
}

/** @returns `undefined` when the record is not a zone. */
export function parseZone(record: unknown): Zone | undefined {
    const zone = record as {
        id?: unknown;
        name?: unknown;
        status?: unknown;
        paused?: unknown;
        account?: { id?: unknown; name?: unknown };
        plan?: { legacy_id?: unknown };
    } | null;
    if (typeof zone?.id !== "string" || typeof zone.name !== "string") {
        return undefined;
    }
    return {
        id: zone.id,
        name: zoneName(zone.name),
        status: text(zone.status),
        accountId: text(zone.account?.id),
        accountName: text(zone.account?.name),
        plan: text(zone.plan?.legacy_id),
        paused: zone.paused === true,
    };
}

function text(value: unknown): string {
    return typeof value === "string" ? value : "";
}

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
