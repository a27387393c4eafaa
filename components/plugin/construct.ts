/** The components of a plugin. */
import * as pulumi from "@pulumi/pulumi";
import { beforeUpload } from "../component/beforeUpload";
import { seconds } from "../component/duration";
import type { PurgeTokenOptions } from "../component/purgeToken";
import { PurgeToken } from "../component/purgeToken";
import { tokenDates } from "../component/tokenDates";
import { ANY_LANGUAGE, ANY_LANGUAGE_TOKEN } from "../settings/pluginOptions";
import { argsOf, wrongHosts, wrongTogether } from "./args";
import type { Given } from "./given";
import { areKnown, given, some } from "./given";
import { PLUGIN, ticketOf } from "./kinds";
import { apiBaseUrlFor, groupFor, invokeOptions, zoneFor } from "./lookUps";
import { CACHE_PURGE, PURGE_TOKEN, SITE } from "./names";
import { check, refuseInput, refusing } from "./refusal";

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
        case SITE:
        case CACHE_PURGE:
            return site(name, type, from, opts);
        case PURGE_TOKEN:
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
    const deadline = refusing("dir", () => seconds(opts.customTimeouts?.update ?? opts.customTimeouts?.create));
    const apiBaseUrl = apiBaseUrlFor(from);
    // A stack of the TypeScript component is taken over: there, a Site and its Purge are one component.
    const former = type === SITE ? [{ type: CACHE_PURGE }] : [];
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
    if (type === SITE) {
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
