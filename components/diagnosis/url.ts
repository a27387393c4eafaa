import { inZone } from "../cloudflare/zoneOfHosts";
import type { Problem } from "../errors/problem";

/**
 * What is wrong with one URL of a purge. `undefined`: nothing.
 *
 * @param zone The zone's name; without it only the form is looked at.
 */
export function checkUrl(item: string, zone = ""): Problem | undefined {
    const shown = item.length > 100 ? `${item.slice(0, 100)}…` : item;
    const url = URL.canParse(item) ? new URL(item) : undefined;
    if (url === undefined || !/^https?:\/\//i.test(item)) {
        const host = zone === "" ? "www.example.com" : zone;
        const path = item.startsWith("/") ? shown : `/${shown}`;
        return {
            key: "path-not-url",
            cause: `"${shown}" is not an absolute URL: Cloudflare purges by scheme, host and path.`,
            remedy: `Write it as visitors do, such as https://${host}${path}.`,
        };
    }
    const host = url.hostname.toLowerCase();
    return zone === "" || inZone(host, zone)
        ? undefined
        : {
              key: "url-outside-zone",
              cause: `${shown} is not in the zone ${zone}: its host is ${host}.`,
              remedy: `Purge it in the zone of ${host}, or correct the URL to a host of ${zone}.`,
          };
}
