import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { CACHE_PURGE, LONGEST_NAME, ZONE_SCOPE, zoneResources } from "../cloudflare/credential";
import type { Zone } from "../cloudflare/zone";
import type { Problem } from "../errors/problem";
import { COMPONENT, TOKEN } from "../settings/componentOptions";
import { wrongOptions } from "../settings/option";
import { checkOptions, exported, isOpen, ProgramError, refusal, refuse } from "./programError";
import type { ZoneArg } from "./zone";
import { lookUpZone } from "./zone";
import type { ProgramWords } from "./zoneWords";
import { WORDS } from "./zoneWords";

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
    /** The zone's ID: 32 hexadecimal digits. */
    readonly zoneId: pulumi.Output<string>;
    /** The zone's name, in ASCII; empty where it cannot be read. */
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
        const { value, tokenId, zoneId, zoneName } = this;
        this.registerOutputs(exported({ value, tokenId, zoneId, zoneName }));
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
        .apply(([id, { accountId }]) => groupId(id, owner, accountId, { parent }, WORDS));
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
        refuse(noAccount(z, WORDS));
        return z.accountId;
    });
    return new cloudflare.AccountToken(name, { ...token, accountId }, { parent });
}

/** An account's token needs to know whose. */
export function noAccount({ accountId }: Zone, words: ProgramWords): Problem | undefined {
    return accountId === ""
        ? {
              key: "cannot-read-zone",
              cause: 'owner: "account" needs the zone\'s account, which cannot be read.',
              remedy: `${words.account}, or add Zone → Zone → Read to the provider's token.`,
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

interface Dates {
    readonly expiresOn?: pulumi.Input<string>;
    readonly notBefore?: pulumi.Input<string>;
}

/**
 * A token's dates, each checked when it is known, and at once where it stands in the program: Cloudflare makes a token that has expired already without a word, and
 * only the next purge would fail.
 *
 * @param path What the options are under in the program: `token.`.
 * @param inUse Whether this very program purges with the token, so that it has to be valid now.
 */
export function tokenDates({ expiresOn, notBefore }: Dates, path: string, inUse: boolean): Dates {
    const check = (name: keyof Dates, given: pulumi.Input<string>): pulumi.Input<string> => {
        const checked = (value: string): string => {
            refuse(dateProblem(name, value, path, inUse, Date.now()));
            return value;
        };
        return isOpen(given) ? pulumi.output(given).apply(checked) : checked(given as string);
    };
    return {
        ...(expiresOn === undefined ? {} : { expiresOn: check("expiresOn", expiresOn) }),
        ...(notBefore === undefined ? {} : { notBefore: check("notBefore", notBefore) }),
    };
}

/** @param now ms since the epoch. */
export function dateProblem(
    name: keyof Dates,
    value: string,
    path: string,
    inUse: boolean,
    now: number,
): Problem | undefined {
    const [wrong] = wrongOptions(TOKEN, { [name]: value }, undefined, path);
    if (wrong !== undefined) {
        return { key: "usage", cause: `${wrong.reason}.`, remedy: "" };
    }
    const at = Date.parse(value);
    if (name === "expiresOn" && at <= now) {
        return {
            key: "token-not-active",
            cause: `${path}expiresOn is "${value}", which is in the past: the token could purge nothing.`,
            remedy: "Give a later date, or leave it out: the token then never expires.",
        };
    }
    return name === "notBefore" && inUse && at > now
        ? {
              key: "token-not-active",
              cause: `${path}notBefore is "${value}", which is in the future: this deploy could not purge with the token.`,
              remedy: "Give an earlier date, or leave it out.",
          }
        : undefined;
}

/**
 * The ID of the permission group to grant.
 *
 * The list is read in any case: a credential that may not read it may not make tokens either, and the provider would
 * then only say `9109`. That is a warning here, with the remedy, since the provider's own error follows.
 *
 * @param id the group's ID, or `"lookup"`.
 */
export async function groupId(
    id: string,
    owner: "user" | "account",
    accountId: string,
    opts: pulumi.InvokeOptions,
    words: ProgramWords,
): Promise<string> {
    try {
        const groups = await list(owner, accountId, opts);
        return id === "lookup" ? chosen(groups) : id;
    } catch (error) {
        if (error instanceof ProgramError) {
            throw error;
        }
        if (id === "lookup") {
            const cause = "The permission groups cannot be listed, so none can be looked up.";
            throw new ProgramError({ key: "cannot-create-tokens", cause, remedy: remedy(owner, words) });
        }
        await pulumi.log.warn(
            `the provider's token may not be able to make a token. ${remedy(owner, words)}`,
            opts.parent,
        );
        return id;
    }
}

type Group = { readonly id?: string; readonly name?: string; readonly scopes?: readonly string[] };

async function list(
    owner: "user" | "account",
    accountId: string,
    opts: pulumi.InvokeOptions,
): Promise<readonly Group[]> {
    const { name } = CACHE_PURGE;
    const answer =
        owner === "user"
            ? await cloudflare.getApiTokenPermissionGroupsList({ name }, opts)
            : await cloudflare.getAccountApiTokenPermissionGroupsList({ accountId, name }, opts);
    return answer.results;
}

/** Names repeat in the list: name and scope together choose one. */
function chosen(groups: readonly Group[]): string {
    const group = groups.find((g) => g.name === CACHE_PURGE.name && g.scopes?.includes(ZONE_SCOPE));
    if (group?.id === undefined) {
        throw new ProgramError({
            key: "cannot-create-tokens",
            cause: `Cloudflare lists no permission group "${CACHE_PURGE.name}" for zones.`,
            remedy: `Leave permissionGroup out to use ${CACHE_PURGE.id}.`,
        });
    }
    return group.id;
}

function remedy(owner: "user" | "account", words: ProgramWords): string {
    const where =
        owner === "user"
            ? "User → API Tokens → Edit (https://dash.cloudflare.com/profile/api-tokens)"
            : "Account → Account API Tokens → Edit, made by a Super Administrator";
    return `Give it ${where}, or give the component an existing token: ${words.givenToken}.`;
}
