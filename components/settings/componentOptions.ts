import { JOURNAL } from "./journalOptions";
import { ZONE_PLANS } from "./limits";
import { anything, fields, headerFields, oneOf, orText, text, truth } from "./rules";
import { TOKEN } from "./tokenOptions";
import { TUNING } from "./tuningOptions";

// In a program, the deadline is opts.customTimeouts.update.
const { deadline: _deadline, ...tuning } = TUNING;

/** Every option of a CachePurge. */
export const COMPONENT = {
    zone: {
        rule: anything("a name, { name, accountId }, or { id }"),
        otherwise: "the zone of the base URLs' hosts",
        doc: "the zone; a name is safer, since an ID of something else looks the same. It may be written as a URL, in Unicode or in ASCII",
    },
    assets: {
        rule: anything("siteAssets(dir, …) or assetsFrom(digests, …)"),
        otherwise: "none",
        doc: "what the deploy serves; required without triggers",
    },
    after: {
        rule: anything("a function of the journal, or a list of resources"),
        otherwise: "none",
        doc: "what puts the files in place",
    },
    ...JOURNAL,
    token: {
        rule: orText(fields<object>(TOKEN), `a token's value, or ${fields(TOKEN).must}`),
        otherwise: "make one",
        secret: true,
        doc: "the token that purges",
    },
    checkHeaders: {
        rule: headerFields,
        otherwise: "none",
        secret: true,
        doc: "request headers that let the checks at origin and edge through a login, such as those of an Access service token; sent to the base URLs' hosts only, over TLS",
    },
    environment: {
        rule: text("the ID of an environment"),
        otherwise: "production",
        flags: [{ flags: "--environment <id>", help: "purge in this environment of the zone instead of production" }],
        doc: "the environment of the zone (Version Management) that is purged; a purge of everything reaches all of them. The edge is checked only where connectTo says how to reach it",
    },
    customHostnames: {
        rule: truth,
        default: false,
        flags: [{ flags: "--custom-hostnames", help: "allow hosts outside the zone: its custom hostnames" }],
        doc: "allow hosts outside the zone: its custom hostnames (Cloudflare for SaaS); needs zone",
    },
    zonePlan: {
        rule: oneOf(...ZONE_PLANS),
        otherwise: "the zone's, else free",
        flags: [{ flags: "--zone-plan <plan>" }],
        doc: "the zone's plan, whose limits to stay under",
    },
    ...tuning,
} as const;
