import type { CloudflareError } from "../../cloudflare/cloudflareError";
import { inactiveToken } from "../../cloudflare/credential";
import type { Facts } from "../../diagnosis/probes";
import { answered, firstFit, refusalOf } from "../../diagnosis/probes";
import { CREDENTIAL_RULES } from "../../diagnosis/rules";
import type { Problem } from "../../errors/problem";
import { problemOf } from "../problem";

/** What verification says. */
export type TokenState =
    | { readonly state: "ok" | "skipped"; readonly words: string }
    /** `open`: it may be good all the same, and only a purge can tell. */
    | { readonly state: "failed" | "open"; readonly problem: Problem };

/**
 * Whether the credential works, from what verification brought.
 *
 * @param lookUp How the look-up of the zone was refused, if it was.
 */
export function tokenIsActive(facts: Facts, lookUp: CloudflareError | undefined): TokenState {
    const { credential, zone, user, account, now } = facts;
    const token = answered(user) ?? answered(account);
    const inactive = token === undefined ? undefined : inactiveToken(token, now);
    if (token !== undefined && inactive === undefined) {
        const owner = answered(user) === undefined ? "the account" : "the user";
        return { state: "ok", words: `active, of ${owner} (token ID ${token.id})` };
    }
    const refusal = lookUp ?? refusalOf(user) ?? refusalOf(account);
    const cause = refusal === undefined ? undefined : firstFit(CREDENTIAL_RULES, facts, refusal);
    const problem = refusal === undefined || cause === undefined ? inactive : problemOf(refusal.with(cause));
    if (problem !== undefined) {
        // A token without a prefix may be an account's, and no account was named.
        const maybe = credential.scheme === "token" && credential.owner === "unknown" && zone.accountId === "";
        return { state: token === undefined && maybe ? "open" : "failed", problem };
    }
    return {
        state: "skipped",
        words:
            credential.scheme === "token"
                ? "it belongs to an account: name the account with --account to verify it"
                : "a global API key cannot be verified",
    };
}
