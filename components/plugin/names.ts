import { ownPackage } from "../settings/project";

/** The package, as programs of other languages know it. */
export const PACKAGE = "cloudflare-cache-purge";

/** Types that programs write. */
export const SITE = `${PACKAGE}:index:Site`;
export const CACHE_PURGE = `${PACKAGE}:index:CachePurge`;
export const PURGE_TOKEN = `${PACKAGE}:index:PurgeToken`;
export const PURGE = `${PACKAGE}:index:Purge`;

/** What a component is made of, the Purge apart: no program writes these. */
export const PARTS = `${PACKAGE}:parts`;

export const VERSION = ownPackage().version ?? "0.0.0";
