import type * as pulumi from "@pulumi/pulumi";
import type { Check } from "../settings/tuningOptions";

type Loose<T> = { readonly [K in keyof T]?: pulumi.Input<T[K]> };

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
    readonly originReady?: pulumi.Input<Loose<Check> | false> | undefined;
    /** Seconds until everything is purged once more, against old bytes that were on their way. Default: 2; `false`: never. */
    readonly rebound?: pulumi.Input<number | false> | undefined;
    /**
     * After the purge, GET a sample of the changed URLs at the edge and compare bytes with the manifest. Default:
     * `{ sample: 10, timeout: 30, onStale: "warn" }` (URLs, seconds); `false`: do not check.
     */
    readonly verify?: pulumi.Input<Loose<Check> | false> | undefined;
    /** GET the purged URLs afterwards, at 20 a second at most. Default: false. */
    readonly warm?: pulumi.Input<boolean> | undefined;
    /**
     * For the checks at origin and edge: the address to connect to for a host (or `*`), as curl's --connect-to.
     * `host:port` keeps scheme and certificate name, `http://host:port` speaks plain HTTP. Default: none.
     */
    readonly connectTo?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}
