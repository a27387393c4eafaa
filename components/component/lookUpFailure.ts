import { printable } from "../errors/printable";
import type { Problem } from "../errors/problem";
import { API_LIMIT } from "../settings/limits";

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
