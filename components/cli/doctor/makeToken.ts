import { CloudflareError } from "../../cloudflare/cloudflareError";
import { LONGEST_NAME, TOKENS_PAGE, tokenOwner } from "../../cloudflare/credential";
import { zoneWords } from "../../cloudflare/zone";
import type { DiagnosisContext } from "../../diagnosis/diagnose";
import { diagnose } from "../../diagnosis/diagnose";
import type { Facts } from "../../diagnosis/probes";
import { answered } from "../../diagnosis/probes";
import type { Io } from "../io";
import { problemOf } from "../problem";
import type { CheckList } from "./report";

/** Milliseconds after which the token expires by itself, whatever happens to us. */
const LIFE = 60_000;
/** Seconds for its deletion, also when the command has been stopped. */
const FOR_DELETION = 20;

/**
 * Whether the credential can make a purge token, as `pulumi up` does.
 *
 * @param make Whether to make one, and delete it; otherwise it is only asked what making one needs.
 */
export async function canMakeTokens(
    checks: CheckList,
    context: DiagnosisContext,
    facts: Facts,
    make: boolean,
    { clock }: Pick<Io, "clock">,
): Promise<void> {
    const { client, credential, zone } = context;
    // An account's token can make tokens of its account only.
    const ofAccount =
        ("token" in credential && tokenOwner(credential.token) === "account") ||
        (answered(facts.account) !== undefined && answered(facts.user) === undefined);
    if (ofAccount && zone.accountId === "") {
        const cause = "The credential belongs to an account, which is not known: the zone cannot be read.";
        checks.problem("tokens", "failed", { key: "cannot-read-zone", cause, remedy: "Name it with --account ID." });
        return;
    }
    const accountId = ofAccount ? zone.accountId : undefined;
    const whose = ofAccount ? 'the account\'s tokens (owner: "account")' : "the user's tokens";
    const failed = async (thrown: unknown, operation: string): Promise<void> => {
        const error = CloudflareError.from(thrown, operation);
        checks.problem("tokens", "failed", problemOf((await diagnose(error, context)).error));
    };
    try {
        const count = await client.permissionGroups(accountId);
        if (!make) {
            const prove = `prove it with --make-token${zone.name === "" ? "" : ` --zone ${zone.name}`}`;
            checks.note(
                "tokens",
                `may list the permission groups of ${whose}, which making one needs (${count} groups); that it can make one is not proven: ${prove}`,
            );
            return;
        }
    } catch (thrown) {
        return failed(thrown, "list of permission groups for a new token");
    }
    const name = `cache-purge doctor ${zone.name || zone.id}`.slice(0, LONGEST_NAME);
    // By Cloudflare's clock: by one that is behind, it would have expired when it is made.
    const expiresOn = new Date((client.serverTime ?? clock.now()) + LIFE).toISOString().replace(/\.\d+Z$/, "Z");
    let id: string;
    try {
        ({ id } = await client.createPurgeToken({ name, zoneId: zone.id, expiresOn }, accountId));
    } catch (thrown) {
        return failed(thrown, "creation of a token");
    }
    const made = `a token named "${name}" (ID ${id}) that may purge ${zoneWords(zone)}`;
    try {
        const signal = AbortSignal.timeout(FOR_DELETION * 1000);
        await client.with({ signal }).deleteToken(id, accountId);
        checks.ok("tokens", `made ${made}, one of ${whose}, and deleted it`);
    } catch (thrown) {
        const { summary } = CloudflareError.from(thrown, `deletion of token ${id}`);
        checks.problem("tokens", "failed", {
            key: "token-not-deleted",
            cause: `It made ${made}, and could not delete it. ${summary}`,
            remedy: `Delete the token ${id} at ${ofAccount ? "Manage Account → Account API Tokens" : TOKENS_PAGE}; it expires by itself at ${expiresOn}.`,
        });
    }
}
