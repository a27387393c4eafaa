/** A local Cloudflare: API, caching edge, origin, faults and a clock. See docs/local-cloudflare.md. */

export { GENERAL_LIMIT, PURGE_LIMITS, type PurgeLimits } from "./api/rateLimits";
export type { PurgeRecord, RequestRecord } from "./api/records";
export { type AdvanceableClock, type Clock, isAdvanceable, MovingClock, SystemClock } from "./clock";
export { CloudflareCore, createLocalCloudflare, type TestToken } from "./core";
export type { Propagation } from "./edge/edge";
export type { CacheStatus } from "./edge/tier";
export type { Fault } from "./faults/fault";
export type { Faults } from "./faults/faults";
export type { Handler, Headers, HttpRequest, HttpResponse } from "./http/messages";
export type { LocalCloudflareOptions } from "./options";
export type { Hold } from "./origin/hold";
export { HTML_HANDLING, type HtmlHandling } from "./origin/htmlHandling";
export { LocalOrigin, type OriginOptions, type OriginRecord } from "./origin/origin";
export { etagOf, folderSite, memorySite, type Site, type SiteFile } from "./origin/site";
export { type LocalCloudflare, startLocalCloudflare } from "./start";
export * from "./state/permissionGroups";
export type { Plan, Zone, ZoneOptions } from "./state/zone";
export type { Visit, VisitOptions } from "./visitor";
