import type { CloudflareClient } from "../../cloudflare/client";
import { CloudflareError } from "../../cloudflare/cloudflareError";
import { tokenOwner } from "../../cloudflare/credential";
import { diagnose } from "../../diagnosis/diagnose";
import type { Found } from "../credential";
import { problemOf } from "../problem";
import type { World } from "../world";
import type { PurgeQuestion } from "./purge";
import type { Checks } from "./report";

/** Whether the credential can make a purge token, as `pulumi up` does (row 18). Nothing is made. */
export async function checkTokens(
    checks: Checks,
    { zone, name, account }: Omit<PurgeQuestion, "url">,
    { credential, ignored }: Found,
    client: CloudflareClient,
    { clock }: World,
): Promise<void> {
    // An account's token can make tokens of its account only.
    const ofAccount = "token" in credential && tokenOwner(credential.token) === "account";
    try {
        const count = await client.permissionGroups(ofAccount ? account : undefined);
        const whose = ofAccount ? 'the account\'s tokens (owner: "account")' : "the user's tokens";
        checks.ok("tokens", `may list the permission groups of ${whose}, which making one needs (${count} groups)`);
    } catch (thrown) {
        const error = CloudflareError.from(thrown, "list of permission groups for a new token");
        const verdict = await diagnose(error, {
            client,
            credential,
            zoneId: zone.id,
            zoneName: name,
            accountId: account ?? "",
            ignored,
            clock,
        });
        checks.told("tokens", "failed", problemOf(verdict.error));
    }
}
