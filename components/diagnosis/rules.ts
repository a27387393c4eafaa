import type { Problem } from "../errors/problem";
import { CREDENTIAL_RULES } from "./credentialRules";
import type { DiagnosisRule } from "./facts";
import { checkUrl } from "./url";
import { ZONE_RULES } from "./zoneRules";

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
