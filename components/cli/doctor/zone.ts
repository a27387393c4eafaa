import type { CloudflareClient } from "../../cloudflare/client";
import { CloudflareError } from "../../cloudflare/cloudflareError";
import type { Zone } from "../../cloudflare/zone";
import { isZoneId } from "../../cloudflare/zone";
import { isAuth } from "../../diagnosis/facts";
import { checkUrl } from "../../diagnosis/url";
import type { Problem } from "../../errors/problem";
import { ProblemError } from "../../errors/problem";
import { problemOf } from "../problem";
import { findZone, zoneOfHost } from "../zone";
import type { CheckList } from "./report";

/** What a look for the zone brought. */
export interface ZoneLookup {
    readonly found?: Zone;
    /** Of a zone that was given by ID and cannot be read: the name of the zone of the URL's host. */
    readonly hint?: string;
    /** Why the API refused to look. */
    readonly error?: CloudflareError;
    /** Why what the API answered does not name one zone. */
    readonly problem?: Problem;
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
            const near = isZoneId(zone) && found.name === "" && host !== undefined;
            const hint = near ? (await zoneOfHost(client, host))?.name : undefined;
            return { found, ...(hint === undefined ? {} : { hint }) };
        }
        if (host !== undefined) {
            const name = (await zoneOfHost(client, host))?.name;
            return name === undefined
                ? { none: `no zone of ${host} can be read with this token: name it with --zone` }
                : { found: await findZone(client, name, accountId) };
        }
        const [found, ...others] = await client.zones(accountId === undefined ? {} : { accountId });
        return found !== undefined && others.length === 0
            ? { found }
            : { none: `the token can read ${found === undefined ? 0 : others.length + 1} zones: name one with --zone` };
    } catch (error) {
        if (error instanceof ProblemError && !(error instanceof CloudflareError)) {
            return { problem: error };
        }
        const refused = CloudflareError.from(error, "look-up of the zone");
        return isAuth(refused) && zone === undefined
            ? { error: refused, none: "zones cannot be listed" }
            : { error: refused };
    }
}

/** Tells what the look brought. @returns whether there is a zone to purge in. */
export function checkZone(checks: CheckList, lookup: ZoneLookup, url: string | undefined): boolean {
    const { found, error, none } = lookup;
    const problem = lookup.problem ?? (error === undefined || none !== undefined ? undefined : problemOf(error));
    if (problem !== undefined) {
        checks.problem("zone", "failed", problem);
        return false;
    }
    if (found === undefined) {
        checks.skipped("zone", none ?? "no zone is named");
        return false;
    }
    const { id, name, status, plan, accountId } = found;
    if (name === "") {
        checks.skipped("zone", `the token cannot read zone ${id}, which a token that may only purge does not need to`);
    } else if (status !== "active") {
        checks.note("zone", `${name} (${id}) is ${status}, in account ${accountId}`);
    } else {
        checks.ok("zone", `${name} (${id}), plan ${plan || "not known"}, in account ${accountId}`);
    }
    const outside = url === undefined || name === "" ? undefined : checkUrl(url, name);
    if (outside !== undefined) {
        checks.problem("url", "failed", outside);
        return false;
    }
    if (url !== undefined) {
        checks.ok("url", name === "" ? "an absolute URL" : `an absolute URL in ${name}`);
    }
    return true;
}
