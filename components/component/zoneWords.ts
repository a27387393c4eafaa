import type { ZoneChoice } from "../cloudflare/zoneOfHosts";
import type { LookUpWords } from "../diagnosis/lookup";
import type { Problem } from "../errors/problem";

/** How a program names zones and components. */
export interface ProgramWords extends LookUpWords {
    /** What to write for a component of some zone, each in a line of its own. @param zone `undefined`: its hosts tell. */
    readonly component: (name: string, zone: string | undefined, baseUrls: readonly string[]) => string;
    /** What to write for a zone that is known by its ID. */
    readonly byId: string;
}

/** Those of a TypeScript program. */
export const WORDS: ProgramWords = {
    token: "the provider's token",
    zone: (name) => `zone: "${name}"`,
    notFound: "Check the spelling, and that the token has Zone → Zone → Read for it; or give zone: { id }.",
    byId: "zone: { id }",
    component: (name, zone, baseUrls) =>
        `  new CachePurge("${name}", { ${zone === undefined ? "" : `zone: "${zone}", `}` +
        `assets: siteAssets(dir, { baseUrls: ${JSON.stringify(baseUrls)} }) });`,
    ambiguous: (zones) => {
        const choices = zones.map(
            ({ name, accountId, status }) => `  zone: { name: "${name}", accountId: "${accountId}" }  (${status})`,
        );
        return `Say which account's, one of:\n${choices.join("\n")}`;
    },
};

/** Why some hosts are not in one zone, and the components to write instead. */
export function splitProblem(
    { groups }: Extract<ZoneChoice<unknown>, { groups: unknown }>,
    words: ProgramWords = WORDS,
): Problem {
    const lost = groups.get("") ?? [];
    const known = [...groups].filter(([zone]) => zone !== "");
    if (groups.size === 0) {
        return { key: "usage", cause: "There is no host to find a zone for.", remedy: "Give zone, or base URLs." };
    }
    if (lost.length === 0) {
        return {
            key: "url-outside-zone",
            cause: `The base URLs are in ${known.length} zones, and one component serves one zone.`,
            remedy: `Write one for each:\n${components(known, words)}`,
        };
    }
    return {
        key: "cannot-read-zone",
        cause: `No zone that the provider's token can read holds ${lost.join(", ")}.`,
        remedy:
            known.length > 0
                ? `If they are custom hostnames of a zone (Cloudflare for SaaS), write ${words.zone(known[0]?.[0] ?? "")} and customHostnames: true. ` +
                  `If not, split them off; for the others, write:\n${components(known, words)}`
                : `Check the spelling, and that the token may read the zone (Zone → Zone → Read); or give ${words.byId}.`,
    };
}

/** The components to write, each with a name of its own: `example`, or `example-org` where two zones begin alike. */
function components(groups: readonly (readonly [string, readonly string[]])[], words: ProgramWords): string {
    const names = groups.map(([zone]) => zone.replace(/\..*$/, ""));
    return groups
        .map(([zone, hosts], i) => {
            const name = names.indexOf(names[i] ?? "") === i ? names[i] : zone.replaceAll(".", "-");
            const baseUrls = hosts.map((host) => (host.includes("//") ? host : `https://${host}`));
            return words.component(name ?? zone, zone, baseUrls);
        })
        .join("\n");
}
