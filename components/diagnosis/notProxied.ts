import type { Problem } from "../errors/problem";

/** A host whose answers have no `cf-ray` header. */
export function notProxied(host: string): Problem {
    return {
        key: "not-proxied",
        cause: `${host} does not go through Cloudflare: its answer has no cf-ray header. A purge changes nothing there.`,
        remedy: `Turn the cloud of its DNS record orange (dash.cloudflare.com → the zone → DNS → Records → ${host} → Proxied), or leave the host out.`,
    };
}
