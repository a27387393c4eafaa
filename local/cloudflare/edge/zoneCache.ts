import { domainToASCII } from "node:url";

/** What the edge needs to know of a zone. */
export interface ZoneCache {
    id: string;
    /** In ASCII. */
    name: string;
    /** Only an active zone is served. */
    status: string;
    /** Whether a cache rule makes every response eligible, not only those with a static extension. */
    cacheEverything: boolean;
    /** Request headers that a custom cache key adds, lower-case; [] is Cloudflare's default key. */
    cacheKeyHeaders: readonly string[];
    /** Whether nothing of it goes through Cloudflare. */
    paused: boolean;
    /** Hosts whose DNS record is not proxied: visitors reach the origin, no cache is in between. */
    unproxied: readonly string[];
    /** Visitors whose User-Agent contains this get a challenge. */
    challengedAgent?: string;
    /** Hosts outside the zone that are served by it. */
    customHostnames: readonly string[];
}

/** A host name as the cache keeps it: lower-case, without a default port or a trailing dot. */
export function normalHost(host: string): string {
    return host.toLowerCase().replace(/\.?(?::(?:80|443))?$/, "");
}

/** Whether a host is the zone's name or below it, or one of its custom hostnames. A port does not matter. */
export function inZone(host: string, { name, customHostnames }: Pick<ZoneCache, "name" | "customHostnames">): boolean {
    const bare = domainToASCII(normalHost(host).replace(/:\d+$/, ""));
    return bare === name || bare.endsWith(`.${name}`) || customHostnames.includes(bare);
}
