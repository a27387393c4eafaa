import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { resolveBaseUrl } from "../cloudflare/baseUrl";
import type { Zone } from "../cloudflare/zone";
import type { Problem } from "../errors/problem";
import { OptionError } from "../errors/problem";
import type { Targets } from "../plan/targets";
import type { CheckHeaders } from "../purge/visit";
import type { JournalArgs, Kinds, PurgeArgs } from "../resources/dynamic";
import { COMPONENT, TUNING, withDefaults } from "../settings/componentOptions";
import { wrongOptions } from "../settings/option";
import type { CachePurgeArgs } from "./args";
import { manifestText } from "./args";
import { baseHosts, tokenProblem } from "./checkArgs";
import { Journal } from "./journal";
import { inOwnWords, ProgramError, refuse } from "./programError";
import { PurgeToken } from "./purgeToken";
import { triggersOf } from "./triggers";

/** What is known before a component makes its parts. */
interface Known {
    readonly zone: pulumi.Output<Zone>;
    /** The permission group's ID, where it was looked up already. */
    readonly group?: pulumi.Input<string> | undefined;
    /** Seconds that a purge may take. */
    readonly deadline: number | undefined;
    /** Where the API is; default: where the provider of the component sends its requests. */
    readonly apiBaseUrl: pulumi.Input<string>;
    readonly kinds: Kinds;
}

/** What a component makes before anything is uploaded. */
interface BeforeUpload {
    readonly token: TokenInUse;
    /** All that the Purge takes, but the journal. */
    readonly how: Omit<PurgeArgs, "journal" | "isSwept">;
    readonly journal: Journal;
}

/** Makes the token, and records what changes. */
export function beforeUpload(
    name: string,
    args: CachePurgeArgs,
    self: pulumi.ComponentResource,
    { zone, group, deadline, apiBaseUrl, kinds }: Known,
): BeforeUpload {
    const token = tokenFor(name, args, zone, group, self);
    const given = args as Readonly<Record<string, pulumi.Input<unknown>>>;
    const tuning = Object.fromEntries(Object.keys(TUNING).map((option) => [option, given[option]]));
    const settings = pulumi.output({ ...tuning, deadline });
    // Both know with which headers a URL is purged: the journal's entries, and what the purge finds stale.
    const variants = {
        ...(args.headers === undefined
            ? {}
            : { headers: inClear("headers", args.headers as pulumi.Input<Record<string, string>[]>) }),
        ...(args.crossOrigins === undefined
            ? {}
            : { crossOrigins: inClear("crossOrigins", args.crossOrigins as pulumi.Input<string[]>) }),
    };
    const how = {
        zoneId: zone.apply((z) => z.id),
        zoneName: zone.apply((z) => z.name),
        accountId: zone.apply((z) => z.accountId),
        zonePlan: pulumi.all([args.zonePlan, zone]).apply(([plan, z]) => zonePlanOf(plan) ?? z.plan),
        zoneStatus: zone.apply((z) => z.status),
        tokenOwner: token.owner,
        token: pulumi.secret(token.value),
        ...(args.checkHeaders === undefined ? {} : { checkHeaders: checkHeadersOf(args) }),
        ...variants,
        ...(args.environment === undefined ? {} : { environment: args.environment }),
        ...(args.customHostnames === true ? { customHostnames: true } : {}),
        apiBaseUrl,
        settings: settings.apply(withDefaults),
    };
    const ready = pulumi.unsecret(pulumi.all([zone, token.checked]).apply(() => true));
    const journal = new Journal(name, { ...journalArgs(args, ready), ...variants }, how, self, kinds);
    return { token, how, journal };
}

/**
 * @param ready fails for a zone or a token that cannot be right: then nothing is recorded, and so nothing uploaded,
 * instead of an upload whose purge cannot be made.
 */
function journalArgs(args: CachePurgeArgs, ready: pulumi.Output<unknown>): JournalArgs {
    const manifest = inClear("assets", manifestText(args.assets));
    return {
        manifest: pulumi.all([manifest, ready]).apply(([text]) => text),
        ...(args.assets?.exclude === undefined ? {} : { exclude: args.assets.exclude }),
        triggers: triggersOf(args.triggers),
        targets: inClear("targets", args.targets as pulumi.Input<Targets | "everything" | undefined>),
        always: inClear("always", args.always as pulumi.Input<string[] | undefined>),
        onCreate: args.onCreate,
        widenAbove: args.widenAbove,
        maxCollateral: args.maxCollateral,
    };
}

