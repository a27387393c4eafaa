import type { Zone } from "../cloudflare/zone";
import type { Finding } from "./facts";

/**
 * What a look-up by name says when it does not bring exactly one zone (rows 13 and 14). `undefined`: it brought one.
 *
 * @param accountId the account that the look-up was narrowed to, if any.
 */
export function judgeLookup(name: string, zones: readonly Zone[], accountId?: string): Finding | undefined {
    if (zones.length === 1) {
        return undefined;
    }
    if (zones.length === 0) {
        const where = accountId === undefined ? "" : ` in account ${accountId}`;
        return {
            key: "cannot-read-zone",
            cause: `No zone "${name}"${where} can be read with this token: it lacks Zone → Read for it, or there is none of that name.`,
            remedy: `Give the zone's ID instead (on its overview page); or add Zone → Zone → Read to the token; or check the spelling of "${name}".`,
        };
    }
    const list = zones.map(
        (z) => `account ${z.accountId}${z.accountName === "" ? "" : ` (${z.accountName})`}: zone ${z.id}, ${z.status}`,
    );
    const active = zones.filter((z) => z.status === "active");
    const pick = active.length === 1 ? (active[0] as Zone) : (zones[0] as Zone);
    return {
        key: "ambiguous-zone",
        cause: `${zones.length} zones are named "${name}": ${list.join("; ")}.`,
        remedy: `Say which account's: --account ${pick.accountId}, or zone: { name: "${name}", accountId: "${pick.accountId}" }.`,
    };
}
