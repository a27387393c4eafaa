/** The types of the schema: those of options by hand, with descriptions from the table of options. */
import type { Option, Options } from "../settings/option";
import { ruleText } from "../settings/option";
import { ANY_LANGUAGE } from "../settings/pluginOptions";
import { TOKEN } from "../settings/tokenOptions";
import { PACKAGE } from "./names";

export interface Type {
    readonly type?: string;
    readonly items?: Type;
    readonly additionalProperties?: Type;
    readonly $ref?: string;
}

export interface Property extends Type {
    readonly description: string;
    readonly secret?: boolean;
}

export const string: Type = { type: "string" };
const number: Type = { type: "number" };
const integer: Type = { type: "integer" };
const boolean: Type = { type: "boolean" };
const strings: Type = { type: "array", items: string };
const map: Type = { type: "object", additionalProperties: string };
const any: Type = { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } };
export const named = (name: string): Type => ({ type: "object", $ref: `#/types/${PACKAGE}:index:${name}` });

/** The type of each option that is not a text. */
const TYPES: Readonly<Record<string, Type>> = {
    digests: map,
    baseUrls: strings,
    fallback: named("Fallback"),
    notFound: named("NotFound"),
    indexFiles: strings,
    include: strings,
    exclude: strings,
    followLinks: boolean,
    policyFiles: boolean,
    allowEmpty: boolean,
    triggers: any,
    targets: named("Targets"),
    always: strings,
    headers: { type: "array", items: map },
    crossOrigins: strings,
    customHostnames: boolean,
    widenAbove: integer,
    maxCollateral: integer,
    checkHeaders: map,
    rebound: named("Rebound"),
    originReady: named("Check"),
    verify: named("Check"),
    warm: boolean,
    connectTo: map,
    batchSize: integer,
    rate: number,
    timeout: number,
    retries: integer,
    tokenOptions: named("TokenOptions"),
    allowedIps: strings,
    deniedIps: strings,
    enabled: boolean,
    seconds: number,
    sample: integer,
    purge: boolean,
};

export function properties(table: Options): Record<string, Property> {
    return Object.fromEntries(
        Object.entries(table).map(([name, option]) => [
            name,
            {
                ...(TYPES[name] ?? string),
                description: described(option),
                ...(option.secret === true ? { secret: true } : {}),
            },
        ]),
    );
}

/** `How long one API request may take: a number from 1 to 600 (seconds). Default: 30.` */
function described({ doc, rule, default: value, otherwise }: Option): string {
    const sentence = doc.charAt(0).toUpperCase() + doc.slice(1);
    const must = rule.fields === undefined && rule.must !== "true or false" ? ` (${ruleText(rule)})` : "";
    const plain = typeof value === "object" ? undefined : value;
    const holds = plain === undefined ? otherwise : JSON.stringify(plain);
    return `${sentence}${must}.${holds === undefined || holds === "as below" ? "" : ` Default: ${holds}.`}`;
}

const objectType = (table: Options, description: string) => ({
    type: "object",
    description,
    properties: properties(table),
});

const target = (what: string): Property => ({ ...strings, description: what });

export const TYPES_BY_NAME = {
    Fallback: objectType(ANY_LANGUAGE.fallback.rule.fields as Options, "The page that answers where no file does."),
    NotFound: objectType(ANY_LANGUAGE.notFound.rule.fields as Options, "The page that answers with 404."),
    Rebound: objectType(ANY_LANGUAGE.rebound.rule.fields as Options, "When everything is purged once more."),
    Check: objectType(ANY_LANGUAGE.verify.rule.fields as Options, "A look at a sample of the changed URLs."),
    TokenOptions: objectType(TOKEN, "How a token is made."),
    Targets: {
        type: "object",
        description: "What a changed trigger purges.",
        properties: {
            urls: target("Absolute URLs: https://www.example.com/feed.xml."),
            prefixes: target("Host and path without scheme, query or fragment: www.example.com/blog/."),
            hosts: target("Hosts: www.example.com."),
            tags: target("Cache tags."),
            everything: { ...boolean, description: "The whole zone, instead of all others." },
        },
    },
    Changes: {
        type: "object",
        description: "URLs that were added, changed and removed.",
        properties: Object.fromEntries(
            ["added", "changed", "removed"].map((kind) => [kind, { ...integer, description: `URLs ${kind}.` }]),
        ),
        required: ["added", "changed", "removed"],
    },
    Receipt: receipt(),
};

function receipt() {
    const fields: Record<string, Property> = {
        purgeIds: { ...strings, description: "Cloudflare's ID of each accepted request, in order." },
        requests: { ...integer, description: "Accepted purge requests, rebound included." },
        rebounds: { ...integer, description: "Those of them that purged everything once more." },
        urls: { ...integer, description: "URLs that were purged." },
        prefixes: { ...integer, description: "Prefixes that were purged." },
        hosts: { ...integer, description: "Hosts that were purged." },
        tags: { ...integer, description: "Cache tags that were purged." },
        everything: { ...boolean, description: "Whether the whole zone was purged." },
        changes: { ...named("Changes"), description: "What the deploys that were purged now had changed." },
        owed: { ...integer, description: "What is still to be purged." },
        verified: { ...integer, description: "Sampled URLs that the edge served with the deployed bytes." },
        stale: { ...integer, description: "Sampled URLs that the edge served with others." },
        unverifiable: { ...integer, description: "Sampled URLs whose answer proves nothing." },
        startedAt: { ...string, description: "When the purge began, ISO 8601, UTC." },
        seconds: { ...number, description: "How long it took." },
    };
    return {
        type: "object",
        description: "What a purge did.",
        properties: fields,
        required: Object.keys(fields),
    };
}
