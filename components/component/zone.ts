import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { chooseZone, twinsText, ZoneChoiceError, zoneCandidates } from "../plan/zones";
import { firstLine, whyNot } from "./lookUpFailure";
import { ProgramError, refuse } from "./programError";

/** A zone by its name, by name within one account, or by its ID. */
export type ZoneArg =
    | string
    | {
          /** 32 hexadecimal digits, from the zone's overview page. A name is safer: an ID of something else looks the same. */
          readonly id: pulumi.Input<string>;
      }
    | { readonly name: pulumi.Input<string>; readonly accountId?: pulumi.Input<string> };

/** What the look-up knows of a zone. The purge's own token cannot read any of it. */
export interface ZoneFacts {
    readonly id: string;
    /** Empty when the zone was given by ID and cannot be read. */
    readonly name: string;
    readonly accountId: string;
    /** `free`, `pro`, `business`, `enterprise`, or empty when not known. */
    readonly plan: string;
    /** `active`, `pending`, …, or empty when not known. */
    readonly status: string;
}

type Plain = string | { id: string } | { name: string; accountId?: string };

const ID = /^[0-9a-f]{32}$/i;

/**
 * Looks a zone up with the provider of `parent`.
 *
 * @param zone what the user wrote; `undefined`: the zone of `hosts`.
 * @throws (as a rejected output) an error with cause and cure when no zone, or more than one, answers to it.
 */
export function lookUpZone(
    zone: pulumi.Input<ZoneArg> | undefined,
    hosts: readonly string[],
    parent: pulumi.Resource,
): pulumi.Output<ZoneFacts> {
    const opts = { parent };
    return pulumi.output(zone as pulumi.Input<Plain> | undefined).apply((given) => {
        if (given === undefined) {
            return byHosts(hosts, opts);
        }
        const plain = typeof given === "string" ? { name: given } : given;
        return "id" in plain ? byId(plain.id, hosts, opts) : byName(plain.name, plain.accountId, opts);
    });
}

/** A sentence about an ID that stands where a name belongs; `undefined` when it is none. */
export function idForName(name: string): string | undefined {
    return ID.test(name)
        ? `zone "${name}" looks like a zone ID: write zone: { id: "${name}" }, or better the zone's name`
        : undefined;
}

/** A sentence about a zone ID that is none; `undefined` when it can be one, or is not known yet. */
export function malformedId(zone: unknown): string | undefined {
    const id = (zone as { id?: unknown } | undefined)?.id;
    return typeof id !== "string" || ID.test(id)
        ? undefined
        : `zone ID "${id}" is not 32 hexadecimal digits: copy it from the zone's overview page, or give the zone's name`;
}

async function byName(given: string, accountId: string | undefined, opts: pulumi.InvokeOptions): Promise<ZoneFacts> {
    const name = given.trim().toLowerCase().replace(/\.$/, "");
    if (name === "") {
        throw new ProgramError('zone is empty: give the zone\'s name, such as "example.com"');
    }
    refuse(idForName(name));
    const filter = { name, ...(accountId === undefined ? {} : { account: { id: accountId } }) };
    try {
        return factsOf(await cloudflare.getZone({ filter }, opts));
    } catch (error) {
        throw await explain(name, accountId, error, opts);
    }
}

async function byId(id: string, hosts: readonly string[], opts: pulumi.InvokeOptions): Promise<ZoneFacts> {
    refuse(malformedId({ id }));
    try {
        return factsOf(await cloudflare.getZone({ zoneId: id.toLowerCase() }, opts));
    } catch (error) {
        const { isAccount, zone } = await whatIs(id.toLowerCase(), hosts, opts);
        if (isAccount) {
            const instead = zone === undefined ? "the zone's name" : `zone: "${zone.name}"`;
            throw new ProgramError(`the zone ID ${id} is the ID of an account, not of a zone: give ${instead} instead`);
        }
        // A deploy credential without Zone Read may still be right: its owner gave the ID for just that reason.
        const check =
            zone === undefined
                ? "check the ID at the zone's overview page"
                : `give zone: "${zone.name}", which can be read and has the ID ${zone.id}`;
        pulumi.log.warn(
            `the zone ${id} cannot be read with the provider's token (${firstLine(error)}), so nothing about it could be checked; ` +
                `add Zone → Zone → Read to that token, or ${check}`,
        );
        return { id: id.toLowerCase(), name: "", accountId: "", plan: "", status: "" };
    }
}

