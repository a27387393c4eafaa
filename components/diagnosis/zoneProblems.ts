/** What may be wrong with a zone that is looked up, and with a URL of a purge in it. */
import type { Zone } from "../cloudflare/zone";
import { inZone } from "../cloudflare/zone";
import type { Problem } from "../errors/problem";
import { nearest } from "../settings/option";

/** How a look-up is worded where the zone is named: in a program's text, or on a command line. */
export interface LookUpWords {
    /** Whose credential it is: `this token`. */
    readonly token: string;
    /** What to write for a zone: `--zone example.com`. */
    readonly zone: (name: string) => string;
    readonly notFound: string;
    /** @param zones Those of the name, active ones first. */
    readonly ambiguous: (zones: readonly Zone[]) => string;
}

/**
 * A look-up by name brought no zone.
 *
 * @param narrowed The account that the look-up was narrowed to, if any.
 * @param meant The zone that the name is a host of, or nearly the name of, when there is one.
 */
export function noZone(name: string, words: LookUpWords, narrowed?: string, meant?: Zone): Problem {
    const where = narrowed === undefined ? "" : ` in account ${narrowed}`;
    const [cause, remedy] =
        meant === undefined
            ? [
                  `No zone "${name}"${where} can be read with ${words.token}: it lacks Zone → Read for it, or there is no zone of that name.`,
                  words.notFound,
              ]
            : [
                  inZone(name, meant.name)
                      ? `There is no zone "${name}": it is a host in the zone ${meant.name}.`
                      : `No zone "${name}" can be read with ${words.token}, but the zone ${meant.name} can.`,
                  `Write ${words.zone(meant.name)}.`,
              ];
    return { key: "cannot-read-zone", cause, remedy };
}

/** The zone is there, and has no cache. */
export function pausedZone(name: string): Problem {
    return {
        key: "not-proxied",
        cause: `The zone ${name} is paused: nothing of it goes through Cloudflare, and it has no cache to purge.`,
        remedy: "Enable it (dash.cloudflare.com → the zone → Overview → Advanced Actions → Enable Cloudflare on Site).",
    };
}

/** The zone whose name somebody may have meant, of those that can be read. */
export function similarZone(name: string, zones: readonly Zone[]): Zone | undefined {
    const near = nearest(
        name,
        zones.map((zone) => zone.name),
    );
    return zones.find((zone) => zone.name === near);
}

/** A look-up by name brought several zones. */
export function ambiguousZone(zones: readonly Zone[], words: LookUpWords): Problem {
    const list = zones.map(
        ({ id, status, accountId, accountName }) =>
            `account ${accountId}${accountName === "" ? "" : ` (${accountName})`}: zone ${id}, ${status}`,
    );
    const activeFirst = [...zones].sort((a, b) => Number(b.status === "active") - Number(a.status === "active"));
    return {
        key: "ambiguous-zone",
        cause: `${zones.length} zones are named "${zones[0]?.name}": ${list.join("; ")}.`,
        remedy: words.ambiguous(activeFirst),
    };
}

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
