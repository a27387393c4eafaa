/**
 * The schema of the package: what SDKs of other languages are made from
 * (https://www.pulumi.com/docs/iac/packages-and-automation/pulumi-packages/schema/). Types are written by hand, since none
 * of the options' rules says them; descriptions are those of the table of options.
 */
import { DYNAMIC_MODULE } from "../resources/dynamic";
import { CHECK, TOKEN } from "../settings/componentOptions";
import type { Option, Options } from "../settings/option";
import { ruleText } from "../settings/option";
import { ANY_LANGUAGE, ANY_LANGUAGE_TOKEN } from "../settings/pluginOptions";
import { PROJECT } from "../settings/project";
import { truth } from "../settings/rules";
import { CACHE_PURGE_TYPE, PACKAGE, PURGE_TOKEN_TYPE, PURGE_TYPE, SITE_TYPE, VERSION } from "./parts";

/* The types of the schema: those of options by hand, with descriptions from the table of options. */

interface Type {
    readonly type?: string;
    readonly items?: Type;
    readonly additionalProperties?: Type;
    readonly $ref?: string;
    readonly oneOf?: readonly Type[];
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
const named = (name: string, type = "object"): Type => ({ type, $ref: `#/types/${PACKAGE}:index:${name}` });

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
    urls: strings,
    prefixes: strings,
    hosts: strings,
    tags: strings,
    everything: boolean,
    seconds: number,
    sample: integer,
    purge: boolean,
};

/** Options whose value is one of a few words, by the name of their type. */
const WORDS: Readonly<Record<string, string>> = {
    htmlHandling: "HtmlHandling",
    origin: "Origin",
    onCreate: "OnCreate",
    zonePlan: "ZonePlan",
    mode: "Mode",
    onFailure: "OnFailure",
    onStale: "OnStale",
    owner: "TokenOwner",
};

function properties(table: Options): Record<string, Property> {
    return Object.fromEntries(
        Object.entries(table).map(([name, option]) => [
            name,
            {
                ...typeOf(name),
                description: described(option),
                ...(option.secret === true ? { secret: true } : {}),
            },
        ]),
    );
}

/** One of a few words may be written as a text, too. */
function typeOf(name: string): Type {
    const words = WORDS[name];
    return words === undefined ? (TYPES[name] ?? string) : { ...string, oneOf: [string, named(words, "string")] };
}

/** `How long one API request may take. A number from 1 to 600 (seconds). Default: 30 seconds.` */
function described({ doc, rule, default: value, otherwise }: Option): string {
    const isPlain = rule.fields !== undefined || rule === truth || rule.words !== undefined;
    const plain = typeof value === "object" ? "none" : JSON.stringify(value);
    const unit = typeof value === "number" && rule.unit !== undefined ? ` ${rule.unit}` : "";
    const holds = value === undefined ? otherwise : plain + unit;
    return [doc, ...(isPlain ? [] : [ruleText(rule)]), holds === undefined ? "Required" : `Default: ${holds}`]
        .map((sentence) => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`)
        .join(" ");
}

function objectType(table: Options, description: string) {
    const isRequired = ([, { default: value, otherwise }]: [string, Option]) =>
        value === undefined && otherwise === undefined;
    const required = Object.entries(table)
        .filter(isRequired)
        .map(([name]) => name);
    return {
        type: "object",
        description,
        properties: properties(table),
        ...(required.length === 0 ? {} : { required }),
    };
}

/** The words of an option, with names that every language can write. */
function wordsType({ doc, rule: { words = [] } }: Option) {
    const pascal = (word: string): string =>
        word.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return {
        type: "string",
        description: `${doc.charAt(0).toUpperCase()}${doc.slice(1)}.`,
        enum: words.map((value) => ({ name: pascal(value), value })),
    };
}

const EVERY: Options = { ...ANY_LANGUAGE, ...CHECK, ...TOKEN };

const TYPES_BY_NAME = {
    ...Object.fromEntries(Object.entries(WORDS).map(([name, type]) => [type, wordsType(EVERY[name] as Option)])),
    Fallback: objectType(ANY_LANGUAGE.fallback.rule.fields as Options, "The page that answers where no file does."),
    NotFound: objectType(
        ANY_LANGUAGE.notFound.rule.fields as Options,
        "The page that answers with 404 where no file does.",
    ),
    Rebound: objectType(
        ANY_LANGUAGE.rebound.rule.fields as Options,
        "Whether and when everything is purged once more.",
    ),
    Check: objectType(ANY_LANGUAGE.verify.rule.fields as Options, "A check of a sample of the changed URLs."),
    TokenOptions: objectType(TOKEN, "How a token is made."),
    Targets: objectType(ANY_LANGUAGE.targets.rule.fields as Options, "What a changed trigger purges."),
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
    token: { ...out("The token that purges."), secret: true },
    receipt: { ...named("Receipt"), description: "What the last purge did, and what is still owed." },
    record: out(
        "What was recorded. It changes with each deploy that changes something: give it as a trigger to what uploads the files.",
    ),
    ticket: { ...out("All that the Purge takes, the token among it."), secret: true },
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
            "Comes before the upload: looks the zone up, makes a token that can purge it and do nothing else, and records what the deploy changes. A Purge after the upload purges that.",
            ANY_LANGUAGE,
            ["record", "ticket", "zoneId", "zoneName", "tokenId", "token"],
            [],
        ),
        [PURGE_TYPE]: {
            ...resource(
                "Comes after the upload, on which it has to depend: purges what a Site has recorded, and what is still owed from earlier.",
                { ticket: { ...string, description: "The Site's ticket.", secret: true } },
                ["receipt", "zoneId", "zoneName"],
                ["ticket"],
            ),
            aliases: [{ type: `${DYNAMIC_MODULE}:Purge` }],
        },
        [CACHE_PURGE_TYPE]: component(
            "Site and Purge in one piece, for triggers alone and for sites that are uploaded elsewhere. It records what changed when the upload is done, so a run that is killed during the upload and then reverted is not covered.",
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