/** What the provider's token can tell of an ID that it cannot read as a zone's, and the zone that the hosts are in. */
async function whatIs(
    id: string,
    hosts: readonly string[],
    opts: pulumi.InvokeOptions,
): Promise<{ isAccount: boolean; zone?: ZoneFacts }> {
    const [ofAccount, named] = await Promise.all([
        zonesOf({ account: { id } }, opts).catch(() => []),
        readable(hosts, opts),
    ]);
    const [zone, ...others] = named;
    return { isAccount: ofAccount.length > 0, ...(zone === undefined || others.length > 0 ? {} : { zone }) };
}

/** The zones that hosts may be in, as far as they can be read. */
async function readable(hosts: readonly string[], opts: pulumi.InvokeOptions): Promise<ZoneFacts[]> {
    const look = (name: string): Promise<ZoneFacts[]> => zonesOf({ name }, opts).catch(() => []);
    return (await Promise.all(zoneCandidates(hosts).map(look))).flat();
}

/** The zone with the longest name that is a suffix of every host. */
async function byHosts(hosts: readonly string[], opts: pulumi.InvokeOptions): Promise<ZoneFacts> {
    const names = zoneCandidates(hosts);
    const found = await Promise.all(names.map((name) => zonesOf({ name }, opts))).catch((error) => {
        throw new ProgramError(
            `the zone of ${hosts.join(", ")} could not be looked up: ${whyNot(names.at(-1) ?? "", error)}`,
        );
    });
    const chosen = chosenZone(hosts, found.flat());
    return byName(chosen.name, chosen.accountId, opts);
}

function chosenZone(hosts: readonly string[], zones: readonly ZoneFacts[]): ZoneFacts {
    try {
        return chooseZone(hosts, zones);
    } catch (error) {
        throw error instanceof ZoneChoiceError ? new ProgramError(error.message) : error;
    }
}

/** Why getZone found nothing, told from what getZones finds. */
async function explain(
    name: string,
    accountId: string | undefined,
    error: unknown,
    opts: pulumi.InvokeOptions,
): Promise<ProgramError> {
    let twins: ZoneFacts[];
    try {
        twins = await zonesOf({ name }, opts);
    } catch {
        return new ProgramError(`the zone "${name}" could not be looked up: ${whyNot(name, error)}`);
    }
    if (twins.length > 1) {
        return new ProgramError(twinsText(twins));
    }
    if (twins.length === 1 && accountId !== undefined) {
        return new ProgramError(
            `the zone "${name}" is not in account ${accountId} but in account ${twins[0]?.accountId}: correct accountId, or leave it out`,
        );
    }
    const near = (await readable([name], opts)).find((z) => z.name !== name);
    return new ProgramError(
        `no zone named "${name}" can be read with the provider's token. ` +
            (near === undefined
                ? "Check the spelling, and that the token has Zone → Zone → Read for it; or give { id }"
                : `Did you mean "${near.name}"? A zone is named after the registered domain, not after a host in it`),
    );
}

async function zonesOf(args: cloudflare.GetZonesArgs, opts: pulumi.InvokeOptions): Promise<ZoneFacts[]> {
    const { results } = await cloudflare.getZones(args, opts);
    return results.map(factsOf);
}

function factsOf(zone: {
    id: string;
    name: string;
    status: string;
    account?: { id?: string };
    plan?: { legacyId?: string };
}): ZoneFacts {
    return {
        id: zone.id,
        name: zone.name,
        accountId: zone.account?.id ?? "",
        plan: zone.plan?.legacyId ?? "",
        status: zone.status ?? "",
    };
}
