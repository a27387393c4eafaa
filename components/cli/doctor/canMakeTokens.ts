import { CloudflareError } from "../../cloudflare/cloudflareError";
import { tokenOwner } from "../../cloudflare/credential";
import type { DiagnosisContext } from "../../diagnosis/diagnose";
import { diagnose } from "../../diagnosis/diagnose";
import { problemOf } from "../problem";
import type { CheckList } from "./report";

/** Whether the credential can make a purge token, as `pulumi up` does. Nothing is made. */
export async function canMakeTokens(checks: CheckList, context: DiagnosisContext): Promise<void> {
    const { client, credential, zone } = context;
    // An account's token can make tokens of its account only.
    const ofAccount = "token" in credential && tokenOwner(credential.token) === "account";
    try {
        const count = await client.permissionGroups(ofAccount ? zone.accountId : undefined);
        const whose = ofAccount ? 'the account\'s tokens (owner: "account")' : "the user's tokens";
        checks.ok("tokens", `may list the permission groups of ${whose}, which making one needs (${count} groups)`);
    } catch (thrown) {
        const error = CloudflareError.from(thrown, "list of permission groups for a new token");
        checks.problem("tokens", "failed", problemOf((await diagnose(error, context)).error));
    }
}
