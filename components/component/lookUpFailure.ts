/** How the provider, or Node in its place, words that no answer came. */
const NO_ANSWER =
    /dial tcp|no such host|connection (?:refused|reset)|i\/o timeout|deadline exceeded|x509|tls:|certificate|ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|fetch failed/i;

/** Why the API did not answer a look-up, and what to do: from the words of the provider, which are all that there is. */
export function whyNot(name: string, error: unknown): string {
    const text = wordsOf(error);
    const url = /https?:\/\/[^\s"]+/.exec(text)?.[0] ?? "the base URL";
    if (/<(?:html|!doctype)/i.test(text)) {
        return (
            `what answers at ${url} is not Cloudflare's API. Check the base URL ` +
            "(cloudflare:baseUrl or CLOUDFLARE_BASE_URL: it ends in /client/v4) and whether a proxy or a login page stands between"
        );
    }
    if (NO_ANSWER.test(text)) {
        return (
            `no answer came from ${url} (${NO_ANSWER.exec(text)?.[0]}). Check the network, DNS, the proxy (HTTPS_PROXY) and ` +
            "the base URL (cloudflare:baseUrl or CLOUDFLARE_BASE_URL)"
        );
    }
    return (
        `${firstLine(error)}. Check cloudflare:apiToken (pulumi config set --secret cloudflare:apiToken …): it has to be ` +
        `valid and needs Zone → Zone → Read. With it in CLOUDFLARE_API_TOKEN, \`npx pulumi-cloudflare-cache-purge doctor --deploy --zone ${name}\` says what is wrong`
    );
}

/** The provider's messages are long; the first line has what Cloudflare said. */
export function firstLine(error: unknown): string {
    return (
        wordsOf(error)
            .split("\n")
            .find((line) => line.trim() !== "")
            ?.trim() ?? "no reason given"
    );
}

function wordsOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
