import { CREDENTIAL_RULES } from "./credentialRules";
import type { Facts, Finding, Rule } from "./facts";
import { REQUEST_RULES } from "./requestRules";
import { ZONE_RULES } from "./zoneRules";

/** Milliseconds that a clock may be off before dates of tokens and certificates go wrong. */
const SKEW = 5 * 60_000;

/** The machine's clock differs from Cloudflare's, and a date is what the token fails by. */
const clock: Rule = ({ now, serverTime, user, account }) => {
    if (serverTime === undefined || Math.abs(serverTime - now) < SKEW) {
        return undefined;
    }
    const dated = [user, account].some(
        (p) => p !== undefined && "value" in p && (p.value.notBefore ?? p.value.expiresOn) !== undefined,
    );
    const hours = (Math.abs(serverTime - now) / 3_600_000).toFixed(1);
    return dated
        ? {
              key: "clock",
              cause: `This machine's clock is ${hours} h ${now > serverTime ? "ahead of" : "behind"} Cloudflare's, so that dates of tokens are judged wrongly.`,
              remedy: "Set the clock (`date -u` shows it; `timedatectl set-ntp true` corrects it).",
          }
        : undefined;
};

/** Every rule, in the order in which they are asked: the first finding is the verdict. */
export const RULES: readonly Rule[] = [...REQUEST_RULES, clock, ...CREDENTIAL_RULES, ...ZONE_RULES];

/** The verdict of the facts; `undefined`: none of the rules fits. */
export function judgeFacts(facts: Facts): Finding | undefined {
    for (const rule of RULES) {
        const finding = rule(facts);
        if (finding !== undefined) {
            return finding;
        }
    }
    return undefined;
}
