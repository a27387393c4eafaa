/** The components of a plugin, what has to be looked up before they are made, and how a wrong option is refused. */
import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { resolveBaseUrl } from "../cloudflare/baseUrl";
import { CACHE_PURGE } from "../cloudflare/credential";
import type { Zone } from "../cloudflare/zone";
import type { CachePurgeArgs } from "../component/args";
import { beforeUpload, seconds } from "../component/beforeUpload";
import type { WrongArg } from "../component/checkArgs";
import { baseHosts, hostOutside } from "../component/checkArgs";
import { refuse } from "../component/programError";
import type { PurgeTokenOptions } from "../component/purgeToken";
import { groupId, noAccount, PurgeToken, tokenDates } from "../component/purgeToken";
import { findZone } from "../component/zone";
import { ProblemError, problemText } from "../errors/problem";
import type { Options } from "../settings/option";
import { ANY_LANGUAGE, ANY_LANGUAGE_TOKEN } from "../settings/pluginOptions";
import type { Given } from "./inputs";
import {
    areKnown,
    argsOf,
    given,
    some,
    unknown,
    WORDS,
    wrongAssets,
    wrongHosts,
    wrongInputs,
    wrongTogether,
    zoneOf,
} from "./inputs";
import { CACHE_PURGE_TYPE, PLUGIN, PURGE_TOKEN_TYPE, SITE_TYPE, ticketOf } from "./parts";

type ComponentOptions = pulumi.ComponentResourceOptions;
type Constructed = pulumi.provider.ConstructResult;

/**
 * Makes a component. Whatever can fail is awaited before anything is registered: an output that is rejected later would
 * take all other components with it that this process is making.
 *
 * @throws pulumi.InputPropertiesError naming the wrong options.
 */
export async function construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: ComponentOptions,
): Promise<Constructed> {
    const from = await given(inputs);
    const opts = tidied(options);
    switch (type) {
        case SITE_TYPE:
        case CACHE_PURGE_TYPE:
            return site(name, type, from, opts);
        case PURGE_TOKEN_TYPE:
            return purgeToken(name, from, opts);
        default:
            throw new Error(`unknown component ${type}`);
    }
}

async function site(name: string, type: string, from: Given, opts: ComponentOptions): Promise<Constructed> {
    check(from, ANY_LANGUAGE);
    refuseInput(wrongTogether(from));
    const { args, known } = refusing("dir", () => argsOf(from));
    refuseInput(wrongHosts(known));
    const tokenOptions = (from.plain.tokenOptions ?? {}) as PurgeTokenOptions;
    refusing("tokenOptions", () => tokenDates(tokenOptions, "tokenOptions.", true));
    const look = invokeOptions(opts);
    const zone = await zoneFor(from, known, look);
    const group = await groupFor("token" in from.inputs ? undefined : tokenOptions, zone.facts, look);
    const deadline = refusing("customTimeouts", () =>
        seconds(opts.customTimeouts?.update ?? opts.customTimeouts?.create),
    );
    const apiBaseUrl = apiBaseUrlFor(from);
    // A stack of the TypeScript component is taken over: there, a Site and its Purge are one component.
    const former = type === SITE_TYPE ? [{ type: CACHE_PURGE_TYPE }] : [];
    const self = new Component(type, name, { ...opts, aliases: [...(opts.aliases ?? []), ...former] });
    for (const warning of args.assets?.warnings ?? []) {
        pulumi.log.warn(warning, self);
    }
    if (opts.providers !== undefined && "cloudflare" in opts.providers && !("apiBaseUrl" in from.inputs)) {
        pulumi.log.info(
            `the base URL of the cloudflare provider that ${name} is given cannot be read here: purges go to ${apiBaseUrl}. ` +
                "Give apiBaseUrl where that is another",
            self,
        );
    }
    const { token, how, journal } = beforeUpload(name, args, self, {
        zone: zone.output,
        group,
        deadline,
        apiBaseUrl,
        kinds: PLUGIN,
    });
    const stored = {
        zoneId: zone.output.apply(({ id }) => id),
        zoneName: zone.output.apply(({ name: its }) => its),
        tokenId: token.id,
        token: pulumi.secret(token.value),
    };
    if (type === SITE_TYPE) {
        return self.done(stored, { record: journal.record, ticket: ticketOf({ ...how, journal: journal.record }) });
    }
    const purge = new PLUGIN.Purge(
        `${name}-purge`,
        { ...how, journal: journal.record },
        { parent: self, dependsOn: [journal] },
    );
    return self.done({ ...stored, receipt: purge.receipt }, {});
}

async function purgeToken(name: string, from: Given, opts: ComponentOptions): Promise<Constructed> {
    check(from, ANY_LANGUAGE_TOKEN);
    if (!("zone" in from.inputs) && !("zoneId" in from.inputs)) {
        refuseInput({ property: "zone", reason: 'zone is missing: give the zone\'s name, such as "example.com"' });
    }
    refusing("expiresOn", () => tokenDates(from.plain, "", false));
    const look = invokeOptions(opts);
    const zone = await zoneFor(from, {}, look);
    const options = some(from.plain, ["owner", "permissionGroup"]);
    const group = await groupFor(areKnown(from, "owner", "permissionGroup") ? options : undefined, zone.facts, look);
    const args = { ...from.inputs, zone: "" } as PurgeTokenOptions & { zone: string };
    const made = new PurgeToken(name, args, opts, { zone: zone.output, group });
    const { urn, value, tokenId, zoneId, zoneName } = made;
    return { urn, state: { value, tokenId, zoneId, zoneName } };
}

