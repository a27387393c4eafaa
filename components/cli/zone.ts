import type { CloudflareClient, Zone } from "../cloudflare/client";
import { CloudflareError } from "../cloudflare/cloudflareError";
import { judgeLookup } from "../diagnosis/lookup";
import { ProblemError } from "../errors/problem";
import { UsageError } from "../errors/usageError";
import { zoneCandidates } from "../plan/zones";

/** A zone as far as this credential could find out. */
export interface FoundZone {
    readonly id: string;
    /** Empty when the zone was given by ID and cannot be read. */
    readonly name: string;
    readonly accountId: string;
    readonly plan: string;
    readonly status: string;
    /** Why the zone could not be read, though its ID is given. */
    readonly unread?: CloudflareError;
}

const ID = /^[0-9a-f]{32}$/i;

/** Whether a text is an ID rather than a name. */
export function isZoneId(text: string): boolean {
    return ID.test(text.trim());
}

/**
 * The name in what was given as a zone, as people write it: in capitals, as a URL, with a dot at its end. Empty: an ID was
 * given.
 *
 * @throws ProblemError for what is neither.
 */
export function nameIn(given: string): string {
    if (given.trim() === "") {
        throw new UsageError("--zone is empty.", "Give the zone's name, such as --zone example.com.");
    }
    if (isZoneId(given)) {
        return "";
    }
    const host = given
        .trim()
        .toLowerCase()
        .replace(/^[a-z][a-z0-9+.-]*:\/\//, "")
        .replace(/[/?#:].*$/s, "")
        .replace(/\.$/, "");
    if (!/^[^.\s]+(\.[^.\s]+)+$/.test(host)) {
        throw new ProblemError({
            key: "wrong-zone-id",
            cause: `--zone "${given.slice(0, 64)}" is neither a zone's name nor a zone ID: those have 32 hexadecimal digits.`,
            remedy: "Give the zone's name, such as --zone example.com.",
        });
    }
    return host;
}

/**
 * Looks a zone up by its name, or by its ID. A zone that was given by ID need not be readable: a token that may only
 * purge cannot read its zone, and works.
 *
 * @throws ProblemError when the name brings no zone or several; CloudflareError when the API cannot be asked.
 */
export async function findZone(client: CloudflareClient, given: string, accountId?: string): Promise<FoundZone> {
    const name = nameIn(given);
    if (name === "") {
        return byId(client, given.trim().toLowerCase());
    }
    const zones = await client.zones({ name, ...(accountId === undefined ? {} : { accountId }) });
    const finding = judgeLookup(name, zones, accountId);
    if (finding === undefined) {
        return zones[0] as Zone;
    }
    const parent = zones.length === 0 ? await zoneOfHost(client, name) : undefined;
    if (parent !== undefined) {
        throw new ProblemError({
            key: "cannot-read-zone",
            cause: `There is no zone "${name}"; it is a host in the zone ${parent.name}.`,
            remedy: `Write --zone ${parent.name}.`,
        });
    }
    throw new ProblemError({ ...finding, remedy: finding.remedy.replace(/, or zone: \{.*\}\.$/, ".") });
}

async function byId(client: CloudflareClient, id: string): Promise<FoundZone> {
    try {
        return await client.zone(id);
    } catch (error) {
        const unread = CloudflareError.from(error, `look-up of zone ${id}`);
        if (!["authentication", "permission", "not-found"].includes(unread.kind)) {
            throw unread;
        }
        return { id, name: "", accountId: "", plan: "", status: "", unread };
    }
}

/** The zone that holds a host, when the credential can read it. */
export async function zoneOfHost(client: CloudflareClient, host: string): Promise<Zone | undefined> {
    for (const name of zoneCandidates([host])) {
        const zones = await client.zones({ name });
        if (zones.length > 0) {
            return zones[0];
        }
    }
    return undefined;
}
