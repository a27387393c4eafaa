import * as pulumi from "@pulumi/pulumi";
import type { Receipt } from "../purge/outcome";
import { DYNAMIC } from "../resources/dynamic";
import type { CachePurgeArgs } from "./args";
import { apiBaseUrlOf, beforeUpload, seconds } from "./beforeUpload";
import { baseHosts, checkArgs, hostOutside } from "./checkArgs";
import type { Journal } from "./journal";
import { uploads } from "./journal";
import { exported, refuse } from "./programError";
import type { ZoneArg } from "./zone";
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
    /** The zone's ID: 32 hexadecimal digits. */
    readonly zoneId: pulumi.Output<string>;
    /** The zone's name, in ASCII; empty where it cannot be read. */
    readonly zoneName: pulumi.Output<string>;
    /** The ID of the token that was made; empty when one was given. */
    readonly tokenId: pulumi.Output<string>;
    /** The token. A secret. */
    readonly token: pulumi.Output<string>;
    /** What was recorded; uploads depend on it. */
    readonly journal: Journal;
    /** What the last purge did, and what is still owed. */
    readonly receipt: pulumi.Output<Receipt>;

    /**
     * @param name The name of the component; its parts are called `name-record`, `name-purge` and `name-token`.
     * @param args What is deployed, to which zone, and how to purge.
     * @param opts A `provider` or `providers` for Cloudflare, `aliases` after a rename; `customTimeouts.update` bounds the
     * time of the purge. Not `dependsOn`, which would delay the journal: name the upload in `after`.
     */
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
        // The provider's credential goes to its base URL with the first look-up: whether it may is told before.
        const apiBaseUrl = apiBaseUrlOf(this);
        const asked = pulumi.all([args.zone, apiBaseUrl]).apply(([given]) => given as ZoneArg | undefined);
        const zone = lookUpZone(asked, baseHosts(args), this).apply((facts) => {
            refuse(hostOutside(facts.name, args));
            return facts;
        });
        const deadline = seconds(opts.customTimeouts?.update ?? opts.customTimeouts?.create);
        const { token, how, journal } = beforeUpload(name, args, this, { zone, deadline, apiBaseUrl, kinds: DYNAMIC });
        const { resources, isSwept } = uploads(args.after, journal, this);
        const purge = new DYNAMIC.Purge(
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
        const { zoneId, zoneName, tokenId, receipt } = this;
        this.registerOutputs(exported({ zoneId, zoneName, tokenId, token: this.token, receipt }));
    }
}
