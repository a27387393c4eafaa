/** A local Cloudflare: API, caching edge, origin, faults and a clock. See docs/local-cloudflare.md. */

export { PURGE_LIMITS } from "./api/rateLimits";
export type { PurgeRecord } from "./api/records";
export { type Clock, MovingClock, SystemClock } from "./clock";
export { CloudflareCore, createLocalCloudflare, type TestToken } from "./core";
export type { Propagation } from "./edge/edge";
export type { Fault } from "./faults/fault";
export type { Handler, Headers, HttpRequest } from "./http/messages";
export type { LocalCloudflareOptions } from "./options";
export { HTML_HANDLING, type HtmlHandling } from "./origin/htmlHandling";
export { LocalOrigin, type OriginOptions } from "./origin/origin";
export { etagOf, memorySite, type Site, type SiteFile } from "./origin/site";
export { type LocalCloudflare, startLocalCloudflare } from "./start";
export * from "./state/permissionGroups";
export type { Plan } from "./state/zone";
