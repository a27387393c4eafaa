import type { CloudflareError } from "../cloudflare/cloudflareError";
import { TOKENS_PAGE } from "../cloudflare/tokenStatus";
import type { Zone } from "../cloudflare/zone";
import { WHERE_ZONE_IDS_ARE, zoneIdProblem, zoneWords } from "../cloudflare/zone";
import type { Problem } from "../errors/problem";
import type { DiagnosisRule, Facts } from "./facts";
import { answered, isAuth, refusalOf } from "./facts";

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
const accountId: DiagnosisRule = ({ zone, named, ofAccount }) => {
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
export const ZONE_RULES: readonly DiagnosisRule[] = [
    unknownEnvironment,
    malformedId,
    passed,
    accountId,
    otherId,
    zoneNotActive,
    missingPermission,
    unconfirmedId,
];
