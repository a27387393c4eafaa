import type { CloudflareClient, TokenStatus } from "../cloudflare/client";
import type { Clock } from "../cloudflare/clock";
import { CloudflareError } from "../cloudflare/cloudflareError";
import { tokenOwner } from "../cloudflare/credential";
import { CREDENTIAL_RULES } from "../diagnosis/credentialRules";
import type { Facts, Probed } from "../diagnosis/facts";
import { credentialFacts, isAuth } from "../diagnosis/facts";
import type { ProblemError } from "../errors/problem";
import type { Found } from "./credential";
import { problemOf } from "./problem";

/** What verification of a token brought, at the user and at the account. */
export type Verified = Pick<Facts, "user" | "account">;

/** Seconds for one such question. */
const QUICK = 4;

/**
 * Asks whether the token is known and active: where its prefix says that it belongs, else at the user and then, when one
 * is known, at the account. A global API key is no token: nothing is asked.
 */
export async function verifyToken(
    client: CloudflareClient,
    { credential }: Found,
    accountId: string | undefined,
): Promise<Verified> {
    if (!("token" in credential)) {
        return {};
    }
    const owner = tokenOwner(credential.token);
    const user = owner === "account" ? undefined : await attempt(() => client.verifyToken());
    const known = user !== undefined && "value" in user;
    const account =
        owner === "user" || accountId === undefined || known
            ? undefined
            : await attempt(() => client.verifyToken(accountId));
    return { ...(user === undefined ? {} : { user }), ...(account === undefined ? {} : { account }) };
}

/** The finding about the credential itself, when there is one. */
export function credentialFinding(
    error: CloudflareError,
    found: Found,
    verified: Verified,
    accountId: string | undefined,
    clock: Clock,
): ProblemError | undefined {
    const facts: Facts = {
        refusal: error,
        credential: credentialFacts(found.credential, found.ignored),
        zone: { id: "", lookedUp: false, ...(accountId === undefined ? {} : { accountId }) },
        ...verified,
        now: clock.now(),
    };
    for (const rule of CREDENTIAL_RULES) {
        const finding = rule(facts);
        if (finding !== undefined) {
            return problemOf(error.with(finding));
        }
    }
    return undefined;
}

/** A refused look-up in words: what the API said, and whether it is the credential. */
export async function refusedLookup(
    error: unknown,
    client: CloudflareClient,
    found: Found,
    accountId: string | undefined,
    clock: Clock,
): Promise<ProblemError> {
    if (!(error instanceof CloudflareError) || !isAuth(error)) {
        return problemOf(error);
    }
    const verified = await verifyToken(client.with({ retries: 0, timeout: QUICK }), found, accountId);
    return credentialFinding(error, found, verified, accountId, clock) ?? problemOf(error);
}

async function attempt(ask: () => Promise<TokenStatus>): Promise<Probed<TokenStatus>> {
    try {
        return { value: await ask() };
    } catch (error) {
        return { refusal: CloudflareError.from(error, "verification of the token") };
    }
}
