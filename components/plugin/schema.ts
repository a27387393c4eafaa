/**
 * The schema of the package: what SDKs of other languages are made from
 * (https://www.pulumi.com/docs/iac/packages-and-automation/pulumi-packages/schema/). Types are written by hand, since none
 * of the options' rules says them; descriptions are those of the table of options.
 */
import { DYNAMIC_MODULE } from "../resources/dynamic";
import { TOKEN } from "../settings/componentOptions";
import type { Option, Options } from "../settings/option";
import { ruleText } from "../settings/option";
import { ANY_LANGUAGE, ANY_LANGUAGE_TOKEN } from "../settings/pluginOptions";
import { PROJECT } from "../settings/project";
import { CACHE_PURGE_TYPE, PACKAGE, PURGE_TOKEN_TYPE, PURGE_TYPE, SITE_TYPE, VERSION } from "./parts";

/* The types of the schema: those of options by hand, with descriptions from the table of options. */

interface Type {
    readonly type?: string;
    readonly items?: Type;
    readonly additionalProperties?: Type;
    readonly $ref?: string;
}

interface Property extends Type {
    readonly description: string;
    readonly secret?: boolean;
}

const string: Type = { type: "string" };
const number: Type = { type: "number" };
const integer: Type = { type: "integer" };
const boolean: Type = { type: "boolean" };
const strings: Type = { type: "array", items: string };
const map: Type = { type: "object", additionalProperties: string };
const any: Type = { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } };
const named = (name: string): Type => ({ type: "object", $ref: `#/types/${PACKAGE}:index:${name}` });

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

function properties(table: Options): Record<string, Property> {
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

const TYPES_BY_NAME = {
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

const out = (description: string): Property => ({ ...string, description });
const OUTPUTS = {
    zoneId: out("The zone's ID."),
    zoneName: out("The zone's name."),
    tokenId: out("The ID of the token that was made; empty when one was given."),
    token: { ...out("The token."), secret: true },
    receipt: { ...named("Receipt"), description: "What the last purge did, and what is still owed." },
    record: out(
        "What was recorded. Changes with each deploy that changes something: what uploads takes it as a trigger.",
    ),
    ticket: { ...out("All that the Purge takes."), secret: true },
    value: { ...out("The token: what Authorization: Bearer takes."), secret: true },
} as const;

function component(
    description: string,
    table: Options,
    outputs: readonly (keyof typeof OUTPUTS)[],
    required: string[],
) {
    return { isComponent: true, ...resource(description, properties(table), outputs, required) };
}

function resource(
    description: string,
    inputProperties: Record<string, Property>,
    outputs: readonly (keyof typeof OUTPUTS)[],
    requiredInputs: string[],
) {
    return {
        description,
        inputProperties,
        requiredInputs,
        properties: Object.fromEntries(outputs.map((name) => [name, OUTPUTS[name]])),
        required: outputs,
    };
}

export const schema = {
    name: PACKAGE,
    version: VERSION,
    displayName: "Cloudflare Cache Purge",
    description: "Purges exactly what changed from Cloudflare's cache after each deploy",
    license: "Apache-2.0",
    keywords: ["cloudflare", "cache", "purge", "category/network", "kind/component"],
    ...(PROJECT.url === "" ? {} : { repository: PROJECT.url }),
    ...(PROJECT.publisher === "" ? {} : { publisher: PROJECT.publisher, logoUrl: PROJECT.logo }),
    ...(PROJECT.pluginDownload === "" ? {} : { pluginDownloadURL: PROJECT.pluginDownload }),
    types: Object.fromEntries(Object.entries(TYPES_BY_NAME).map(([name, type]) => [`${PACKAGE}:index:${name}`, type])),
    resources: {
        [SITE_TYPE]: component(
            "Looks the zone up, makes a token that can purge it and do nothing else, and records what a deploy changes, before the upload. A Purge after the upload purges that.",
            ANY_LANGUAGE,
            ["record", "ticket", "zoneId", "zoneName", "tokenId", "token"],
            [],
        ),
        [PURGE_TYPE]: {
            ...resource(
                "Purges what a Site has recorded and is still owed. It depends on what uploads the files.",
                { ticket: { ...string, description: "The Site's ticket.", secret: true } },
                ["receipt", "zoneId", "zoneName"],
                ["ticket"],
            ),
            aliases: [{ type: `${DYNAMIC_MODULE}:Purge` }],
        },
        [CACHE_PURGE_TYPE]: component(
            "Site and Purge in one piece, for triggers alone and for sites that are uploaded elsewhere: it records what changed when the upload is done.",
            ANY_LANGUAGE,
            ["receipt", "zoneId", "zoneName", "tokenId", "token"],
            [],
        ),
        [PURGE_TOKEN_TYPE]: component(
            "A token that may purge the cache of one zone, and do nothing else.",
            ANY_LANGUAGE_TOKEN,
            ["value", "tokenId", "zoneId", "zoneName"],
            [],
        ),
    },
    language: {
        nodejs: { packageName: "cloudflare-cache-purge", respectSchemaVersion: true },
        python: {
            packageName: "pulumi_cloudflare_cache_purge",
            respectSchemaVersion: true,
            pyproject: { enabled: true },
        },
        go: {
            // Without an address of the project, a module that can only be a local one (RFC 2606 reserves the name).
            importBasePath: `${PROJECT.goModule || "example.com/pulumi-cloudflare-cache-purge"}/sdk/go/cloudflarecachepurge`,
            rootPackageName: "cloudflarecachepurge",
            respectSchemaVersion: true,
            generateResourceContainerTypes: true,
        },
    },
};
