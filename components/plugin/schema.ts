/**
 * The schema of the package: what SDKs of other languages are made from
 * (https://www.pulumi.com/docs/iac/packages-and-automation/pulumi-packages/schema/). Types are written by hand, since none
 * of the options' rules says them; descriptions are those of the table of options.
 */
import { DYNAMIC_MODULE } from "../resources/dynamic";
import type { Options } from "../settings/option";
import { ANY_LANGUAGE, ANY_LANGUAGE_TOKEN } from "../settings/pluginOptions";
import { PROJECT } from "../settings/project";
import { CACHE_PURGE, PACKAGE, PURGE, PURGE_TOKEN, SITE, VERSION } from "./names";
import type { Property } from "./schemaTypes";
import { named, properties, string, TYPES_BY_NAME } from "./schemaTypes";

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
    ...(PROJECT.pluginDownload === "" ? {} : { pluginDownloadURL: PROJECT.pluginDownload }),
    types: Object.fromEntries(Object.entries(TYPES_BY_NAME).map(([name, type]) => [`${PACKAGE}:index:${name}`, type])),
    resources: {
        [SITE]: component(
            "Looks the zone up, makes a token that can purge it and do nothing else, and records what a deploy changes, before the upload. A Purge after the upload purges that.",
            ANY_LANGUAGE,
            ["record", "ticket", "zoneId", "zoneName", "tokenId", "token"],
            [],
        ),
        [PURGE]: {
            ...resource(
                "Purges what a Site has recorded and is still owed. It depends on what uploads the files.",
                { ticket: { ...string, description: "The Site's ticket.", secret: true } },
                ["receipt", "zoneId", "zoneName"],
                ["ticket"],
            ),
            aliases: [{ type: `${DYNAMIC_MODULE}:Purge` }],
        },
        [CACHE_PURGE]: component(
            "Site and Purge in one piece, for triggers alone and for sites that are uploaded elsewhere: it records what changed when the upload is done.",
            ANY_LANGUAGE,
            ["receipt", "zoneId", "zoneName", "tokenId", "token"],
            [],
        ),
        [PURGE_TOKEN]: component(
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
