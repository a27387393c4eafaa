import * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "../assets/manifest";
import { encodeManifest } from "../assets/manifestText";
import type { MappingOptions } from "../assets/siteAssets";
import { assetsFromDigests, checkOptions } from "../assets/siteAssets";
import { normaliseBaseUrls } from "../assets/urls";
import type { Targets } from "../plan/targets";
import type { ZonePlan } from "../settings/limits";
import type { Journal, Upload } from "./journal";
import { inOwnWords } from "./programError";
import type { PurgeTokenOptions } from "./purgeToken";
import type { ZoneArg } from "./zone";

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
     * What a changed trigger purges: `{ urls, prefixes, hosts, tags }`, or `"everything"`. Goes with `triggers`: one without
     * the other is an error, and so are targets that name nothing. Not a secret: it stands in the journal and in messages.
     */
    readonly targets?: pulumi.Input<Targets | "everything"> | undefined;
    /**
     * URLs (or paths under each base URL) that go along with every change: feeds, sitemaps. They need not be files of the
     * folder, whose own changes are purged anyway. Default: none.
     */
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

/** How a sample of the changed URLs is checked, at the origin before the purge or at the edge after it. */
export interface CheckArgs {
    /** How many URLs are checked, 1 to 1000. Default: 10. */
    readonly sample?: pulumi.Input<number>;
    /** Seconds to wait until they are right. Default: 30. */
    readonly timeout?: pulumi.Input<number>;
    /** `"fail"` fails the `up` for old bytes, `"warn"` lets it pass; the URLs stay owed either way. Default: `"warn"`. */
    readonly onStale?: pulumi.Input<"warn" | "fail">;
}

/** The options of a CachePurge that tune how it purges. None of them is a reason to purge. */
export interface TuningArgs {
    /**
     * `"purge"` evicts; `"invalidate"` is Cloudflare's soft purge: the edge asks the origin again, and may serve old bytes
     * under stale-while-revalidate and stale-if-error, and while the origin answers 5xx. Default: `"purge"`.
     */
    readonly mode?: pulumi.Input<"purge" | "invalidate"> | undefined;
    /** `"fail"` fails the `up` when a purge fails; `"warn"` lets it pass. The purge stays owed either way. Default: `"fail"`. */
    readonly onFailure?: pulumi.Input<"fail" | "warn"> | undefined;
    /** URLs in one request. Default: the limit of the zone's plan (100; 500 on Enterprise). */
    readonly batchSize?: pulumi.Input<number> | undefined;
    /** URLs per second. Default: adapts below the limit of the zone's plan. */
    readonly rate?: pulumi.Input<number> | undefined;
    /** Seconds for one API request. Default: 30. */
    readonly timeout?: pulumi.Input<number> | undefined;
    /** Retries of one API request (no answer, 5xx, 429). Default: 5. */
    readonly retries?: pulumi.Input<number> | undefined;
    /**
     * Before the purge, ask the origin until a sample of the changed URLs has its new bytes. Default:
     * `{ sample: 10, timeout: 30, onStale: "warn" }` (URLs, seconds); `false`: do not ask.
     */
    readonly originReady?: pulumi.Input<CheckArgs | false> | undefined;
    /** Seconds until everything is purged once more, against old bytes that were on their way. Default: 2; `false`: never. */
    readonly rebound?: pulumi.Input<number | false> | undefined;
    /**
     * After the purge, GET a sample of the changed URLs at the edge and compare bytes with the manifest. Default:
     * `{ sample: 10, timeout: 30, onStale: "warn" }` (URLs, seconds); `false`: do not check.
     */
    readonly verify?: pulumi.Input<CheckArgs | false> | undefined;
    /** GET the purged URLs afterwards, at 20 a second at most. Default: false. */
    readonly warm?: pulumi.Input<boolean> | undefined;
    /**
     * For the checks at origin and edge: the address to connect to for a host (or `*`), as curl's --connect-to.
     * `host:port` keeps scheme and certificate name, `http://host:port` speaks plain HTTP. Default: none.
     */
    readonly connectTo?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** What a deploy serves, and where: the value of `assets`. Made by `siteAssets` or `assetsFrom`. */
export interface Assets {
    /** Origins, or folders below one, normalised and sorted. */
    readonly baseUrls: readonly string[];
    /** URL → digest. */
    readonly manifest: pulumi.Input<Manifest>;
    /** What may be a mistake, in sentences: the component logs them. */
    readonly warnings?: readonly string[];
    /** The patterns that left files out, so that the plan can say where nothing but these changed. */
    readonly exclude?: readonly string[];
}

/**
 * Assets whose digests are known otherwise, such as outputs of the resources that upload them.
 *
 * The journal then comes after those resources, which is a weaker guarantee: a kill in the middle of the upload, then a
 * revert, is not covered. Prefer `siteAssets` where the files are at hand.
 *
 * @param digests Path relative to the site's root (`docs/index.html`) to any text that changes when the bytes do. A
 * SHA-256 in hexadecimal lets `verify` compare bytes; other digests only tell that something changed.
 * @throws AssetsError for a wrong option, for a path that is not a file's, for an empty digest, and for a page that an option
 *     names and that is not among them. What is wrong with the digests is said once they are known.
 */
export function assetsFrom(
    digests: pulumi.Input<Record<string, pulumi.Input<string>>>,
    options: MappingOptions,
): Assets {
    checkOptions(options);
    const baseUrls = normaliseBaseUrls(options.baseUrls);
    // As pairs: the SDK would lose a file that is called __proto__.
    const pairs = pulumi.Output.isInstance(digests)
        ? digests.apply((known) => Object.entries(known))
        : pulumi.output(Promise.resolve(digests).then((known) => Object.entries(known)));
    const manifest = pairs.apply((known) =>
        inOwnWords(() => assetsFromDigests(Object.fromEntries(known as [string, string][]), options).manifest),
    );
    return { baseUrls, manifest };
}

/** The manifest as the journal takes it. Plain manifests are encoded at once: they may have 100 000 lines. */
export function manifestText(assets: Assets | undefined): pulumi.Input<string> {
    if (assets === undefined) {
        return encodeManifest({ sections: [] });
    }
    const { manifest } = assets;
    if (pulumi.Output.isInstance(manifest) || manifest instanceof Promise) {
        return pulumi.output(manifest as pulumi.Input<Manifest>).apply((m) => encodeManifest(m as Manifest));
    }
    return encodeManifest(manifest);
}
