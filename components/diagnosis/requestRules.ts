import type { Rule } from "./facts";
import { checkUrl } from "./url";

/** A body that Cloudflare refuses for its shape (rows 8 and 19). */
const shape: Rule = ({ refusal }) =>
    refusal.key !== undefined &&
    ["files-not-array", "too-many-items", "rate-limited", "not-the-api"].includes(refusal.key)
        ? { key: refusal.key, cause: refusal.cause, remedy: refusal.remedy }
        : undefined;

/** Something in the request is a path, or of another zone (rows 9 and 10). */
const outside: Rule = ({ refusal, items, zone }) => {
    if (!refusal.codes.includes(1082) && refusal.kind !== "request") {
        return undefined;
    }
    // Without the request itself, Cloudflare's words may quote the URL.
    const quoted = refusal.said.flatMap(({ message }) => /purge '?"?(\S+?)'?"?:/.exec(message)?.[1] ?? []);
    for (const item of items ?? quoted) {
        const problem = checkUrl(item, zone.name);
        if (problem !== undefined) {
            return problem;
        }
    }
    return refusal.codes.includes(1082)
        ? { key: "url-outside-zone", cause: refusal.cause, remedy: refusal.remedy }
        : undefined;
};

/** Someone, or an old text, says that the plan is the reason (row 11). */
const planMyth: Rule = ({ refusal }) =>
    refusal.said.some(({ message }) => /\b(?:enterprise|plan|upgrade|entitle)/i.test(message)) &&
    refusal.kind !== "rate-limit"
        ? {
              key: "prefix-plan-myth",
              cause: "The answer speaks of the plan. Every plan purges by URL, prefix, host and tag today; plans differ in how fast.",
              remedy: "Look for another reason: the token's permission and the zone ID. Run `npx pulumi-cloudflare-cache-purge doctor`.",
          }
        : undefined;

/** In the order in which they are asked. */
export const REQUEST_RULES: readonly Rule[] = [shape, outside, planMyth];
