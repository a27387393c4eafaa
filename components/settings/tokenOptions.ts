import { moment, oneOf, text, texts } from "./rules";

/** How a purge token is made. */
export const TOKEN = {
    owner: {
        rule: oneOf("user", "account"),
        default: "user",
        doc: "whose token it is: the user's whose credential deploys (API Tokens → Edit), or the zone's account's, which outlives its maker (Account API Tokens → Edit)",
    },
    name: {
        rule: text(),
        otherwise: "cache-purge ZONE (PROJECT/STACK)",
        doc: "its name in the dashboard, up to 120 characters",
    },
    expiresOn: {
        rule: moment,
        otherwise: "never",
        doc: "when it stops working; a moment in the past is refused",
    },
    notBefore: {
        rule: moment,
        otherwise: "at once",
        doc: "when it begins to work",
    },
    allowedIps: {
        rule: texts("a list of addresses or CIDR blocks"),
        otherwise: "any",
        doc: "addresses that may use it",
    },
    deniedIps: {
        rule: texts("a list of addresses or CIDR blocks"),
        otherwise: "none",
        doc: "addresses that may not use it",
    },
    permissionGroup: {
        rule: text('the ID of a permission group, or "lookup"'),
        otherwise: 'the ID of "Cache Purge"',
        doc: '"lookup" asks Cloudflare for the ID, which needs API Tokens → Read as well',
    },
} as const;
