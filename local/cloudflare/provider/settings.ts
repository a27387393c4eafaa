/** The provider's configuration: which API, with which token. */

export interface Settings {
    /** Without a slash at the end. */
    baseUrl: string;
    apiToken: string;
}

/** What the real provider demands of a token. */
const tokenFormat = /^[0-9A-Za-z_-]{40,80}$/;

/** Why a token cannot be one; nothing when it can. The value itself is never repeated. */
export const tokenProblem = (token: string): string | undefined =>
    tokenFormat.test(token)
        ? undefined
        : "API tokens must be 40 to 80 characters long and only contain characters 0-9, a-z, A-Z, hyphens and underscores";

/** Settings from config, else from the environment (CLOUDFLARE_BASE_URL, CLOUDFLARE_API_TOKEN). */
export function settingsOf(config: Record<string, unknown>, env: NodeJS.ProcessEnv): Settings {
    const text = (key: string) =>
        typeof config[key] === "string" && config[key] !== "" ? (config[key] as string) : undefined;
    const baseUrl = text("baseUrl") ?? env.CLOUDFLARE_BASE_URL;
    const apiToken = text("apiToken") ?? env.CLOUDFLARE_API_TOKEN;
    if (!baseUrl) {
        // The real provider would go to api.cloudflare.com; this one must never do so.
        throw new Error(
            "the local Cloudflare provider needs a base URL: set cloudflare:baseUrl or CLOUDFLARE_BASE_URL to the local Cloudflare",
        );
    }
    if (!apiToken) {
        throw new Error(
            "Missing API credentials: set cloudflare:apiToken (pulumi config set --secret cloudflare:apiToken …) or CLOUDFLARE_API_TOKEN",
        );
    }
    const problem = tokenProblem(apiToken);
    if (problem) {
        throw new Error(`cloudflare:apiToken is invalid: ${problem}`);
    }
    return { baseUrl: baseUrl.replace(/\/+$/, ""), apiToken };
}
