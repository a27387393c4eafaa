import { inactiveToken, TOKENS_PAGE } from "../cloudflare/tokenStatus";
import type { Problem } from "../errors/problem";
import type { DiagnosisRule } from "./facts";
import { answered, isAuth, refusalOf } from "./facts";

/** The form of the token or key gives it away. */
const form: DiagnosisRule = ({ credential }) => credential.problem;

/** 6003 → 6111 with a well-formed token: the header was built without its scheme. */
const missingBearer: DiagnosisRule = (_, { codes }) =>
    codes.includes(6111)
        ? {
              key: "missing-bearer",
              cause: "The Authorization header holds the token without the word Bearer before it.",
              remedy: "Send the header `Authorization: Bearer <token>`; here, set CLOUDFLARE_API_TOKEN to the bare value and let the program build the header.",
          }
        : undefined;

/** X-Auth-Key was refused for its form or is not known. */
const tokenAsKey: DiagnosisRule = ({ credential }, { codes }) =>
    credential.scheme === "key" && codes.some((code) => [6103, 9103].includes(code))
        ? {
              key: "token-as-auth-key",
              cause: "What was sent as X-Auth-Key is not the global API key of that e-mail address.",
              remedy: "Set an API token as CLOUDFLARE_API_TOKEN, and unset CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL.",
          }
        : undefined;

/** The caller's address is not among the token's. Cloudflare says this in words only. */
const address: DiagnosisRule = ({ user, account, harmless }, refusal) => {
    const refused = [refusal, refusalOf(user), refusalOf(account), refusalOf(harmless)].find(
        (r) => r?.key === "address-not-allowed",
    );
    return refused === undefined
        ? undefined
        : { key: "address-not-allowed", cause: refused.cause, remedy: refused.remedy };
};

/** Verification says that the token does not work now. */
const notActive: DiagnosisRule = ({ user, account, now }) => {
    const token = answered(user) ?? answered(account);
    return token === undefined ? undefined : inactiveToken(token, now);
};

/** An account's token was looked for among the user's. @param accountId Empty: not known. */
export function accountTokenAtUser(accountId: string): Problem {
    return {
        key: "account-token-wrong-verify",
        cause: "The token belongs to an account, and was looked for among the user's tokens.",
        remedy: `Verify it at the account: GET /accounts/${accountId || "<account ID>"}/tokens/verify. The token itself may be good.`,
    };
}

/** That is only a cause where verification was what failed. */
const wrongVerify: DiagnosisRule = ({ credential, zone, account }, { operation, codes }) => {
    const verifying = /verification/i.test(operation) && codes.includes(1000);
    const owned = credential.owner === "account" || answered(account) !== undefined;
    return verifying && owned ? accountTokenAtUser(zone.accountId) : undefined;
};

/** Both verifications were refused, or the only one that its prefix allows: no such token. */
const unknownToken: DiagnosisRule = ({ credential: { owner }, zone, user, account }) => {
    const refusals = [refusalOf(user), refusalOf(account)];
    const tried = owner === "account" ? account !== undefined : user !== undefined;
    const open = owner === "unknown" && account === undefined && zone.accountId !== "";
    const known = answered(user) ?? answered(account);
    if (
        !tried ||
        open ||
        known !== undefined ||
        refusals.some((refusal) => refusal !== undefined && !isAuth(refusal))
    ) {
        return undefined;
    }
    const maybe =
        owner === "unknown" && account === undefined
            ? " Or it belongs to an account, which was not named and so could not be asked."
            : "";
    return {
        key: "token-not-active",
        cause: `Cloudflare does not recognise this token: it was deleted or rolled, or the value is incomplete.${maybe}`,
        remedy: `Look at ${TOKENS_PAGE} (and Manage Account, Account API Tokens); make a new token there and use the value that is shown once.`,
    };
};

/** Several credentials are set, and the one in use is not known. */
const several: DiagnosisRule = (facts, refusal) => {
    const { credential, harmless } = facts;
    const works = credential.scheme === "token" && unknownToken(facts, refusal) === undefined;
    if (credential.ignored.length === 0 || works) {
        return undefined;
    }
    const used = credential.scheme === "token" ? "API token" : "global API key";
    const problem: Problem = {
        key: "several-credentials",
        cause: `Several credentials are set. The ${used} is used, and Cloudflare does not accept it; ${credential.ignored.join(", ")} is not used.`,
        remedy: "Unset all but one: keep a good CLOUDFLARE_API_TOKEN, unset CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL.",
    };
    return credential.scheme === "key" && harmless === undefined ? { ...problem, sure: false } : problem;
};

/** The deploy credential may not make tokens. */
const cannotCreate: DiagnosisRule = (_, refusal) =>
    /creat|permission groups/i.test(refusal.operation) && /token/i.test(refusal.operation) && isAuth(refusal)
        ? {
              key: "cannot-create-tokens",
              cause: "The deploy credential may not make tokens.",
              remedy: `Give it User → API Tokens → Edit (for account tokens: Account → Account API Tokens → Edit, by a Super Administrator) at ${TOKENS_PAGE}; or make a token by hand and pass it as \`token\`.`,
          }
        : undefined;

/** In the order in which they are asked. */
export const CREDENTIAL_RULES: readonly DiagnosisRule[] = [
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
