import type { CloudflareClient } from "../../cloudflare/client";
import { CloudflareError } from "../../cloudflare/cloudflareError";
import { isAuth } from "../../diagnosis/facts";
import { checkUrl } from "../../diagnosis/url";
import { ProblemError } from "../../errors/problem";
import { problemOf } from "../problem";
import type { FoundZone } from "../zone";
import { findZone, isZoneId, zoneOfHost } from "../zone";
import type { Checks } from "./report";

/** What a look for the zone brought. */
export interface ZoneLookup {
    readonly found?: FoundZone;
    /** Of a zone that was given by ID and cannot be read: the name of the zone of the URL's host. */
    readonly hint?: string;
    /** Why the API refused to look. */
    readonly error?: CloudflareError;
    /** Why what the API answered is no zone. */
    readonly failure?: ProblemError;
    /** Why there is none, though nothing failed. */
    readonly none?: string;
}

/** The zone that was named; else the zone of the URL's host; else the only one that the credential can read. */
export async function lookUpZone(
    client: CloudflareClient,
    { zone, url }: { readonly zone?: string; readonly url?: string },
    accountId: string | undefined,
): Promise<ZoneLookup> {
    const host = url === undefined || !URL.canParse(url) ? undefined : new URL(url).hostname;
    try {
        if (zone !== undefined) {
            const found = await findZone(client, zone, accountId);
            const near = isZoneId(zone) && found.unread !== undefined && host !== undefined;
            const hint = near ? (await zoneOfHost(client, host))?.name : undefined;
            return { found, ...(hint === undefined ? {} : { hint }) };
        }
        if (host !== undefined) {
            const name = (await zoneOfHost(client, host))?.name;
            return name === undefined
                ? { none: `no zone of ${host} can be read with this token: name it with --zone` }
                : { found: await findZone(client, name, accountId) };
        }
        const zones = await client.zones(accountId === undefined ? {} : { accountId });
        return zones.length === 1
            ? { found: zones[0] as FoundZone }
            : { none: `the token can read ${zones.length} zones: name one with --zone` };
    } catch (error) {
        if (error instanceof ProblemError && !(error instanceof CloudflareError)) {
            return { failure: error };
        }
        const refused = CloudflareError.from(error, "look-up of the zone");
        return isAuth(refused) && zone === undefined
            ? { error: refused, none: "zones cannot be listed" }
            : { error: refused };
    }
}

/** Tells what the look brought. @returns whether there is a zone to purge in. */
export function checkZone(
    checks: Checks,
    { found, failure, error, none }: ZoneLookup,
    url: string | undefined,
): boolean {
    const problem = failure ?? (error === undefined || none !== undefined ? undefined : problemOf(error));
    if (problem !== undefined) {
        checks.told("zone", "failed", problem);
        return false;
    }
    if (found === undefined) {
        checks.skipped("zone", none ?? "no zone is named");
        return false;
    }
    const { id, name, status, plan, accountId } = found;
    if (found.unread !== undefined) {
        checks.skipped("zone", `the token cannot read zone ${id}, which a token that may only purge need not`);
    } else if (status !== "active") {
        checks.mentioned("zone", `${name} (${id}) is ${status}, in account ${accountId}`);
    } else {
        checks.ok("zone", `${name} (${id}), plan ${plan || "not known"}, in account ${accountId}`);
    }
    const outside = url === undefined || name === "" ? undefined : checkUrl(url, name);
    if (outside !== undefined) {
        checks.told("url", "failed", outside);
        return false;
    }
    if (url !== undefined) {
        checks.ok("url", name === "" ? "it is whole" : `it is whole, and in ${name}`);
    }
    return true;
}
