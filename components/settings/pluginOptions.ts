import { CHECK, COMPONENT, TOKEN, TUNING } from "./componentOptions";
import type { Options } from "./option";
import { byName, fields, number, text, texts, truth } from "./rules";
import { SITE } from "./siteOptions";

const { zone, assets: _assets, after: _after, token, ...component } = COMPONENT;
const { urls: _urls, baseUrls, fallback, notFound, ...site } = SITE;

const enabled = { rule: truth, default: true, doc: "whether it is done" } as const;

const REBOUND = {
    enabled,
    seconds: { rule: number(0, 600, "seconds"), default: TUNING.rebound.default, doc: "after how long" },
} as const;

const check = {
    rule: fields({ enabled, ...CHECK }),
    otherwise: `it is done, with ${CHECK.sample.default} URLs, ${CHECK.timeout.default} seconds and "${CHECK.onStale.default}"`,
} as const;

/** What a changed trigger purges. */
const TARGETS = {
    urls: {
        rule: texts("a list of absolute URLs", '["https://www.example.com/feed.xml"]'),
        otherwise: "none",
        doc: "URLs that are purged",
    },
    prefixes: {
        rule: texts("a list of prefixes", '["www.example.com/blog/"]'),
        otherwise: "none",
        doc: "everything below some paths: host and path, without scheme, query or fragment",
    },
    hosts: {
        rule: texts("a list of hosts", '["www.example.com"]'),
        otherwise: "none",
        doc: "everything of some hosts",
    },
    tags: {
        rule: texts("a list of tags"),
        otherwise: "none",
        doc: "everything with some cache tags, of up to 1024 characters, without spaces",
    },
    everything: { rule: truth, default: false, doc: "the whole zone, instead of all others" },
} as const;

/** What names a zone where an option has one type. */
const ZONE = {
    zone: { ...zone, rule: text("the zone's name", '"example.com"') },
    zoneId: {
        rule: text("a zone's ID"),
        otherwise: "looked up",
        doc: "the zone's ID, instead of its name; a name is safer, since an ID of something else looks the same",
    },
    accountId: {
        rule: text("an account's ID"),
        otherwise: "the account of the zone that is found",
        doc: "the zone's account, where several have a zone of that name, or where it cannot be read",
    },
} as const;

/** Options of `Site` and `CachePurge` in programs of any language: each has one type, and none holds a function. */
export const ANY_LANGUAGE = {
    dir: {
        rule: text("a folder's path", '"./dist"'),
        otherwise: "none",
        doc: "the folder that is deployed, relative to the program's; required without digests and triggers",
    },
    digests: {
        rule: byName("digests by file path", '{ "docs/a.html": "9e107d9d" }'),
        otherwise: "none",
        doc: "instead of dir: for each file's path, any text that changes when its bytes do",
    },
    baseUrls: { ...baseUrls, otherwise: "none; required with dir and with digests" },
    ...site,
    fallback: { rule: fields(fallback.rule.fields as Options), otherwise: fallback.otherwise, doc: fallback.doc },
    notFound: { rule: fields(notFound.rule.fields as Options), otherwise: notFound.otherwise, doc: notFound.doc },
    ...ZONE,
    ...component,
    triggers: {
        rule: byName("values by name", '{ "worker": "v1" }'),
        otherwise: "none",
        doc: "when any of these values changes, the targets are purged",
    },
    targets: {
        rule: fields(TARGETS),
        otherwise: "none; required with triggers",
        doc: "what a changed trigger purges; it must name something. Not a secret, for it stands in the journal and in messages",
    },
    rebound: {
        rule: fields(REBOUND),
        otherwise: `after ${TUNING.rebound.default} seconds`,
        doc: "when everything is purged once more, against old bytes that were on their way",
    },
    originReady: {
        ...check,
        doc: "before the purge, ask the origin until a sample of the changed URLs has its new bytes",
    },
    verify: { ...check, doc: "after the purge, GET a sample of the changed URLs at the edge and compare bytes" },
    token: { ...token, rule: text("a token's value"), otherwise: "one is made" },
    tokenOptions: {
        rule: fields(TOKEN),
        otherwise: "a user's token that never expires",
        doc: "how to make the token, where none is given",
    },
    apiBaseUrl: {
        rule: text("a URL", '"https://api.cloudflare.com/client/v4"'),
        otherwise: "cloudflare:baseUrl of the stack, CLOUDFLARE_BASE_URL, Cloudflare's own",
        doc: "where the API is; needed where the component is given a cloudflare provider with a base URL of its own, which cannot be read",
    },
} as const satisfies Options;

/** Options of a `PurgeToken` in programs of any language. */
export const ANY_LANGUAGE_TOKEN = {
    ...ZONE,
    zone: { ...ZONE.zone, otherwise: "none; required without zoneId" },
    ...TOKEN,
} as const satisfies Options;
