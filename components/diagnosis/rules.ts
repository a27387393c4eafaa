/** What is wrong, by what is known: the first rule that fits the facts and the refusal is the diagnosis. */

import type { CloudflareError } from "../cloudflare/cloudflareError";
import { inactiveToken, TOKENS_PAGE } from "../cloudflare/credential";
import type { Zone } from "../cloudflare/zone";
import { WHERE_ZONE_IDS_ARE, zoneIdProblem, zoneWords } from "../cloudflare/zone";
import type { Problem } from "../errors/problem";
import type { DiagnosisRule, Facts } from "./probes";
import { answered, isAuth, refusalOf } from "./probes";
import { checkUrl } from "./zoneProblems";

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

/** What was given is the ID of something else. */
function wrongId(cause: string, right?: Zone): Problem {
    return {
        key: "wrong-zone-id",
        cause,
        remedy:
            right === undefined
                ? WHERE_ZONE_IDS_ARE
                : `Use ${right.id}, the ID of ${right.name}; or give the name "${right.name}" instead of an ID.`,
    };
}

/** Production takes a purge, and there is nothing at the environment's path. */
const unknownEnvironment: DiagnosisRule = ({ zone, harmless }, { codes }) =>
    zone.environment !== undefined && codes.includes(7003) && answered(harmless) === "accepted"
        ? {
              key: "environment",
              cause: `${zone.environment} is not the ID of an environment of the zone ${zone.name || zone.id}.`,
              remedy: `List them: GET /zones/${zone.id}/environments. Without an environment, production is purged.`,
          }
        : undefined;

/** Not an identifier at all. Where an environment is in the path too, a purge without it tells which of the two. */
const malformedId: DiagnosisRule = ({ zone: { id, environment }, harmless }, { codes }) =>
    id === ""
        ? undefined
        : (zoneIdProblem(id) ??
          ((environment === undefined ? codes : refusalOf(harmless)?.codes)?.includes(7003)
              ? wrongId(`Cloudflare does not accept "${id}" as a zone ID.`)
              : undefined));

/** The account's ID stands where the zone's should. */
const accountForZone: DiagnosisRule = ({ zone, named, ofAccount }) => {
    const [found, ...others] = answered(named) ?? [];
    const isAccount =
        zone.id !== "" &&
        (zone.id === zone.accountId ||
            answered(named)?.some((z) => z.accountId === zone.id) ||
            (answered(ofAccount)?.length ?? 0) > 0);
    const right = others.length === 0 ? found : undefined;
    return isAccount ? wrongId(`${zone.id} is the ID of an account, not of a zone.`, right) : undefined;
};

/** The zone of that name has another ID. */
const otherId: DiagnosisRule = ({ zone, named, identified }) => {
    const [found, ...others] = answered(named) ?? [];
    if (found === undefined || [found, ...others].some((z) => z.id === zone.id)) {
        return undefined;
    }
    const whose = answered(identified)?.name;
    const cause = `${zone.id} is not the ID of ${zone.name}${whose === undefined ? "" : `, but of ${whose}`}.`;
    return wrongId(cause, others.length === 0 ? found : undefined);
};

/** The zone is not served yet or any more. */
const zoneNotActive: DiagnosisRule = ({ zone, named, identified }, refusal) => {
    const found = answered(identified) ?? answered(named)?.find((z) => z.id === zone.id);
    const status = found?.status ?? zone.status;
    return status !== "" && status !== "active" && (isAuth(refusal) || refusal.codes.includes(1095))
        ? {
              key: "zone-not-active",
              cause: `The zone ${zoneWords(zone)} is ${status}: only an active zone has a cache to purge.`,
              remedy: "Finish its setup (name servers) at https://dash.cloudflare.com, or name the account whose zone is active.",
          }
        : undefined;
};

/** The token is good and the zone is right, and the purge is refused all the same. */
const missingPermission: DiagnosisRule = (facts, refusal) => {
    const { zone, named, identified } = facts;
    const isRight =
        isLookedUp(zone) ||
        answered(identified) !== undefined ||
        answered(named)?.some((z) => z.id === zone.id) === true;
    if (!isRefusedThough(facts, refusal) || !isRight) {
        return undefined;
    }
    const name = zone.name || (answered(identified)?.name ?? "");
    return {
        key: "missing-permission",
        cause: `The token is active, but does not hold Cache Purge for the zone ${zoneWords({ id: zone.id, name })}.`,
        remedy: `Edit the token at ${TOKENS_PAGE}: Permissions Zone → Cache Purge → Purge; Zone Resources Include → Specific zone → ${name || "that zone"}.`,
        ...(facts.harmless === undefined ? { sure: false as const } : {}),
    };
};

