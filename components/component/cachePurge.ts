import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { resolveBaseUrl } from "../cloudflare/baseUrl";
import type { Zone } from "../cloudflare/zone";
import type { Problem } from "../errors/problem";
import { ProblemError } from "../errors/problem";
import type { Targets } from "../plan/targets";
import type { Receipt } from "../purge/receipt";
import type { CheckHeaders } from "../purge/visit";
import type { JournalArgs } from "../resources/dynamic";
import { Purge } from "../resources/dynamic";
import { wrongOptions } from "../settings/check";
import { COMPONENT } from "../settings/componentOptions";
import { withDefaults } from "../settings/settings";
import { TUNING } from "../settings/tuningOptions";
import { manifestText } from "./assetsFrom";
import type { CachePurgeArgs } from "./cachePurgeArgs";
import { baseHosts, checkArgs, hostOutside, tokenProblem } from "./checkArgs";
import { seconds } from "./duration";
import { Journal } from "./journal";
import { ProgramError, refuse } from "./programError";
import { PurgeToken } from "./purgeToken";
import { triggersOf } from "./triggers";
import { uploads } from "./uploads";
import { lookUpZone } from "./zone";

/**
 * Purges from Cloudflare's cache exactly what a deploy changed, after the upload, and never loses a purge: looks the
 * zone up by name, makes a token that can purge that zone and nothing else, records what changes before the upload
 * begins, and purges what is recorded.
 *
 * ```ts
 * const purge = new CachePurge("site", {
 *     zone: "example.com",
 *     assets: siteAssets("./dist", { baseUrls: ["https://www.example.com"] }),
 *     after: journal => new command.local.Command(
 *         "upload",
 *         { create: "rsync -a --delete dist/ web:/srv/www/", triggers: [journal.record] },
 *         { dependsOn: journal },
 *     ),
 * });
 * export const purged = purge.receipt;
 * ```
 *
 * @throws pulumi.ResourceError for an option that is unknown, missing or wrong, before any request.
 */
export class CachePurge extends pulumi.ComponentResource {
    readonly zoneId: pulumi.Output<string>;
    readonly zoneName: pulumi.Output<string>;
    /** The ID of the token that was made; empty when one was given. */
    readonly tokenId: pulumi.Output<string>;
    /** The token. A secret. */
    readonly token: pulumi.Output<string>;
    /** What was recorded; uploads depend on it. */
    readonly journal: Journal;
    /** What the last purge did, and what is still owed. */
    readonly receipt: pulumi.Output<Receipt>;

    constructor(name: string, args: CachePurgeArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("cloudflare-cache-purge:index:CachePurge", name, {}, opts);
        checkArgs(args, this);
        if (opts.dependsOn !== undefined) {
            pulumi.log.warn(
                "dependsOn delays the journal too, so a kill during the upload is not covered: name the upload in `after` instead",
                this,
            );
        }
        for (const warning of args.assets?.warnings ?? []) {
            pulumi.log.warn(warning, this);
        }
        const zone = lookUpZone(args.zone, baseHosts(args), this).apply((facts) => {
            refuse(hostOutside(facts.name, args));
            return facts;
        });
        const token = tokenFor(name, args, zone, this);
        const given = args as Readonly<Record<string, pulumi.Input<unknown>>>;
        const tuning = Object.fromEntries(Object.keys(TUNING).map((option) => [option, given[option]]));
        const deadline = seconds(opts.customTimeouts?.update ?? opts.customTimeouts?.create);
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
            ...(args.customHostnames === true ? { customHostnames: true } : {}),
            apiBaseUrl: apiBaseUrl(this),
            settings: settings.apply(withDefaults),
        };
        const ready = pulumi.unsecret(pulumi.all([zone, token.checked]).apply(() => true));
        const journal = new Journal(name, { ...journalArgs(args, ready), ...variants }, how, this);
        const { resources, isSwept } = uploads(args.after, journal, this);
        const purge = new Purge(
            `${name}-purge`,
            { journal: journal.record, ...how, isSwept },
            { parent: this, dependsOn: resources.apply((them) => [...them, journal]) },
        );
        this.zoneId = zone.apply((z) => z.id);
        this.zoneName = zone.apply((z) => z.name);
        this.tokenId = token.id;
        this.token = pulumi.secret(token.value);
        this.journal = journal;
        this.receipt = purge.receipt;
        this.registerOutputs({
            zoneId: this.zoneId,
            zoneName: this.zoneName,
            tokenId: this.tokenId,
            token: this.token,
            receipt: this.receipt,
        });
    }
}

/**
 * @param ready fails for a zone or a token that cannot be right: then nothing is recorded, and so nothing uploaded,
 * instead of an upload whose purge cannot be made.
 */
function journalArgs(args: CachePurgeArgs, ready: pulumi.Output<unknown>): JournalArgs {
    const manifest = inClear("assets", manifestText(args.assets));
    return {
        manifest: pulumi.all([manifest, ready]).apply(([text]) => text),
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

function tokenFor(name: string, args: CachePurgeArgs, zone: pulumi.Output<Zone>, parent: CachePurge): TokenInUse {
    const given = args.token;
    if (typeof given === "string" || pulumi.Output.isInstance(given) || given instanceof Promise) {
        // After the look-up: an output that fails at once, before anybody waits for it, is a warning of Node's besides.
        const value = pulumi.secret(pulumi.all([given as string, zone]).apply(([text]) => wellFormed(text)));
        const checked = value.apply(() => true);
        return { value, checked, id: pulumi.output(""), owner: "given" };
    }
    const options = given ?? {};
    const made = new PurgeToken(`${name}-token`, { ...options, zone: "" }, { parent }, zone);
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
function apiBaseUrl(self: CachePurge): pulumi.Output<string> {
    const provider = self.getProvider("cloudflare:index/zone:Zone") as cloudflare.Provider | undefined;
    const configured = cloudflare.config.baseUrl;
    return pulumi.output(provider?.baseUrl).apply((own) => {
        try {
            return resolveBaseUrl(own ?? configured, process.env, "cloudflare:baseUrl");
        } catch (error) {
            throw error instanceof ProblemError ? new ProgramError(error) : error;
        }
    });
}
