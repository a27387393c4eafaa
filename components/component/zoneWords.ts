import type { ZoneChoice } from "../cloudflare/zone";
import type { LookUpWords } from "../diagnosis/zoneProblems";
import type { Problem } from "../errors/problem";
import { printable } from "../errors/text";
import { API_LIMIT } from "../settings/limits";

/** How a program names zones and components. */
export interface ProgramWords extends LookUpWords {
    /** What to write for a component of some zone, each in a line of its own. @param zone `undefined`: its hosts tell. */
    readonly component: (name: string, zone: string | undefined, baseUrls: readonly string[]) => string;
    /** What to write for a zone that is known by its ID. @param id the ID, where one was written. */
    readonly byId: (id?: string) => string;
    /** What to write so that the zone's account is known. */
    readonly account: string;
    /** What to write for a token that exists already. */
    readonly givenToken: string;
}

/** Those of a TypeScript program. */
export const WORDS: ProgramWords = {
    token: "the provider's token",
    zone: (name) => `zone: "${name}"`,
    notFound: "Check the spelling, and that the token has Zone → Zone → Read for it; or give zone: { id }.",
    byId: (id) => (id === undefined ? "zone: { id }" : `zone: { id: "${id}" }`),
    account: "Give zone as { name, accountId }",
    givenToken: 'token: config.requireSecret("purgeToken")',
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
                : `Check the spelling, and that the token may read the zone (Zone → Zone → Read); or give ${words.byId()}.`,
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

/** How the provider, or Node in its place, words that no answer came. */
const NO_ANSWER =
    /dial tcp|no such host|connection (?:refused|reset)|i\/o timeout|deadline exceeded|x509|tls:|certificate|ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|fetch failed/i;

/**
 * Why the API did not answer a look-up, and what to do: from the words of the provider, which are all that there is.
 *
 * @param what What could not be looked up.
 * @param zone The zone's name, for a command that says more.
 */
export function lookUpFailure(what: string, zone: string, error: unknown): Problem {
    const text = wordsOf(error);
    const url = /https?:\/\/[^\s"]+/.exec(text)?.[0] ?? "the base URL";
    const failed = `${what} could not be looked up`;
    if (/<(?:html|!doctype)/i.test(text)) {
        return {
            key: "not-the-api",
            cause: `${failed}: what answers at ${url} is not Cloudflare's API.`,
            remedy:
                "Check the base URL (cloudflare:baseUrl or CLOUDFLARE_BASE_URL: it ends in /client/v4) " +
                "and whether a proxy or a login page stands between.",
        };
    }
    const noAnswer = NO_ANSWER.exec(text)?.[0];
    if (noAnswer !== undefined) {
        return {
            key: "network",
            cause: `${failed}: no answer came from ${url} (${noAnswer}).`,
            remedy:
                "Check the network, DNS, the proxy (HTTPS_PROXY) and the base URL " +
                "(cloudflare:baseUrl or CLOUDFLARE_BASE_URL).",
        };
    }
    const [, status] = /"?: (429|5\d\d) /.exec(text) ?? [];
    if (status === "429") {
        return {
            key: "rate-limited",
            cause: `${failed}: Cloudflare answered 429 at ${url}, too many requests.`,
            remedy:
                `One user may make ${API_LIMIT.requests} API requests in ${API_LIMIT.seconds / 60} minutes, over all tokens. ` +
                "Wait that long, and let fewer deploys run at once.",
        };
    }
    if (status !== undefined) {
        return {
            key: "server-error",
            cause: `${failed}: Cloudflare answered ${status} at ${url}, to every attempt.`,
            remedy: "Run it again later; see https://www.cloudflarestatus.com.",
        };
    }
    return {
        key: "cannot-read-zone",
        cause: `${failed}: ${firstLine(error)}.`,
        remedy:
            "Check cloudflare:apiToken (pulumi config set --secret cloudflare:apiToken …): it has to be valid and needs " +
            `Zone → Zone → Read. With it in CLOUDFLARE_API_TOKEN, \`npx pulumi-cloudflare-cache-purge doctor --deploy --zone ${zone}\` says what is wrong.`,
    };
}

/** The provider's messages are long; the first line has what Cloudflare said. */
export function firstLine(error: unknown): string {
    return (
        wordsOf(error)
            .split("\n")
            .map(printable)
            .find((line) => line.trim() !== "")
            ?.trim() ?? "no reason given"
    );
}

function wordsOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
