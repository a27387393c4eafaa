import type { Zone } from "../cloudflare/zone";
import { zoneWords } from "../cloudflare/zone";
import type { Facts, Finding, Rule } from "./facts";
import { answered, isAuth, refusalOf } from "./facts";

const TOKENS = "https://dash.cloudflare.com/profile/api-tokens";

function wrongId(cause: string, right?: Zone): Finding {
    return {
        key: "wrong-zone-id",
        cause,
        remedy:
            right === undefined
                ? "Give the zone's name instead of an ID; or copy the Zone ID (not the Account ID) from the zone's overview page, https://dash.cloudflare.com/?to=/:account/:zone."
                : `Use ${right.id}, the ID of ${right.name}; or give the name "${right.name}" instead of an ID.`,
    };
}

/** No identifier at all (row 1). */
const malformedId: Rule = ({ refusal, zone }) =>
    refusal.codes.includes(7003) || !/^[0-9a-f]{32}$/i.test(zone.id)
        ? wrongId(`"${zone.id.slice(0, 64)}" is no zone ID: those have 32 hexadecimal digits.`)
        : undefined;

/** The account's ID stands where the zone's should (row 1). */
const accountId: Rule = ({ zone, named, ofAccount }) => {
    const found = answered(named)?.[0] ?? answered(ofAccount)?.[0];
    const isAccount =
        zone.id === zone.accountId ||
        answered(named)?.some((z) => z.accountId === zone.id) ||
        (answered(ofAccount)?.length ?? 0) > 0;
    const right = answered(named)?.length === 1 ? found : undefined;
    return isAccount ? wrongId(`${zone.id} is the ID of an account, not of a zone.`, right) : undefined;
};

/** The zone of that name has another ID (row 1). */
const otherId: Rule = ({ zone, named, identified }) => {
    const found = answered(named) ?? [];
    if (zone.name === undefined || found.length === 0 || found.some((z) => z.id === zone.id)) {
        return undefined;
    }
    const whose = answered(identified)?.name;
    const cause = `${zone.id} is not the ID of ${zone.name}${whose === undefined ? "" : `, but of ${whose}`}.`;
    return wrongId(cause, found.length === 1 ? found[0] : undefined);
};

/** The zone is not served yet or any more. */
const zoneNotActive: Rule = ({ zone, named, identified, refusal }) => {
    const found = answered(identified) ?? answered(named)?.find((z) => z.id === zone.id);
    const status = found?.status ?? zone.status ?? "";
    return status !== "" && status !== "active" && (isAuth(refusal) || refusal.codes.includes(1095))
        ? {
              key: "zone-not-active",
              cause: `The zone ${zoneWords(zone)} is ${status}: only an active zone has a cache to purge.`,
              remedy: "Finish its setup (name servers) at https://dash.cloudflare.com, or name the account whose zone is active.",
          }
        : undefined;
};

/** The token is good and the zone is right, and the purge is refused all the same (row 12). */
const missingPermission: Rule = (facts) => {
    const { zone, named, identified, harmless } = facts;
    const refused = refusalOf(harmless) ?? (harmless === undefined ? facts.refusal : undefined);
    const right =
        zone.lookedUp || answered(identified) !== undefined || answered(named)?.some((z) => z.id === zone.id) === true;
    if (!isAuth(refused) || !right || !isWorking(facts)) {
        return undefined;
    }
    const words = zoneWords({ id: zone.id, name: zone.name ?? answered(identified)?.name });
    return {
        key: "missing-permission",
        cause: `The token is active, but does not hold Cache Purge for the zone ${words}.`,
        remedy: `Edit the token at ${TOKENS}: Permissions Zone → Cache Purge → Purge; Zone Resources Include → Specific zone → ${zone.name ?? answered(identified)?.name ?? "that zone"}.`,
        ...(harmless === undefined ? { sure: false as const } : {}),
    };
};

/** The token is good, and nothing confirms that the ID is a zone's: the ID is the likelier mistake (rows 1 and 12). */
const unconfirmedId: Rule = (facts) => {
    const { zone, harmless, ofAccount } = facts;
    const refused = refusalOf(harmless) ?? (harmless === undefined ? facts.refusal : undefined);
    if (!isAuth(refused) || !isWorking(facts) || zone.lookedUp) {
        return undefined;
    }
    const finding = wrongId(
        `The token is active, but ${zone.id} is no zone that it can reach: the ID is another one's (an account's, another zone's, a typo), or the token was made for other zones.`,
    );
    return ofAccount === undefined ? { ...finding, sure: false } : finding;
};

/** The same purge is accepted now. */
const passed: Rule = ({ harmless, refusal }) =>
    answered(harmless) === "accepted" && isAuth(refusal)
        ? {
              key: "token-too-new",
              cause: "A harmless purge of the same zone is accepted now: the token was not yet known everywhere.",
              remedy: "Run it again.",
          }
        : undefined;

/** Whether verification found the token active; a global key has none, and counts as working once it is known. */
function isWorking({ credential, user, account }: Facts): boolean {
    return credential.scheme === "key" || answered(user) !== undefined || answered(account) !== undefined;
}

/** In the order in which they are asked, after the credential's. */
export const ZONE_RULES: readonly Rule[] = [
    malformedId,
    passed,
    accountId,
    otherId,
    zoneNotActive,
    missingPermission,
    unconfirmedId,
];