/**
 * A value that must not be a secret: what is purged stands in the journal, which the state keeps in clear as it keeps all
 * outputs that no secret input has the name of, and in the messages of every `up`.
 */
function inClear<T>(option: string, value: pulumi.Input<T>): pulumi.Output<T> {
    const output = pulumi.output(value as pulumi.Input<unknown>);
    return pulumi.output(pulumi.isSecret(output)).apply((isSecret) => {
        refuse(isSecret ? secretProblem(option) : undefined);
        return output as unknown as T;
    }) as pulumi.Output<T>;
}

function secretProblem(option: string): Problem {
    const what = option === "assets" ? "Its digests" : "What is in it";
    return {
        key: "usage",
        cause: `${option} is a secret. ${what} would stand in the journal and in messages in clear.`,
        remedy: `If it is no secret, write pulumi.unsecret(…) around it${option === "assets" ? ": assetsFrom(pulumi.unsecret(digests), …)" : ""}; else leave it out.`,
    };
}

function zonePlanOf(zonePlan: string | undefined): string | undefined {
    const wrong = wrongOptions(COMPONENT, { zonePlan })[0];
    refuse(wrong === undefined ? undefined : { key: "usage", cause: `${wrong.reason}.`, remedy: "" });
    return zonePlan;
}

interface TokenInUse {
    readonly value: pulumi.Output<string>;
    /** Fails when a given token has not the form of one. */
    readonly checked: pulumi.Output<unknown>;
    readonly id: pulumi.Output<string>;
    readonly owner: "user" | "account" | "given";
}

function tokenFor(
    name: string,
    args: CachePurgeArgs,
    zone: pulumi.Output<Zone>,
    group: pulumi.Input<string> | undefined,
    parent: pulumi.Resource,
): TokenInUse {
    const given = args.token;
    if (typeof given === "string" || pulumi.Output.isInstance(given) || given instanceof Promise) {
        // After the look-up: an output that fails at once, before anybody waits for it, is a warning of Node's besides.
        const value = pulumi.secret(pulumi.all([given as string, zone]).apply(([text]) => wellFormed(text)));
        const checked = value.apply(() => true);
        return { value, checked, id: pulumi.output(""), owner: "given" };
    }
    const options = given ?? {};
    const made = new PurgeToken(`${name}-token`, { ...options, zone: "" }, { parent }, { zone, group, inUse: true });
    return { value: made.value, checked: pulumi.output(true), id: made.tokenId, owner: options.owner ?? "user" };
}

/** Where the headers of the checks may go is decided here: nowhere but to the hosts of the base URLs. */
function checkHeadersOf(args: CachePurgeArgs): pulumi.Output<CheckHeaders> {
    const hosts = baseHosts(args).map((host) => new URL(`https://${host}`).hostname);
    const given = pulumi.output(args.checkHeaders as pulumi.Input<Record<string, string> | undefined>);
    return pulumi.secret(given.apply((headers) => ({ headers: headers ?? {}, hosts })));
}

function wellFormed(token: string): string {
    refuse(tokenProblem(token));
    return token;
}

/** Where the provider of this component sends its requests, so that all parts talk to one Cloudflare. */
export function apiBaseUrlOf(self: pulumi.Resource): pulumi.Output<string> {
    const provider = self.getProvider("cloudflare:index/zone:Zone") as cloudflare.Provider | undefined;
    const configured = cloudflare.config.baseUrl;
    return pulumi
        .output(provider?.baseUrl)
        .apply((own) => inOwnWords(() => resolveBaseUrl(own ?? configured, process.env, "cloudflare:baseUrl")));
}

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/**
 * Seconds of a duration as `customTimeouts` has it: `"5m"`, `"1h30m"`, `"90s"` (Go's time.ParseDuration).
 *
 * @throws ProgramError when it is not one, or not one in which a purge can be done.
 */
export function seconds(duration: string | undefined): number | undefined {
    if (duration === undefined) {
        return undefined;
    }
    const wrong = (what: string, remedy: string) =>
        new ProgramError(new OptionError("customTimeouts", duration, what, remedy));
    if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(duration)) {
        throw wrong("it is not a duration", 'Write one such as "5m" or "1h30m"');
    }
    let sum = 0;
    for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)) {
        sum += Number(amount) * (UNITS[unit as string] as number);
    }
    const { accepts, must } = TUNING.deadline.rule;
    if (!accepts(sum)) {
        throw wrong(`it must be ${must}`, "Correct it, or leave it out");
    }
    return sum;
}
