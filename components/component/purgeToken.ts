import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { CACHE_PURGE, LONGEST_NAME, zoneResources } from "../cloudflare/tokenPolicy";
import type { Zone } from "../cloudflare/zone";
import type { Problem } from "../errors/problem";
import { COMPONENT } from "../settings/componentOptions";
import { TOKEN } from "../settings/tokenOptions";
import { checkOptions } from "./checkOptions";
import { groupId } from "./permissionGroup";
import { refusal, refuse } from "./programError";
import { tokenDates } from "./tokenDates";
import type { ZoneArg } from "./zone";
import { lookUpZone } from "./zone";

/** How a purge token is made. Every value can be another resource's output. */
export interface PurgeTokenOptions {
    /**
     * Whose token it is. `"user"` belongs to the user of the provider's credential, who needs API Tokens → Edit.
     * `"account"` belongs to the zone's account and outlives its maker; the credential needs Account API Tokens → Edit.
     * Default: `"user"`.
     */
    readonly owner?: "user" | "account";
    /** Name in the dashboard, up to 120 characters. Default: `cache-purge <zone> (<project>/<stack>)`. */
    readonly name?: pulumi.Input<string>;
    /** When it stops working, RFC 3339 (`2030-01-01T00:00:00Z`). A date in the past is an error. Default: never. */
    readonly expiresOn?: pulumi.Input<string>;
    /** When it begins to work, RFC 3339. For a CachePurge, a date in the future is an error. Default: at once. */
    readonly notBefore?: pulumi.Input<string>;
    /** Addresses or CIDR blocks that may use it. Default: any. */
    readonly allowedIps?: pulumi.Input<pulumi.Input<string>[]>;
    /** Addresses or CIDR blocks that may not. Default: none. */
    readonly deniedIps?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * The permission group. Default: the ID of "Cache Purge". `"lookup"` asks Cloudflare for the group of that name and
     * the zone scope, which needs API Tokens → Read besides.
     */
    readonly permissionGroup?: pulumi.Input<string>;
}

/** Args of a PurgeToken that stands alone. */
export interface PurgeTokenArgs extends PurgeTokenOptions {
    /** The one zone that the token may purge. */
    readonly zone: pulumi.Input<ZoneArg>;
}

/** The options of a token that stands alone. */
const STANDALONE = { zone: COMPONENT.zone, ...TOKEN };

/**
 * A token that may purge the cache of one zone, and do nothing else.
 *
 * ```ts
 * const token = new PurgeToken("pipeline", { zone: "example.com" });
 * export const purgeToken = token.value; // a secret
 * ```
 */
export class PurgeToken extends pulumi.ComponentResource {
    /** The token: what `Authorization: Bearer` takes. A secret. */
    readonly value: pulumi.Output<string>;
    /** The token's ID: names it in the dashboard and the API, and authenticates nothing. */
    readonly tokenId: pulumi.Output<string>;
    readonly zoneId: pulumi.Output<string>;
    readonly zoneName: pulumi.Output<string>;

    constructor(name: string, args: PurgeTokenArgs, opts?: pulumi.ComponentResourceOptions);
    /** @internal CachePurge hands over what it has looked up. */
    constructor(name: string, args: PurgeTokenArgs, opts: pulumi.ComponentResourceOptions | undefined, known: Known);
    constructor(name: string, args: PurgeTokenArgs, opts?: pulumi.ComponentResourceOptions, known?: Known) {
        super("cloudflare-cache-purge:index:PurgeToken", name, {}, opts);
        if (known === undefined) {
            checkOptions(STANDALONE, args ?? {}, this);
        }
        const zone = known?.zone ?? lookUpZone(required(args?.zone, this), [], this);
        const inUse = known?.inUse ?? false;
        const dated = { ...args, ...tokenDates(args, inUse ? "token." : "", inUse) };
        const token = make(name, dated, zone, known?.group ?? groupOf(args, zone, this), this);
        this.value = pulumi.secret(token.value);
        this.tokenId = token.id;
        this.zoneId = zone.apply((z) => z.id);
        this.zoneName = zone.apply((z) => z.name);
        this.registerOutputs({
            value: this.value,
            tokenId: this.tokenId,
            zoneId: this.zoneId,
            zoneName: this.zoneName,
        });
    }
}

function required(zone: pulumi.Input<ZoneArg> | undefined, self: pulumi.Resource): pulumi.Input<ZoneArg> {
    if (zone === undefined) {
        throw refusal('zone is missing: give the zone\'s name, such as zone: "example.com"', self);
    }
    return zone;
}

/** What another component has looked up already. */
interface Known {
    readonly zone: pulumi.Output<Zone>;
    readonly group?: pulumi.Input<string> | undefined;
    /** Whether this very program purges with the token. */
    readonly inUse?: boolean;
}

function groupOf(
    { permissionGroup, owner = "user" }: PurgeTokenOptions,
    zone: pulumi.Output<Zone>,
    parent: pulumi.Resource,
): pulumi.Output<string> {
    return pulumi
        .all([permissionGroup ?? CACHE_PURGE.id, zone])
        .apply(([id, { accountId }]) => groupId(id, owner, accountId, { parent }));
}

function make(
    name: string,
    args: PurgeTokenOptions,
    zone: pulumi.Output<Zone>,
    group: pulumi.Input<string>,
    parent: PurgeToken,
): cloudflare.ApiToken | cloudflare.AccountToken {
    const token = {
        name: args.name ?? zone.apply(defaultName),
        // One policy, one group, one zone: several come back in another order and look changed for ever.
        policies: [
            {
                effect: "allow",
                permissionGroups: [{ id: group }],
                resources: zone.apply((z) => JSON.stringify(zoneResources(z.id))),
            },
        ],
        ...(args.expiresOn === undefined ? {} : { expiresOn: args.expiresOn }),
        ...(args.notBefore === undefined ? {} : { notBefore: args.notBefore }),
        ...condition(args),
    };
    if (args.owner !== "account") {
        return new cloudflare.ApiToken(name, token, { parent });
    }
    const accountId = zone.apply((z) => {
        refuse(noAccount(z));
        return z.accountId;
    });
    return new cloudflare.AccountToken(name, { ...token, accountId }, { parent });
}

/** An account's token needs to know whose. */
export function noAccount({ accountId }: Zone): Problem | undefined {
    return accountId === ""
        ? {
              key: "cannot-read-zone",
              cause: 'owner: "account" needs the zone\'s account, which cannot be read.',
              remedy: "Give zone as { name, accountId }, or add Zone → Zone → Read to the provider's token.",
          }
        : undefined;
}

function condition(args: PurgeTokenOptions) {
    if (args.allowedIps === undefined && args.deniedIps === undefined) {
        return {};
    }
    return {
        condition: {
            requestIp: {
                ...(args.allowedIps === undefined ? {} : { ins: args.allowedIps }),
                ...(args.deniedIps === undefined ? {} : { notIns: args.deniedIps }),
            },
        },
    };
}

function defaultName(zone: Zone): string {
    const place = `${pulumi.getProject()}/${pulumi.getStack()}`;
    return `cache-purge ${zone.name || zone.id} (${place})`.slice(0, LONGEST_NAME);
}
