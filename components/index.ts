/** pulumi-cloudflare-cache-purge: all that programs import. */

// Before everything that imports them.
import "./component/checkPeers";

export type { SiteAssetsOptions } from "./assets/siteAssets";
export { siteAssets } from "./assets/siteAssets";
export { CACHE_PURGE } from "./cloudflare/tokenPolicy";
export type { Assets } from "./component/assetsFrom";
export { assetsFrom } from "./component/assetsFrom";
export { CachePurge } from "./component/cachePurge";
export type { CachePurgeArgs, Upload } from "./component/cachePurgeArgs";
export type { Journal } from "./component/journal";
export type { PurgeTokenArgs, PurgeTokenOptions } from "./component/purgeToken";
export { PurgeToken } from "./component/purgeToken";
export type { TuningArgs } from "./component/tuningArgs";
export type { ZoneArg } from "./component/zone";
export { AssetsError } from "./errors/usageError";
export type { Targets } from "./plan/targets";
export type { Receipt } from "./purge/outcome";
