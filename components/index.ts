/**
 * All that a program imports from `pulumi-cloudflare-cache-purge`. What each option means at length, with its rule, its
 * default and its flag on the command line, is in the page of the options.
 * @packageDocumentation
 */

// Before everything that imports them.
import "./component/checkPeers";

export type { Fallback, NotFound } from "./assets/marks";
export type { MappingOptions, SiteAssets, SiteAssetsOptions } from "./assets/siteAssets";
export { siteAssets } from "./assets/siteAssets";
export { CACHE_PURGE } from "./cloudflare/credential";
export type { Assets, CachePurgeArgs, CheckArgs, TuningArgs } from "./component/args";
export { assetsFrom } from "./component/args";
export { CachePurge } from "./component/cachePurge";
export type { Journal, Upload } from "./component/journal";
export type { PurgeTokenArgs, PurgeTokenOptions } from "./component/purgeToken";
export { PurgeToken } from "./component/purgeToken";
export type { ZoneArg } from "./component/zone";
export { AssetsError } from "./errors/problem";
export type { Targets } from "./plan/targets";
export type { Receipt } from "./purge/outcome";
export type { ZonePlan } from "./settings/limits";
