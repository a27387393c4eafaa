import type { CloudflareClient } from "../../cloudflare/client";
import { CloudflareError } from "../../cloudflare/cloudflareError";
import type { Zone } from "../../cloudflare/zone";
import { isZoneId } from "../../cloudflare/zone";
import type { DiagnosisContext } from "../../diagnosis/diagnose";
import { diagnose } from "../../diagnosis/diagnose";
import { harmlessUrl, isAuth } from "../../diagnosis/probes";
import { checkUrl, pausedZone } from "../../diagnosis/zoneProblems";
import type { Problem } from "../../errors/problem";
import { ProblemError } from "../../errors/problem";
import { findZone, zoneOfHost } from "../api";
import { problemOf } from "../problem";
import type { CheckList } from "./report";

/** What a look for the zone brought. */
interface ZoneLookup {
    readonly found?: Zone;
    /** Of a zone that was given by ID and cannot be read: the name of the zone of the URL's host. */
    readonly hint?: string;
    /** Why the API refused to look. */
    readonly error?: CloudflareError;
    /** Why what the API answered does not name one zone. */
    readonly problem?: Problem;
    /** Why it is not known which zone is meant, though nothing failed. */
    readonly open?: Problem;
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
                ? { open: unread(`No zone that ${host} is in can be read with this token.`) }
                : { found: await findZone(client, name, accountId) };
        }
        const [found, ...others] = await client.zones(accountId === undefined ? {} : { accountId });
        if (found === undefined) {
            return { open: unread("This token cannot read any zone, and none is named.") };
        }
        return others.length === 0 ? { found } : { open: notGiven([found, ...others]) };
    } catch (error) {
        if (error instanceof ProblemError && !(error instanceof CloudflareError)) {
            return { problem: error };
        }
        const refused = CloudflareError.from(error, "look-up of the zone");
        return isAuth(refused) && zone === undefined
            ? { error: refused, open: unread("This token cannot list zones, and none is named.") }
            : { error: refused };
    }
}

function unread(cause: string): Problem {
    const remedy = "Name the zone by its ID (on its overview page): --zone ID. Or add Zone → Zone → Read to the token.";
    return { key: "cannot-read-zone", cause, remedy };
}

/** Names in a list, at most. */
const NAMED = 5;

function notGiven(zones: readonly Zone[]): Problem {
    const names = zones.slice(0, NAMED).map(({ name }) => name);
    const more = zones.length > NAMED ? ", …" : "";
    return {
        key: "zone-not-given",
        cause: `This token can read ${zones.length} zones (${names.join(", ")}${more}), and none is named.`,
        remedy: `Name one, such as --zone ${names[0]}.`,
    };
}

/**
 * Tells what the look brought.
 *
 * @param items What else has to be in the zone, as URLs.
 * @returns whether there is a zone to purge in.
 */
export function checkZone(
    checks: CheckList,
    lookup: ZoneLookup,
    url: string | undefined,
    items: readonly string[] = [],
): boolean {
    const { found, error, open } = lookup;
    if (open !== undefined) {
        checks.problem("zone", "skipped", open);
        return false;
    }
    const problem = lookup.problem ?? (error === undefined ? undefined : problemOf(error));
    if (found === undefined || problem !== undefined) {
        checks.problem("zone", "failed", problem ?? unread("The zone is not known."));
        return false;
    }
    const { id, name, status, plan, accountId, paused } = found;
    if (name === "") {
        checks.skipped("zone", `the token cannot read zone ${id}, which a token that may only purge does not need to`);
    } else if (paused) {
        checks.problem("zone", "failed", pausedZone(name));
    } else if (status !== "active") {
        checks.note("zone", `${name} (${id}) is ${status}, in account ${accountId}`);
    } else {
        checks.ok("zone", `${name} (${id}), plan ${plan || "not known"}, in account ${accountId}`);
    }
    const all = new Set([...(url === undefined ? [] : [url]), ...items]);
    const outside = name === "" ? [] : [...all].flatMap((item) => checkUrl(item, name) ?? []);
    if (outside.length > 0) {
        for (const one of outside.slice(0, 3)) {
            checks.problem("url", "failed", one);
        }
        return false;
    }
    if (all.size > 0) {
        const what = url === undefined ? "what it purges is" : "an absolute URL";
        checks.ok("url", name === "" ? "an absolute URL" : `${what} in ${name}`);
    }
    return true;
}

/**
 * A real purge of one URL.
 *
 * @param zone As the credential can read it.
 * @param context With the zone's name, also where that is known from elsewhere.
 * @param url The URL that the person named; `undefined`: one that does not exist.
 * @returns whether it was accepted.
 */
export async function checkPurge(
    checks: CheckList,
    zone: Zone,
    context: DiagnosisContext,
    url: string | undefined,
): Promise<boolean> {
    const { name } = context.zone;
    const target = url ?? harmlessUrl(name);
    try {
        await context.client.purge(zone, { files: [target] }, "purge");
        checks.ok("purge", `accepted for ${target}`);
        return true;
    } catch (thrown) {
        const error = CloudflareError.from(thrown, "purge");
        if (url === undefined && name === "" && error.codes.includes(1082)) {
            checks.ok("purge", `the token may purge zone ${zone.id}`);
            return true;
        }
        const diagnosis = await diagnose(error, { ...context, items: [target] });
        checks.problem("purge", "failed", problemOf(diagnosis.error));
        return false;
    }
}
