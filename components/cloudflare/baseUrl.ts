/** Cloudflare's own API (developers.cloudflare.com/api). */
export const DEFAULT_BASE_URL = "https://api.cloudflare.com/client/v4";

/**
 * Where the API is: `value`, else CLOUDFLARE_BASE_URL as the official clients read it, else Cloudflare's own. Without a
 * slash at the end.
 *
 * @throws Error when it is not an http or https URL, or carries credentials, a query or a fragment.
 */
export function resolveBaseUrl(value: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
    const fromEnv = value === undefined || value === "";
    const given = (fromEnv ? env.CLOUDFLARE_BASE_URL : value)?.trim();
    if (given === undefined || given === "") {
        return DEFAULT_BASE_URL;
    }
    const name = fromEnv ? "CLOUDFLARE_BASE_URL" : "baseUrl";
    const cure = `Give the whole base, such as ${DEFAULT_BASE_URL}.`;
    let url: URL;
    try {
        url = new URL(given);
    } catch {
        throw new Error(`${name} is not a URL. ${cure}`);
    }
    if (url.protocol !== "https:" && url.protocol !== "http:") {
        throw new Error(`${name} has the scheme "${url.protocol}"; the API speaks https. ${cure}`);
    }
    if (url.username !== "" || url.password !== "") {
        throw new Error(`${name} carries a user name or a password. Take them out. ${cure}`);
    }
    if (url.search !== "" || url.hash !== "") {
        throw new Error(`${name} has a query or a fragment. Take them out. ${cure}`);
    }
    return url.href.replace(/\/+$/, "");
}
