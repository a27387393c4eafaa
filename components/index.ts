/** pulumi-cloudflare-cache-purge: all that programs import. */

// Before everything that imports them.
import "./component/checkPeers";

export type { SiteAssetsOptions } from "./assets/siteAssets";
export { siteAssets } from "./assets/siteAssets";
export { CACHE_PURGE } from "./cloudflare/tokenPolicy";
export type { Assets, CachePurgeArgs, TuningArgs, Upload } from "./component/args";
export { assetsFrom } from "./component/args";
export { CachePurge } from "./component/cachePurge";
export type { Journal } from "./component/journal";
export type { PurgeTokenArgs, PurgeTokenOptions } from "./component/purgeToken";
export { PurgeToken } from "./component/purgeToken";
export type { ZoneArg } from "./component/zone";
export { AssetsError } from "./errors/usageError";
export type { Targets } from "./plan/targets";
export type { Receipt } from "./purge/outcome";
