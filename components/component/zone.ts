import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import type { Zone } from "../cloudflare/zone";
import {
    chooseZone,
    isZoneId,
    isZoneName,
    spellingsOf,
    zoneCandidates,
    zoneIdProblem,
    zoneName,
    zoneOf,
} from "../cloudflare/zone";
import { ambiguousZone, noZone, pausedZone, similarZone } from "../diagnosis/zoneProblems";
import type { Problem } from "../errors/problem";
import { problemText } from "../errors/problem";
import { ProgramError, refuse } from "./programError";
import type { ProgramWords } from "./zoneWords";
import { firstLine, lookUpFailure, splitProblem, WORDS } from "./zoneWords";

/** A zone by its name, by name within one account, or by its ID. */
export type ZoneArg =
    | string
    | {
          /** 32 hexadecimal digits, from the zone's overview page. A name is safer: an ID of something else looks the same. */
          readonly id: pulumi.Input<string>;
      }
    | {
          /** The zone's name, in Unicode or in ASCII. */
          readonly name: pulumi.Input<string>;
          /** The account that has it, where several have a zone of that name. */
          readonly accountId?: pulumi.Input<string>;
      };

/**
 * Looks a zone up with the provider of `parent`.
 *
 * @param zone what the user wrote; `undefined`: the zone of `hosts`.
 * @throws (as a rejected output) a ProgramError when no zone, or more than one, answers to it.
 */
export function lookUpZone(
    zone: pulumi.Input<ZoneArg | undefined>,
    hosts: readonly string[],
    parent: pulumi.Resource,
): pulumi.Output<Zone> {
    return pulumi
        .output(zone as pulumi.Input<Plain | undefined>)
        .apply((given) => findZone(given, hosts, { opts: { parent }, words: WORDS }));
}

/** A zone as it is written, when every part of it is known. */
type Plain = string | { id: string } | { name: string; accountId?: string };

interface LookUp {
    readonly opts: pulumi.InvokeOptions;
    readonly words: ProgramWords;
}

/** @throws ProgramError as {@link lookUpZone} does. */
export async function findZone(given: Plain | undefined, hosts: readonly string[], how: LookUp): Promise<Zone> {
    const zone = await find(given, hosts, how);
    if (zone.paused) {
        pulumi.log.warn(problemText(pausedZone(zone.name)), how.opts.parent);
    }
    return zone;
}

async function find(given: Plain | undefined, hosts: readonly string[], how: LookUp): Promise<Zone> {
    if (given === undefined) {
        return byHosts(hosts, how);
    }
    const plain = typeof given === "string" ? { name: given } : given;
    return "id" in plain ? byId(plain.id, hosts, how) : byName(plain.name, plain.accountId, how);
}

/** What is wrong with how a zone is written in the program; `undefined`: nothing, or it is not known yet. */
export function zoneArgProblem(zone: unknown, words: ProgramWords): Problem | undefined {
    const { id, name } = typeof zone === "string" ? { name: zone } : ((zone ?? {}) as { id?: unknown; name?: unknown });
    if (typeof id === "string") {
        return zoneIdProblem(id);
    }
    if (typeof name !== "string") {
        return undefined;
    }
    if (isZoneId(name.trim())) {
        return {
            key: "wrong-zone-id",
            cause: `zone "${name}" looks like a zone ID.`,
            remedy: `Write ${words.byId(name)}, or better the zone's name.`,
        };
    }
    const remedy = 'Give the zone\'s name, such as "example.com".';
    if (name.trim() === "") {
        return { key: "usage", cause: "zone is empty.", remedy };
    }
    return isZoneName(name) ? undefined : { key: "usage", cause: `zone "${name}" is not a zone's name.`, remedy };
}

// All look-ups are lists: one that finds nothing is an empty list, where getZone fails, and the provider then logs an error
// of its own that no program can take back.

async function byName(given: string, accountId: string | undefined, { opts, words }: LookUp): Promise<Zone> {
    refuse(zoneArgProblem(given, words));
    const name = zoneName(given);
    if (name !== given) {
        pulumi.log.info(`zone "${given}" is read as ${name}`, opts.parent);
    }
    const namesakes = await zonesOf({ name }, opts).catch((error) => {
        throw new ProgramError(lookUpFailure(`The zone "${name}"`, name, error));
    });
    const [zone, ...others] = namesakes.filter((one) => accountId === undefined || one.accountId === accountId);
    if (zone === undefined) {
        throw new ProgramError(await notFound(name, accountId, namesakes[0], { opts, words }));
    }
    if (others.length > 0) {
        throw new ProgramError(ambiguousZone([zone, ...others], words));
    }
    return zone;
}

