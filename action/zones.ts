import { inZone } from "../components/cloudflare/zone";
import { UsageError } from "../components/errors/problem";
import { hostOfUrl } from "../components/plan/selector";
import { checkTargets } from "../components/plan/targets";
import type { Inputs } from "./inputs";

type Targets = Pick<Inputs, "urls" | "prefixes" | "hosts" | "tags">;

/** The zone that holds a host, of those given by their names: the one with the longest. */
export function zoneOf(host: string, zones: readonly string[]): string | undefined {
    return [...zones].sort((a, b) => b.length - a.length).find((zone) => inZone(host, zone));
}

/** The same. @throws UsageError for a host that lies in none of them. */
export function zoneFor(host: string, zones: readonly string[]): string {
    const found = zoneOf(host, zones);
    if (found === undefined) {
        const remedy = "Give each zone by its name, and only hosts that lie in one of them.";
        throw new UsageError(`${host} lies in none of the zones ${zones.join(", ")}.`, remedy);
    }
    return found;
}

/**
 * What there is to do in each zone. With one zone it is everything; with several each host goes to the zone that it lies in,
 * and tags to all of them, since a tag is not bound to a host.
 *
 * @throws UsageError for a host that lies in none of them, and for a target that is none.
 */
export function byZone(zones: readonly string[], targets: Targets): Map<string, Targets> {
    if (zones.length === 1) {
        return new Map([[zones[0] ?? "", targets]]);
    }
    const { urls, prefixes, hosts, tags } = targets;
    checkTargets({ urls, prefixes, hosts, tags });
    const within = (zone: string, list: readonly string[], hostOf: (one: string) => string): string[] =>
        list.filter((one) => zoneFor(hostOf(one).toLowerCase(), zones) === zone);
    return new Map(
        zones.map((zone) => [
            zone,
            {
                urls: within(zone, urls, hostOfUrl),
                prefixes: within(zone, prefixes, (prefix) => prefix.replace(/\/.*/s, "")),
                hosts: within(zone, hosts, (host) => host),
                tags,
            },
        ]),
    );
}