/** A component whose parts stand in a function, since some of them have to be awaited. */
class Component extends pulumi.ComponentResource {
    constructor(type: string, name: string, opts: ComponentOptions) {
        super(type, name, {}, opts);
    }

    /** @param more What programs read and the state has elsewhere already. */
    done(stored: pulumi.Inputs, more: pulumi.Inputs): Constructed {
        this.registerOutputs(stored);
        return { urn: this.urn, state: { ...stored, ...more } };
    }
}

/** Options as a program would give them: the SDK hands empty texts and lists over where none was given. */
function tidied({ customTimeouts, ...opts }: ComponentOptions): ComponentOptions {
    const written = Object.entries(customTimeouts ?? {}).filter(([, time]) => time !== undefined && time !== "");
    return { ...opts, ...(written.length === 0 ? {} : { customTimeouts: Object.fromEntries(written) }) };
}

/* What a component has to know before it makes its parts. All of it is awaited, and refused as the option that led to it. */

/** Look-ups are made with the provider that the component is given. */
function invokeOptions({ providers }: ComponentOptions): pulumi.InvokeOptions {
    const own = (providers as Record<string, pulumi.ProviderResource> | undefined)?.cloudflare;
    return own === undefined ? {} : { provider: own };
}

interface FoundZone {
    /** `undefined`: this preview does not know what to look up. */
    readonly facts: Zone | undefined;
    readonly output: pulumi.Output<Zone>;
}

async function zoneFor(from: Given, known: CachePurgeArgs, opts: pulumi.InvokeOptions): Promise<FoundZone> {
    const names = ["zone", "zoneId", "accountId"];
    const isWritten = "zone" in from.inputs || "zoneId" in from.inputs;
    if (!areKnown(from, ...names, ...(isWritten ? [] : ["baseUrls"]))) {
        return { facts: undefined, output: unknown<Zone>(some(from.inputs, [...names, "baseUrls"])) };
    }
    const hosts = isWritten || known.assets !== undefined ? baseHosts(known) : hostsOf(from);
    const property = "zoneId" in from.inputs ? "zoneId" : isWritten ? "zone" : "baseUrls";
    const found = await awaiting(property, findZone(zoneOf(from), hosts, { opts, words: WORDS }));
    // Of a zone that cannot be read, the program may know the account.
    const facts = { ...found, accountId: found.accountId || ((from.plain.accountId ?? "") as string) };
    const outside = hostOutside(facts.name, known, WORDS);
    refuseInput(outside && { property: outside.option, reason: problemText(outside) });
    const output = pulumi.output(facts) as pulumi.Output<Zone>;
    return { facts, output: names.some((name) => from.secrets.has(name)) ? pulumi.secret(output) : output };
}

/** Hosts of base URLs without files: those of triggers alone. */
function hostsOf({ plain }: Given): string[] {
    return ((plain.baseUrls ?? []) as string[]).map((url) => new URL(url).host);
}

async function groupFor(
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
        refusing("zone", () => refuse(noAccount(zone, WORDS)));
    }
    return awaiting("tokenOptions", groupId(permissionGroup, owner, zone.accountId, opts, WORDS));
}

function apiBaseUrlFor({ inputs, plain, secrets }: Given): pulumi.Input<string> {
    const written = inputs.apiBaseUrl;
    if (written !== undefined && plain.apiBaseUrl === undefined) {
        return written as pulumi.Output<string>;
    }
    const configured = (plain.apiBaseUrl ?? cloudflare.config.baseUrl) as string | undefined;
    const name = written === undefined ? "cloudflare:baseUrl" : "apiBaseUrl";
    const url = refusing("apiBaseUrl", () => resolveBaseUrl(configured, process.env, name));
    return secrets.has("apiBaseUrl") ? pulumi.secret(url) : url;
}

/* Wrong options as the engine prints them: each with the property that it is about. */

/** @throws pulumi.InputPropertiesError for options that do not exist, and values that break their rule. */
function check(from: Given, table: Options): void {
    const wrong = wrongInputs(from, table);
    if (wrong.length > 0) {
        throw refusal(wrong);
    }
}

function refuseInput(wrong: WrongArg | undefined): void {
    if (wrong !== undefined) {
        throw refusal([wrong]);
    }
}

function refusal(wrong: readonly WrongArg[]): pulumi.InputPropertiesError {
    const errors = wrong.map(({ property, reason }) => ({ propertyPath: property, reason }));
    return new pulumi.InputPropertiesError({ message: "", errors });
}

/** Runs what may refuse an option. @param property The one that it is about, where the error does not say. */
function refusing<T>(property: string, run: () => T): T {
    try {
        return run();
    } catch (error) {
        throw asRefusal(property, error);
    }
}

async function awaiting<T>(property: string, run: Promise<T>): Promise<T> {
    return run.catch((error: unknown) => {
        throw asRefusal(property, error);
    });
}

function asRefusal(property: string, error: unknown): unknown {
    const wrong =
        wrongAssets(error) ?? (error instanceof ProblemError ? { property, reason: error.message } : undefined);
    return wrong === undefined ? error : refusal([wrong]);
}
