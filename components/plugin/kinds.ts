import * as pulumi from "@pulumi/pulumi";
import type { Receipt } from "../purge/outcome";
import { DYNAMIC_MODULE } from "../resources/dynamic";
import type { JournalArgs, Kinds, PurgeArgs } from "../resources/kinds";
import { PROJECT } from "../settings/project";
import { PACKAGE, PARTS, PURGE, VERSION } from "./names";
import type { Ticket } from "./ticket";
import { encodeTicket } from "./ticket";

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
        super(PURGE, name, { ticket: ticketOf(args), receipt: undefined }, opts);
    }
}

/** A secret, since the token is in it. */
export function ticketOf(args: Omit<PurgeArgs, "isSwept">): pulumi.Output<string> {
    return pulumi.secret(pulumi.output(args).apply((ticket) => encodeTicket(ticket as Ticket)));
}

export const PLUGIN: Kinds = { Journal, Sweep, Purge, modules: [PARTS, `${PACKAGE}:index`, DYNAMIC_MODULE] };
