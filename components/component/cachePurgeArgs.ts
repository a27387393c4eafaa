import type * as pulumi from "@pulumi/pulumi";
import type { Targets } from "../plan/targets";
import type { ZonePlan } from "../settings/limits";
import type { Assets } from "./assetsFrom";
import type { Journal } from "./journal";
import type { PurgeTokenOptions } from "./purgeToken";
import type { TuningArgs } from "./tuningArgs";
import type { ZoneArg } from "./zone";

/** What puts the files in place: resources, or outputs of resources. */
export type Upload = pulumi.Input<pulumi.Resource> | pulumi.Input<pulumi.Input<pulumi.Resource>[]>;

/** Args of a CachePurge. */
export interface CachePurgeArgs extends TuningArgs {
    /**
     * The zone: its name, `{ name, accountId }`, or `{ id }`. Default: the zone of the base URLs' hosts, for which these
     * have to be plain strings.
     */
    readonly zone?: pulumi.Input<ZoneArg> | undefined;
    /** What the deploy serves: `siteAssets(dir, {…})` or `assetsFrom(digests, {…})`. Default: nothing but triggers. */
    readonly assets?: Assets | undefined;
    /**
     * What puts the files in place. A function of the journal: make its resources depend on the journal, and the record
     * of what changes is in the state before a byte is uploaded, and what removed files leave at the edge is purged after
     * their objects are deleted. For a component: `{ dependsOn: journal, transforms: [journal.transform] }`. Or a list of resources: the journal does not wait for
     * them, the purge does; a kill in the middle of the upload that is then reverted is not covered. Default: nothing
     * to wait for.
     */
    readonly after?: ((journal: Journal) => Upload) | Upload | undefined;
    /**
     * When any of these values changes, the `targets` are purged. A list, or values by name: plain data; dates and URLs count
     * as their text, and what JSON cannot tell apart (a Map, a bigint, NaN, …) is refused. May be secrets. Default: none.
     */
    readonly triggers?:
        | pulumi.Input<pulumi.Input<unknown>[]>
        | pulumi.Input<Record<string, pulumi.Input<unknown>>>
        | undefined;
    /**
     * What a changed trigger purges: `{ urls, prefixes, hosts, tags }`, or `"everything"`. Required with `triggers`. Not a
     * secret: it stands in the journal and in messages.
     */
    readonly targets?: pulumi.Input<Targets | "everything"> | undefined;
    /** URLs (or paths under each base URL) that go along with every change: feeds, sitemaps. Default: none. */
    readonly always?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Header sets of custom cache keys (`CF-Device-Type`, `CF-IPCountry`, `Accept-Language`). Default: none. */
    readonly headers?: pulumi.Input<pulumi.Input<Record<string, string>>[]> | undefined;
    /**
     * Origins whose pages load this site's files: `["https://app.example.com"]`. The edge keeps copies of their own for
     * them of what browsers ask for with an `Origin` header (fonts, module scripts, what `fetch()` brings, `crossorigin`
     * media): these files are purged with each such header too. Default: none.
     */
    readonly crossOrigins?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /**
     * The first `up` cannot know what the edge holds: `"purge"` purges every URL of the manifest, `"record"` nothing.
     * Default: `"purge"`.
     */
    readonly onCreate?: pulumi.Input<"purge" | "record"> | undefined;
    /** URLs above which the plan may use prefixes and hosts. Default: 5000. */
    readonly widenAbove?: pulumi.Input<number> | undefined;
    /** Unchanged URLs that a widened plan may evict at most. Default: as many as URLs changed. */
    readonly maxCollateral?: pulumi.Input<number> | undefined;
    /**
     * Request headers that let the checks at origin and edge through a login or a firewall, such as those of an Access
     * service token: `{ "CF-Access-Client-Id": …, "CF-Access-Client-Secret": … }`. Secrets. They are sent to the hosts of
     * the base URLs only, over TLS (or to this machine), and never to where a redirect leads. Default: none.
     */
    readonly checkHeaders?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /** A token to use instead of making one, or how to make it. Default: make a user's token that never expires. */
    readonly token?: pulumi.Input<string> | PurgeTokenOptions | undefined;
    /**
     * The ID of the environment of the zone (Version Management) that is purged. Default: production. Another one is purged
     * by a component of its own.
     */
    readonly environment?: pulumi.Input<string> | undefined;
    /**
     * Whether base URLs, `targets` and `always` may name hosts outside the zone: custom hostnames of it (Cloudflare for
     * SaaS). Needs `zone`. Default: false.
     */
    readonly customHostnames?: boolean | undefined;
    /** The limits to stay under: `"free"`, `"pro"`, `"business"`, `"enterprise"`. Default: the zone's, where readable. */
    readonly zonePlan?: pulumi.Input<ZonePlan> | undefined;
}
