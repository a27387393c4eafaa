/** What a component has to know before it makes its parts. All of it is awaited, and refused as the option that led to it. */
import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { resolveBaseUrl } from "../cloudflare/baseUrl";
import { CACHE_PURGE } from "../cloudflare/tokenPolicy";
import type { Zone } from "../cloudflare/zone";
import type { CachePurgeArgs } from "../component/cachePurgeArgs";
import { baseHosts, hostOutside } from "../component/checkArgs";
import { groupId } from "../component/permissionGroup";
import { refuse } from "../component/programError";
import { noAccount } from "../component/purgeToken";
import { findZone } from "../component/zone";
import { zoneOf } from "./args";
import type { Given } from "./given";
import { areKnown, some, unknown } from "./given";
import { awaiting, refusing } from "./refusal";
import { WORDS } from "./words";

type ComponentOptions = pulumi.ComponentResourceOptions;

/** Look-ups are made with the provider that the component is given. */
export function invokeOptions({ providers }: ComponentOptions): pulumi.InvokeOptions {
    const own = (providers as Record<string, pulumi.ProviderResource> | undefined)?.cloudflare;
    return own === undefined ? {} : { provider: own };
}

interface FoundZone {
    /** `undefined`: this preview does not know what to look up. */
    readonly facts: Zone | undefined;
    readonly output: pulumi.Output<Zone>;
}

export async function zoneFor(from: Given, known: CachePurgeArgs, opts: pulumi.InvokeOptions): Promise<FoundZone> {
    const names = ["zone", "zoneId", "accountId"];
    const isWritten = "zone" in from.inputs || "zoneId" in from.inputs;
    if (!areKnown(from, ...names, ...(isWritten ? [] : ["baseUrls"]))) {
        return { facts: undefined, output: unknown<Zone>(some(from.inputs, [...names, "baseUrls"])) };
    }
    const hosts = isWritten || known.assets !== undefined ? baseHosts(known) : hostsOf(from);
    const property = "zoneId" in from.inputs ? "zoneId" : isWritten ? "zone" : "baseUrls";
    const facts = await awaiting(property, findZone(zoneOf(from), hosts, { opts, words: WORDS }));
    refusing("baseUrls", () => refuse(hostOutside(facts.name, known, WORDS)));
    return { facts, output: pulumi.output(facts) as pulumi.Output<Zone> };
}

/** Hosts of base URLs without files: those of triggers alone. */
function hostsOf({ plain }: Given): string[] {
    return ((plain.baseUrls ?? []) as string[]).map((url) => new URL(url).host);
}

export async function groupFor(
    options: unknown,
    zone: Zone | undefined,
    opts: pulumi.InvokeOptions,
): Promise<string | undefined> {
    if (options === undefined || zone === undefined) {
        return undefined;
    }
    const { owner = "user", permissionGroup = CACHE_PURGE.id } = options as {
        owner?: "user" | "account";
        permissionGroup?: string;
    };
    if (owner === "account") {
        refusing("zone", () => refuse(noAccount(zone)));
    }
    return awaiting("tokenOptions", groupId(permissionGroup, owner, zone.accountId, opts));
}

export function apiBaseUrlFor({ inputs, plain }: Given): pulumi.Input<string> {
    const written = inputs.apiBaseUrl;
    if (written !== undefined && plain.apiBaseUrl === undefined) {
        return written as pulumi.Output<string>;
    }
    const configured = (plain.apiBaseUrl ?? cloudflare.config.baseUrl) as string | undefined;
    const name = written === undefined ? "cloudflare:baseUrl" : "apiBaseUrl";
    return refusing("apiBaseUrl", () => resolveBaseUrl(configured, process.env, name));
}
