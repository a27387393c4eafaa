import { UsageError } from "../errors/problem";

/** Cloudflare's own API (developers.cloudflare.com/api). */
export const DEFAULT_BASE_URL = "https://api.cloudflare.com/client/v4";

/**
 * Where the API is: `value`, else CLOUDFLARE_BASE_URL as the official clients read it, else Cloudflare's own. Without a
 * slash at the end.
 *
 * @param name What `value` is called where somebody wrote it.
 * @throws UsageError when it is not an https URL (or http to this machine), or carries credentials, a query or a fragment.
 */
export function resolveBaseUrl(
    value: string | undefined,
    env: Readonly<Record<string, string | undefined>>,
    name = "baseUrl",
): string {
    const fromEnv = value === undefined || value === "";
    const given = (fromEnv ? env.CLOUDFLARE_BASE_URL : value)?.trim();
    if (given === undefined || given === "") {
        return DEFAULT_BASE_URL;
    }
    const refused = (what: string, remedy = ""): UsageError =>
        new UsageError(
            `${fromEnv ? "CLOUDFLARE_BASE_URL" : name} ${what}.`,
            `${remedy}Give the base URL in full, such as ${DEFAULT_BASE_URL}.`,
        );
    if (!URL.canParse(given)) {
        throw refused("is not a URL");
    }
    const url = new URL(given);
    if (url.protocol !== "https:" && url.protocol !== "http:") {
        throw refused(`has the scheme "${url.protocol}"; the API speaks https`);
    }
    if (url.protocol === "http:" && !isLoopback(url.hostname)) {
        throw refused("would send the credential unencrypted: http is accepted for this machine only");
    }
    if (url.username !== "" || url.password !== "") {
        throw refused("carries a user name or a password", "Take them out. ");
    }
    if (url.search !== "" || url.hash !== "") {
        throw refused("has a query or a fragment", "Take them out. ");
    }
    return url.href.replace(/\/+$/, "");
}

/** 127.0.0.0/8, ::1 and the name that stands for them (RFC 6761, 6.3). URL has brought addresses into one spelling. */
export function isLoopback(hostname: string): boolean {
    return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
