/** The scope of groups that are granted on zones. */
export const ZONE_SCOPE = "com.cloudflare.api.account.zone";

/** Cloudflare's permission group "Cache Purge" of the zone scope (GET /user/tokens/permission_groups). */
export const CACHE_PURGE = {
    /** Its ID, the same in every account. */
    id: "e17beae8b8cb423a99b1730f21238bed",
    /** Its name, as the dashboard shows it. */
    name: "Cache Purge",
};

/** What a purge token may be used on: one zone, and nothing else. */
export function zoneResources(zoneId: string): Record<string, "*"> {
    return { [`${ZONE_SCOPE}.${zoneId}`]: "*" };
}

/** The longest name that Cloudflare takes for a token, in characters. */
export const LONGEST_NAME = 120;
