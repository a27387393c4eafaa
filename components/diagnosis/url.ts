import type { Finding } from "./facts";

/**
 * What is wrong with one URL of a purge (rows 9 and 10). `undefined`: nothing.
 *
 * @param zoneName the zone's name, when known; without it only the form is looked at.
 */
export function checkUrl(item: string, zoneName: string | undefined): Finding | undefined {
    const shown = item.length > 100 ? `${item.slice(0, 100)}…` : item;
    const url = URL.canParse(item) ? new URL(item) : undefined;
    if (url === undefined || !/^https?:\/\//i.test(item)) {
        const host = zoneName === undefined || zoneName === "" ? "www.example.com" : zoneName;
        const path = item.startsWith("/") ? shown : `/${shown}`;
        return {
            key: "path-not-url",
            cause: `"${shown}" is not a whole URL: Cloudflare purges by scheme, host and path.`,
            remedy: `Write it as visitors do, such as https://${host}${path}.`,
        };
    }
    const host = url.hostname.toLowerCase();
    const zone = zoneName?.toLowerCase();
    if (zone !== undefined && zone !== "" && host !== zone && !host.endsWith(`.${zone}`)) {
        return {
            key: "url-outside-zone",
            cause: `${shown} is not in the zone ${zone}: its host is ${host}.`,
            remedy: `Purge it in the zone of ${host}, or correct the URL to a host of ${zone}.`,
        };
    }
    return undefined;
}
