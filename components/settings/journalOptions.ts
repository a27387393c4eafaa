import { anything, headerSets, oneOf, texts, whole } from "./rules";

/** Options of the journal: what the deploys change, and what a change purges. */
export const JOURNAL = {
    triggers: {
        rule: anything("a list, or values by name"),
        otherwise: "none",
        doc: "when any of these values changes, the targets are purged: plain data, dates and URLs; what JSON cannot tell apart is refused",
    },
    targets: {
        rule: anything('{ urls, prefixes, hosts, tags }, or "everything"'),
        otherwise: "none",
        doc: "what a changed trigger purges; required with triggers. Not a secret, for it stands in the journal and in messages",
    },
    always: {
        rule: texts("a list of URLs, or of paths under each base URL"),
        otherwise: "none",
        flags: [
            {
                flags: "--always <url>",
                help: "purged along with every change: a URL, or a path under each base URL; may be repeated",
            },
        ],
        doc: "purged along with every change: feeds, sitemaps",
    },
    headers: {
        rule: headerSets,
        otherwise: "none",
        flags: [{ flags: "--headers <json>", help: "a header set of a custom cache key; may be repeated" }],
        doc: "header sets of custom cache keys; each URL is purged with each of them",
    },
    crossOrigins: {
        rule: texts("a list of origins", '["https://app.example.com"]'),
        otherwise: "none",
        flags: [
            {
                flags: "--cross-origin <origin>",
                help: "an origin whose pages load fonts, module scripts, JSON or media of the site; may be repeated",
            },
        ],
        doc: "origins whose pages load this site's files: fonts, scripts, style sheets, data, images and media are purged with each Origin header too, for browsers get copies of their own there",
    },
    onCreate: {
        rule: oneOf("purge", "record"),
        default: "purge",
        doc: 'what the first up purges: every URL of the manifest, or nothing ("record")',
    },
    widenAbove: {
        rule: whole(0, Number.MAX_SAFE_INTEGER, "URLs"),
        default: 5000,
        flags: [{ flags: "--widen-above <n>", help: "URLs above which prefixes and hosts may stand for them" }],
        doc: "above it the plan may use prefixes, then hosts",
    },
    maxCollateral: {
        rule: whole(0, Number.MAX_SAFE_INTEGER, "URLs"),
        otherwise: "as many as URLs changed",
        flags: [{ flags: "--max-collateral <n>", help: "unchanged URLs that a widened plan may evict" }],
        doc: "unchanged URLs that a widened plan may evict",
    },
} as const;
