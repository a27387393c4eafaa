import { isActive } from "../cloudflare/tokenStatus";
import type { Finding, Rule } from "./facts";
import { answered, isAuth, refusalOf } from "./facts";

const TOKENS = "https://dash.cloudflare.com/profile/api-tokens";

/** The form of the token or key gives it away (rows 3, 4, 5, 7, 23). */
const form: Rule = ({ credential }) => credential.problem;

/** 6003 → 6111 with a token of good form: the header was built without its scheme (row 2). */
const missingBearer: Rule = ({ refusal }) =>
    refusal.codes.includes(6111)
        ? {
              key: "missing-bearer",
              cause: "The Authorization header holds the token without the word Bearer before it.",
              remedy: "Send the header `Authorization: Bearer <token>`; here, set CLOUDFLARE_API_TOKEN to the bare value and let the program build the header.",
          }
        : undefined;

/** X-Auth-Key was refused for its form or is not known (row 4). */
const tokenAsKey: Rule = ({ refusal, credential }) =>
    credential.scheme === "key" && refusal.codes.some((code) => [6103, 9103].includes(code))
        ? {
              key: "token-as-auth-key",
              cause: "What was sent as X-Auth-Key is not the global API key of that e-mail address.",
              remedy: "Set an API token as CLOUDFLARE_API_TOKEN, and unset CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL.",
          }
        : undefined;

/** The caller's address is not among the token's (row 16). Cloudflare says this in words only. */
const address: Rule = ({ refusal, user, account, harmless }) => {
    const refused = [refusal, refusalOf(user), refusalOf(account), refusalOf(harmless)].find(
        (r) => r?.key === "address-not-allowed",
    );
    return refused === undefined
        ? undefined
        : { key: "address-not-allowed", cause: refused.cause, remedy: refused.remedy };
};

/** Verification says that the token does not work now (row 15). */
const notActive: Rule = (facts) => {
    const token = answered(facts.user) ?? answered(facts.account);
    if (token === undefined || isActive(token, facts.now)) {
        return undefined;
    }
    const say = (cause: string, remedy: string): Finding => ({ key: "token-not-active", cause, remedy });
    if (token.status !== "active") {
        const when = token.status === "expired" && token.expiresOn !== undefined ? ` since ${token.expiresOn}` : "";
        return say(
            `The token (ID ${token.id}) is ${token.status}${when}.`,
            token.status === "disabled"
                ? `Enable it at ${TOKENS}, or make a new one.`
                : `Make a new token at ${TOKENS}, or extend this one.`,
        );
    }
    const early = token.notBefore !== undefined && facts.now < Date.parse(token.notBefore);
    return early
        ? say(
              `The token (ID ${token.id}) is not valid before ${token.notBefore}.`,
              `Wait until then, or edit its start date at ${TOKENS}.`,
          )
        : say(
              `The token (ID ${token.id}) expired on ${token.expiresOn}.`,
              `Make a new token at ${TOKENS}, or extend this one.`,
          );
};

/** An account's token was looked for among the user's (row 17): only a cause where verification was what failed. */
const wrongVerify: Rule = (facts) => {
    const verifying = /verification/i.test(facts.refusal.operation) && facts.refusal.codes.includes(1000);
    const account = facts.zone.accountId;
    const owned = facts.credential.owner === "account" || answered(facts.account) !== undefined;
    return verifying && owned
        ? {
              key: "account-token-wrong-verify",
              cause: "The token belongs to an account, and was looked for among the user's tokens.",
              remedy: `Verify it at the account: GET /accounts/${account ?? "<account ID>"}/tokens/verify. The token itself may be good.`,
          }
        : undefined;
};

/** Both verifications were refused, or the only one that its prefix allows: no such token. */
const unknownToken: Rule = (facts) => {
    const user = refusalOf(facts.user);
    const account = refusalOf(facts.account);
    const tried = facts.credential.owner === "account" ? account !== undefined : user !== undefined;
    const open =
        facts.credential.owner === "unknown" && facts.account === undefined && facts.zone.accountId !== undefined;
    const refused = [user, account].every((r) => r === undefined || isAuth(r));
    if (!tried || open || !refused || answered(facts.user) !== undefined || answered(facts.account) !== undefined) {
        return undefined;
    }
    const maybe =
        facts.credential.owner === "unknown" && facts.account === undefined
            ? " Or it belongs to an account, which was not named and so could not be asked."
            : "";
    return {
        key: "token-not-active",
        cause: `Cloudflare knows no such token: it was deleted or rolled, or the value is not whole.${maybe}`,
        remedy: `Look at ${TOKENS} (and Manage Account, Account API Tokens); make a new token there and use the value that is shown once.`,
    };
};

/** Several credentials are set, and the one in use is not known (row 6). */
const several: Rule = (facts) => {
    const { credential, harmless } = facts;
    if (credential.ignored.length === 0 || (credential.scheme === "token" && unknownToken(facts) === undefined)) {
        return undefined;
    }
    const used = credential.scheme === "token" ? "API token" : "global API key";
    const finding: Finding = {
        key: "several-credentials",
        cause: `Several credentials are set. The ${used} is used, and Cloudflare does not accept it; ${credential.ignored.join(", ")} is not used.`,
        remedy: "Unset all but one: keep a good CLOUDFLARE_API_TOKEN, unset CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL.",
    };
    return credential.scheme === "key" && harmless === undefined ? { ...finding, sure: false } : finding;
};

/** The deploy credential may not make tokens (row 18). */
const cannotCreate: Rule = ({ refusal }) =>
    /creat|permission groups/i.test(refusal.operation) && /token/i.test(refusal.operation) && isAuth(refusal)
        ? {
              key: "cannot-create-tokens",
              cause: "The deploy credential may not make tokens.",
              remedy: `Give it User → API Tokens → Edit (for account tokens: Account → Account API Tokens → Edit, by a Super Administrator) at ${TOKENS}; or make a token by hand and pass it as \`token\`.`,
          }
        : undefined;

/** In the order in which they are asked. */
export const CREDENTIAL_RULES: readonly Rule[] = [
    form,
    tokenAsKey,
    missingBearer,
    address,
    cannotCreate,
    wrongVerify,
    notActive,
    several,
    unknownToken,
];
