import type { CloudflareClient } from "../../cloudflare/client";
import { CloudflareError } from "../../cloudflare/cloudflareError";
import { diagnose } from "../../diagnosis/diagnose";
import { PROBE_PATH } from "../../diagnosis/probes";
import type { Found } from "../credential";
import { problemOf } from "../problem";
import type { World } from "../world";
import type { FoundZone } from "../zone";
import type { Checks } from "./report";

/** What to purge, and what is known of where. */
export interface PurgeQuestion {
    readonly zone: FoundZone;
    /** The zone's name, when it is known from elsewhere than its ID; empty: not known. */
    readonly name: string;
    readonly account: string | undefined;
    /** The URL that the person named. */
    readonly url: string | undefined;
}

/** A real purge of one URL. @returns when it was accepted, ms since the epoch; `undefined`: it was refused. */
export async function checkPurge(
    checks: Checks,
    { zone, name, account, url }: PurgeQuestion,
    found: Found,
    client: CloudflareClient,
    { clock }: World,
): Promise<number | undefined> {
    // Without a name, a URL of no zone: who may purge is told that it lies outside (1082), others are refused.
    const target = url ?? `https://${name || "cache-purge-probe.invalid"}${PROBE_PATH}`;
    try {
        await client.purge(zone, { files: [target] }, "purge");
        checks.ok("purge", `accepted for ${target}`);
        return clock.now();
    } catch (thrown) {
        const error = CloudflareError.from(thrown, "purge");
        if (url === undefined && name === "" && error.codes.includes(1082)) {
            checks.ok("purge", `the token may purge zone ${zone.id}`);
            return clock.now();
        }
        const verdict = await diagnose(error, {
            client,
            credential: found.credential,
            zoneId: zone.id,
            zoneName: name,
            accountId: account ?? "",
            zonePlan: zone.plan,
            zoneStatus: zone.status,
            ignored: found.ignored,
            items: [target],
            clock,
        });
        checks.told("purge", "failed", problemOf(verdict.error));
        return undefined;
    }
}