/** @param elsewhere A zone of the name, in another account than the one that was given. */
async function notFound(
    name: string,
    accountId: string | undefined,
    elsewhere: Zone | undefined,
    { opts, words }: LookUp,
): Promise<Problem> {
    if (elsewhere !== undefined) {
        return {
            key: "cannot-read-zone",
            cause: `The zone "${name}" is not in account ${accountId} but in account ${elsewhere.accountId}.`,
            remedy: "Correct accountId, or leave it out.",
        };
    }
    const others = await ofHosts([name], opts).catch(() => []);
    const meant =
        others.find((other) => other.name !== name) ?? similarZone(name, await zonesOf({}, opts).catch(() => []));
    return noZone(name, words, accountId, meant);
}

async function byId(given: string, hosts: readonly string[], { opts, words }: LookUp): Promise<Zone> {
    refuse(zoneIdProblem(given));
    const id = given.toLowerCase();
    let zones: Zone[] = [];
    let why = "";
    try {
        const known = await ofHosts(hosts, opts);
        zones = known.some((one) => one.id === id) ? known : await zonesOf({}, opts);
    } catch (error) {
        why = ` (${firstLine(error)})`;
    }
    const zone = zones.find((one) => one.id === id);
    if (zone !== undefined) {
        return zone;
    }
    const choice = hosts.length === 0 ? undefined : chooseZone(hosts, zones);
    const instead = choice !== undefined && "zone" in choice ? choice.zone : undefined;
    if (zones.some(({ accountId }) => accountId === id)) {
        throw new ProgramError({
            key: "wrong-zone-id",
            cause: `The zone ID ${id} is the ID of an account, not of a zone.`,
            remedy: `Give ${instead === undefined ? "the zone's name" : words.zone(instead.name)} instead.`,
        });
    }
    // A deploy credential without Zone Read may still be right: its owner gave the ID for just that reason.
    const check =
        instead === undefined
            ? "check the ID at the zone's overview page"
            : `give ${words.zone(instead.name)}, which can be read and has the ID ${instead.id}`;
    pulumi.log.warn(
        `the zone ${id} cannot be read with the provider's token${why}, so nothing about it could be checked; ` +
            `add Zone → Zone → Read to that token, or ${check}`,
    );
    return zoneOf({ id });
}

/** The zones that hosts may be in, as far as they can be read. */
async function ofHosts(hosts: readonly string[], opts: pulumi.InvokeOptions): Promise<Zone[]> {
    return (await Promise.all(zoneCandidates(hosts).map((name) => zonesOf({ name }, opts)))).flat();
}

/** The zone with the longest name that is a suffix of every host. */
async function byHosts(hosts: readonly string[], { opts, words }: LookUp): Promise<Zone> {
    const found = await ofHosts(hosts, opts).catch((error) => {
        throw new ProgramError(
            lookUpFailure(`The zone of ${hosts.join(", ")}`, zoneCandidates(hosts).at(-1) ?? "", error),
        );
    });
    const choice = chooseZone(hosts, found);
    if ("zone" in choice) {
        return choice.zone;
    }
    throw new ProgramError("groups" in choice ? splitProblem(choice, words) : ambiguousZone(choice.namesakes, words));
}

async function zonesOf({ name }: { readonly name?: string }, opts: pulumi.InvokeOptions): Promise<Zone[]> {
    const filters = name === undefined ? [{}] : spellingsOf(name).map((spelling) => ({ name: spelling }));
    const lists = await Promise.all(filters.map((filter) => listedOnce(filter, opts)));
    const found = lists.flatMap(({ results }) => results.map(read));
    return [...new Map(found.map((zone) => [zone.id, zone])).values()];
}

/** What providers were asked for in a run of the program; each of them, and the run, stands for its answers. */
const lists = new WeakMap<object, Map<string, ReturnType<typeof cloudflare.getZones>>>();

/** Asks a provider once in a run, however many components are in the zone. */
function listedOnce(
    filter: cloudflare.GetZonesArgs,
    opts: pulumi.InvokeOptions,
): ReturnType<typeof cloudflare.getZones> {
    const place = opts.provider ?? opts.parent?.getProvider(GET_ZONES) ?? pulumi.runtime.getMonitor();
    if (place === undefined) {
        return cloudflare.getZones(filter, opts);
    }
    const known = lists.get(place) ?? new Map<string, ReturnType<typeof cloudflare.getZones>>();
    lists.set(place, known);
    const key = JSON.stringify(filter);
    const list = known.get(key) ?? cloudflare.getZones(filter, opts);
    known.set(key, list);
    return list;
}

const GET_ZONES = "cloudflare:index/getZones:getZones";

/** A zone as the provider's functions answer it. */
function read(zone: {
    readonly id: string;
    readonly name: string;
    readonly status: string;
    readonly paused?: boolean;
    readonly account?: { readonly id?: string; readonly name?: string };
    readonly plan?: { readonly legacyId?: string };
}): Zone {
    return {
        id: zone.id,
        name: zoneName(zone.name),
        status: zone.status ?? "",
        accountId: zone.account?.id ?? "",
        accountName: zone.account?.name ?? "",
        plan: zone.plan?.legacyId ?? "",
        paused: zone.paused ?? false,
    };
}