/** The token is good, and nothing confirms that the ID is a zone's: the ID is the likelier mistake. */
const unconfirmedId: DiagnosisRule = (facts, refusal) => {
    const { zone, ofAccount } = facts;
    if (!isRefusedThough(facts, refusal) || zone.id === "" || isLookedUp(zone)) {
        return undefined;
    }
    const problem = wrongId(
        `The token is active, but ${zone.id} is not a zone that it can reach: the ID belongs to something else (an account, another zone, a typo), or the token was made for other zones.`,
    );
    return ofAccount === undefined ? { ...problem, sure: false } : problem;
};

/** The same purge is accepted now. */
const passed: DiagnosisRule = ({ harmless }, refusal) =>
    answered(harmless) === "accepted" && isAuth(refusal)
        ? {
              key: "token-too-new",
              cause: "A harmless purge of the same zone is accepted now: the token was not yet known everywhere.",
              remedy: "Run it again.",
          }
        : undefined;

/**
 * Whether the purge is refused though verification found the token active. A global key cannot be verified, and counts as
 * working once it is known.
 */
function isRefusedThough({ credential, user, account, harmless }: Facts, refusal: CloudflareError): boolean {
    const refused = refusalOf(harmless) ?? (harmless === undefined ? refusal : undefined);
    const works = credential.scheme === "key" || answered(user) !== undefined || answered(account) !== undefined;
    return works && isAuth(refused);
}

/** Whether name and ID come from one look-up, with whatever credential, so that they belong together. */
function isLookedUp({ name, status }: Zone): boolean {
    return name !== "" && status !== "";
}

/** In the order in which they are asked, after the credential's. */
const ZONE_RULES: readonly DiagnosisRule[] = [
    unknownEnvironment,
    malformedId,
    passed,
    accountForZone,
    otherId,
    zoneNotActive,
    missingPermission,
    unconfirmedId,
];

/** Problems of the request that the answer's code tells by itself. */
const TOLD_BY_CODE = ["files-not-array", "too-many-items", "rate-limited", "not-the-api", "environment"];

/** A body that Cloudflare refuses for its shape. */
const shape: DiagnosisRule = (_, { key, cause, remedy }) =>
    TOLD_BY_CODE.includes(key) ? { key, cause, remedy } : undefined;

/** Something in the request is a path, or of another zone. */
const outside: DiagnosisRule = ({ items, zone }, { codes, kind, said, cause, remedy }) => {
    const isOutside = codes.includes(1082);
    if (!isOutside && kind !== "request") {
        return undefined;
    }
    // Without the request itself, Cloudflare's words may quote the URL.
    const quoted = said.flatMap(({ message }) => /purge '?"?(\S+?)'?"?:/.exec(message)?.[1] ?? []);
    for (const item of items ?? quoted) {
        const problem = checkUrl(item, zone.name);
        if (problem !== undefined) {
            return problem;
        }
    }
    return isOutside ? { key: "url-outside-zone", cause, remedy } : undefined;
};

/** Someone, or an old text, says that the plan is the reason. */
const planMyth: DiagnosisRule = (_, { said, kind }) =>
    said.some(({ message }) => /\b(?:enterprise|plan|upgrade|entitle)/i.test(message)) && kind !== "rate-limit"
        ? {
              key: "prefix-plan-myth",
              cause: "The answer speaks of the plan. Every plan purges by URL, prefix, host and tag today; plans differ in how fast.",
              remedy: "Look for another reason: the token's permission and the zone ID. Run `npx pulumi-cloudflare-cache-purge doctor`.",
          }
        : undefined;

/** Milliseconds that a clock may be off before dates of tokens and certificates go wrong. */
const SKEW = 5 * 60_000;

/** This machine's clock (`now`) differs from Cloudflare's. Both are ms since the epoch. */
export function clockProblem(now: number, serverTime: number): Problem | undefined {
    const off = Math.abs(serverTime - now);
    if (off < SKEW) {
        return undefined;
    }
    const hours = off / 3_600_000;
    const words = hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} days`;
    return {
        key: "clock",
        cause: `This machine's clock is ${words} ${now > serverTime ? "ahead of" : "behind"} Cloudflare's, so that certificates and the dates of tokens are judged wrongly.`,
        remedy: "Set the clock (`date -u` shows it; `timedatectl set-ntp true` corrects it).",
    };
}

/** The clock is off, and a date is what the token fails by. */
const clock: DiagnosisRule = ({ now, serverTime, user, account }) => {
    const dated = [user, account].some(
        (p) => p !== undefined && "value" in p && (p.value.notBefore ?? p.value.expiresOn) !== undefined,
    );
    return dated && serverTime !== undefined ? clockProblem(now, serverTime) : undefined;
};

/** Every rule, in the order in which they are asked: the first that fits is the diagnosis. */
export const RULES: readonly DiagnosisRule[] = [shape, outside, planMyth, clock, ...CREDENTIAL_RULES, ...ZONE_RULES];
