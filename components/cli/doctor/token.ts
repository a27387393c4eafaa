import { CloudflareError } from "../../cloudflare/cloudflareError";
import { inactiveToken, LONGEST_NAME, TOKENS_PAGE, tokenOwner } from "../../cloudflare/credential";
import { zoneWords } from "../../cloudflare/zone";
import type { DiagnosisContext } from "../../diagnosis/diagnose";
import { diagnose } from "../../diagnosis/diagnose";
import type { Facts } from "../../diagnosis/probes";
import { answered, firstFit, refusalOf } from "../../diagnosis/probes";
import { CREDENTIAL_RULES } from "../../diagnosis/rules";
import { checkUrl } from "../../diagnosis/zoneProblems";
import type { Problem } from "../../errors/problem";
import { UsageError } from "../../errors/problem";
import type { FoundCredential } from "../credential";
import { problemOf } from "../problem";
import type { Io } from "../terminal";
import type { CheckList } from "./report";

/** Finds the credential and looks at its form. @returns `undefined`: there is none that could be tried. */
export async function checkCredential(
    checks: CheckList,
    find: () => Promise<FoundCredential>,
): Promise<FoundCredential | undefined> {
    let found: FoundCredential;
    try {
        found = await find();
    } catch (error) {
        const failure = problemOf(error);
        if (failure instanceof UsageError) {
            throw failure;
        }
        checks.problem("credential", "failed", failure);
        return undefined;
    }
    const { credential, source, ignored, problem } = found;
    if (problem !== undefined) {
        checks.problem("credential", "failed", { ...problem, cause: `${source}: ${problem.cause}` });
        return undefined;
    }
    if (ignored.length > 0) {
        const others = `${ignored.join(" and ")} ${ignored.length === 1 ? "is" : "are"} not`;
        const cause = `Several credentials are set: ${source} is used, ${others}.`;
        const remedy = `Keep one and unset the rest, such as \`unset ${ignored.join(" ")}\`.`;
        checks.problem("credential", "warning", { key: "several-credentials", cause, remedy });
    } else if ("token" in credential) {
        checks.ok("credential", `a well-formed API token from ${source}`);
    } else {
        const advice = "it may do everything in every account; prefer a token that may only purge this zone";
        checks.note("credential", `the global API key from ${source}: ${advice}`);
    }
    return found;
}

/** Whether the URL is an absolute one. */
export function checkForm(checks: CheckList, url: string | undefined): boolean {
    const problem = url === undefined ? undefined : checkUrl(url);
    if (problem !== undefined) {
        checks.problem("url", "failed", problem);
    }
    return problem === undefined;
}

/** What verification says. */
type TokenState =
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
