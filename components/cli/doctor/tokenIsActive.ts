import { CloudflareError } from "../../cloudflare/cloudflareError";
import { tokenOwner } from "../../cloudflare/credential";
import { isActive } from "../../cloudflare/tokenStatus";
import { answered, refusalOf } from "../../diagnosis/facts";
import type { Problem } from "../../errors/problem";
import type { Found } from "../credential";
import type { Verified } from "../tokenDiagnosis";
import { credentialFinding } from "../tokenDiagnosis";
import type { World } from "../world";

/** What verification says. */
export type TokenState =
    | { readonly state: "ok" | "skipped"; readonly words: string }
    /** `open`: it may be good all the same, and only a purge can tell. */
    | { readonly state: "failed"; readonly problem: Problem }
    | { readonly state: "open"; readonly problem: Problem };

/** For rules that ask what was refused, where nothing was. */
const NOTHING = new CloudflareError({ operation: "look-up", kind: "authentication", cause: "", remedy: "" });

/** Judges what verification brought. `lookUp`: how the look-up of the zone was refused, if it was. */
export function judgeToken(
    found: Found,
    verified: Verified,
    lookUp: CloudflareError | undefined,
    account: string | undefined,
    { clock }: World,
): TokenState {
    const { credential } = found;
    const status = answered(verified.user) ?? answered(verified.account);
    if (status !== undefined && isActive(status, clock.now())) {
        const owner = answered(verified.user) === undefined ? "the account" : "the user";
        return { state: "ok", words: `active, of ${owner} (token ID ${status.id})` };
    }
    const refusals = [lookUp, refusalOf(verified.user), refusalOf(verified.account)];
    const error = refusals.find((one) => one instanceof CloudflareError) as CloudflareError | undefined;
    const problem = credentialFinding(error ?? NOTHING, found, verified, account, clock);
    if (problem !== undefined) {
        // A token without a prefix may be an account's, and no account was named.
        const maybe = "token" in credential && tokenOwner(credential.token) === "unknown" && account === undefined;
        return status === undefined && maybe ? { state: "open", problem } : { state: "failed", problem };
    }
    return {
        state: "skipped",
        words:
            "token" in credential
                ? "it belongs to an account: name that with --account to verify it"
                : "a global API key cannot be verified",
    };
}
