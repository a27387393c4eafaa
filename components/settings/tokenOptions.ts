import { oneOf, text, texts } from "./rules";

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
        rule: text("a date and time, such as 2030-01-01T00:00:00Z"),
        otherwise: "never",
        doc: "when it stops working",
    },
    notBefore: {
        rule: text("a date and time, such as 2030-01-01T00:00:00Z"),
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
