/** What a component of the plugin is made of: names of types, the plugin's own resources, and the ticket from one to the other. */

import * as pulumi from "@pulumi/pulumi";
import type { Receipt } from "../purge/outcome";
import type { JournalArgs, Kinds, PurgeArgs } from "../resources/dynamic";
import { DYNAMIC_MODULE } from "../resources/dynamic";
import type { PurgeInputs } from "../resources/state";
import { ownPackage, PROJECT } from "../settings/project";

/** The package, as programs of other languages know it. */
export const PACKAGE = "cloudflare-cache-purge";

/** Types that programs write. */
export const SITE_TYPE = `${PACKAGE}:index:Site`;
export const CACHE_PURGE_TYPE = `${PACKAGE}:index:CachePurge`;
export const PURGE_TOKEN_TYPE = `${PACKAGE}:index:PurgeToken`;
export const PURGE_TYPE = `${PACKAGE}:index:Purge`;

/** What a component is made of, the Purge apart: no program writes these. */
export const PARTS = `${PACKAGE}:parts`;

export const VERSION = ownPackage().version ?? "0.0.0";

/** What a Site hands to its Purge: all that this takes, as one secret text. */
type Ticket = Omit<PurgeInputs, "isSwept"> & {
    /** The names of those that the program gave as secrets. */
    readonly secrets?: readonly string[];
};

function encodeTicket(ticket: Ticket): string {
    return JSON.stringify(ticket);
}

/** `undefined`: the text is not a ticket. */
export function decodeTicket(text: unknown): Ticket | undefined {
    try {
        const ticket = JSON.parse(String(text)) as Partial<Ticket> | null;
        const { journal, zoneId, token } = ticket ?? {};
        const isTicket = [journal, zoneId, token].every((part) => typeof part === "string");
        return isTicket ? (ticket as Ticket) : undefined;
    } catch {
        return undefined;
    }
}

/** A resource of the plugin's own: without its version and address, the engine would look for another plugin. */
abstract class Part extends pulumi.CustomResource {
    constructor(type: string, name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions = {}) {
        const former = { type: `${DYNAMIC_MODULE}:${type.slice(type.lastIndexOf(":") + 1)}` };
        const download = PROJECT.pluginDownload === "" ? {} : { pluginDownloadURL: PROJECT.pluginDownload };
        const aliases = [...(opts.aliases ?? []), former];
        super(type, name, props, { ...opts, ...download, version: VERSION, aliases });
    }
}

class Journal extends Part {
    declare readonly record: pulumi.Output<string>;

    constructor(name: string, args: JournalArgs, opts?: pulumi.CustomResourceOptions) {
        super(`${PARTS}:Journal`, name, { ...args, record: undefined }, opts);
    }
}

class Sweep extends Part {
    constructor(name: string, args: PurgeArgs, opts?: pulumi.CustomResourceOptions) {
        super(`${PARTS}:Sweep`, name, { ...args }, opts);
    }
}

class Purge extends Part {
    declare readonly receipt: pulumi.Output<Receipt>;

    constructor(name: string, args: PurgeArgs, opts?: pulumi.CustomResourceOptions) {
        super(PURGE_TYPE, name, { ticket: ticketOf(args), receipt: undefined }, opts);
    }
}

/** A secret, since the token is in it. */
export function ticketOf(args: Omit<PurgeArgs, "isSwept">): pulumi.Output<string> {
    const secrets = Promise.all(
        Object.entries(args).map(async ([name, value]) =>
            (await pulumi.isSecret(pulumi.output(value as unknown))) ? [name] : [],
        ),
    );
    const ticket = pulumi
        .all([args, secrets])
        .apply(([parts, names]) => encodeTicket({ ...(parts as Ticket), secrets: names.flat() }));
    return pulumi.secret(ticket);
}

export const PLUGIN: Kinds = { Journal, Sweep, Purge, modules: [PARTS, `${PACKAGE}:index`, DYNAMIC_MODULE] };
