/** pulumi-cloudflare-cache-purge: all that programs import. */
export { AssetsError } from "./assets/error";
export type { SiteAssetsOptions } from "./assets/siteAssets";
export { siteAssets } from "./assets/siteAssets";
export type { Assets } from "./assetsFrom";
export { assetsFrom } from "./assetsFrom";
export { CachePurge } from "./cachePurge";
export type { CachePurgeArgs, Upload } from "./cachePurgeArgs";
export type { Receipt } from "./deploy/receipt";
export type { TuningArgs } from "./options";
export { CACHE_PURGE } from "./permissionGroup";
export type { Targets } from "./plan/selectors";
export type { PurgeTokenArgs, PurgeTokenOptions } from "./purgeToken";
export { PurgeToken } from "./purgeToken";
export type { Journal } from "./resources/dynamic";
export type { ZoneArg } from "./zone";
