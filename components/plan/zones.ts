/** A zone of the account, as a look-up by name finds it. */
export interface NamedZone {
    readonly name: string;
    readonly id?: string;
    readonly accountId?: string;
    /** `active`, `pending`, …; left out or empty when not known. */
    readonly status?: string;
}

/** No zone, or no single zone, for some hosts. The message lists them and shows the components to write. */
export class ZoneChoiceError extends Error {
    override readonly name = "ZoneChoiceError";
}

/**
 * The names that the zone of some hosts can have, longest first for each host: every suffix of at least two labels, since
 * whether `co.uk` is a zone is for the look-up to say.
 */
export function zoneCandidates(hosts: readonly string[]): string[] {
    const names = hosts.flatMap((host) => {
        const labels = hostname(host).split(".");
        return labels.slice(0, -1).map((_, i) => labels.slice(i).join("."));
    });
    return [...new Set(names)].sort((a, b) => b.split(".").length - a.split(".").length || (a < b ? -1 : 1));
}

/**
 * The zone of all hosts: the one with the longest name that is a suffix of each.
 * @param hosts Hosts, or the base URLs that hold them.
 * @param zones What look-ups by {@link zoneCandidates} found.
 * @throws ZoneChoiceError when a host is in none of the zones, when hosts are in two, and when two zones have one name.
 */
export function chooseZone<Z extends NamedZone>(hosts: readonly string[], zones: readonly Z[]): Z {
    const groups = new Map<string, string[]>();
    for (const host of hosts) {
        const name = longestName(hostname(host), zones);
        groups.set(name ?? "", [...(groups.get(name ?? "") ?? []), host]);
    }
    const names = [...groups.keys()].sort();
    if (names.length === 0) {
        throw new ZoneChoiceError("no host to find a zone for: give `zone`, or base URLs");
    }
    const lost = groups.get("");
    if (lost !== undefined) {
        const known = names.filter((name) => name !== "");
        throw new ZoneChoiceError(
            `no zone that the provider's token can read holds ${lost.join(", ")}. ` +
                (known.length > 0
                    ? `Split them off; for the others, write:\n${components(known, groups)}`
                    : "Check the spelling, and that the token may read the zone (Zone → Zone → Read); or give zone: { id }"),
        );
    }
    if (names.length > 1) {
        throw new ZoneChoiceError(
            `the base URLs are in ${names.length} zones, and one component serves one zone. Write one for each:\n` +
                components(names, groups),
        );
    }
    const twins = distinct(zones.filter((zone) => zone.name.toLowerCase() === names[0]));
    if (twins.length > 1) {
        throw new ZoneChoiceError(twinsText(twins));
    }
    return twins[0]!;
}

/** Two zones or more of one name, and how to say which. */
export function twinsText(zones: readonly NamedZone[]): string {
    const choices = zones.map(({ name, accountId = "…", status = "" }) => {
        const state = status === "" ? "" : `  (${status})`;
        return `  zone: { name: "${name}", accountId: "${accountId}" }${state}`;
    });
    return `${zones.length} zones are named "${zones[0]?.name}". Say which account's, one of:\n${choices.join("\n")}`;
}

function longestName(host: string, zones: readonly NamedZone[]): string | undefined {
    return zones
        .map(({ name }) => name.toLowerCase())
        .filter((name) => inZone(host, name))
        .sort((a, b) => b.length - a.length)[0];
}

/** One look-up may find a zone that another has found already. */
function distinct<Z extends NamedZone>(zones: readonly Z[]): Z[] {
    return [...new Map(zones.map((zone) => [zone.id ?? `${zone.name} ${zone.accountId}`, zone])).values()];
}

/** The components to write, each with a name of its own: `example`, or `example-org` where two zones begin alike. */
function components(zones: readonly string[], groups: ReadonlyMap<string, readonly string[]>): string {
    const names = zones.map((zone) => zone.split(".")[0]!);
    return zones
        .map((zone, i) => {
            const name = names.indexOf(names[i]!) === i ? names[i] : zone.replaceAll(".", "-");
            const baseUrls = groups.get(zone)!.map((host) => (host.includes("//") ? host : `https://${host}`));
            return (
                `  new CachePurge("${name}", { zone: "${zone}", ` +
                `assets: siteAssets(dir, { baseUrls: ${JSON.stringify(baseUrls)} }) });`
            );
        })
        .join("\n");
}

/** Whether a host belongs to a zone: it is the zone's name or ends in it. */
export function inZone(host: string, zone: string): boolean {
    const [name, suffix] = [hostname(host), zone.toLowerCase()];
    return name === suffix || name.endsWith(`.${suffix}`);
}

function hostname(host: string): string {
    const url = host.includes("//") ? host : `https://${host}`;
    return (URL.canParse(url) ? new URL(url).hostname : host).toLowerCase().replace(/\.$/, "");
}
