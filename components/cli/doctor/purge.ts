import { CloudflareError } from "../../cloudflare/cloudflareError";
import type { Zone } from "../../cloudflare/zone";
import type { DiagnosisContext } from "../../diagnosis/diagnose";
import { diagnose } from "../../diagnosis/diagnose";
import { harmlessUrl } from "../../diagnosis/probes";
import { problemOf } from "../problem";
import type { CheckList } from "./report";

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
