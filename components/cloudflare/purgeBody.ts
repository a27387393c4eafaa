/**
 * The body of a purge or invalidate request: exactly one selector
 * (developers.cloudflare.com/api, "Purge Cached Content").
 */
export type PurgeBody =
    | {
          readonly files: readonly (
              | string
              | { readonly url: string; readonly headers: Readonly<Record<string, string>> }
          )[];
      }
    | { readonly prefixes: readonly string[] }
    | { readonly hosts: readonly string[] }
    | { readonly tags: readonly string[] }
    | { readonly purge_everything: true };

/** `purge` evicts; `invalidate` marks as stale, so that the edge revalidates at the origin. */
export type PurgeMode = "purge" | "invalidate";

/** What Cloudflare said to an accepted request. Accepted is not yet evicted everywhere. */
export interface Accepted {
    /** Cloudflare's ID of the request. */
    readonly id: string;
    readonly rateLimit?: readonly RateLimit[];
}

/** One policy of the `Ratelimit` and `Ratelimit-Policy` headers. */
export interface RateLimit {
    readonly policy: string;
    /** `r`: units left in the window. */
    readonly remaining: number;
    /** `t`: seconds until the window starts anew. */
    readonly reset: number;
    /** `q`: units in a window, when told. */
    readonly quota?: number;
    /** `w`: seconds of a window, when told. */
    readonly window?: number;
}
