import type { Credential } from "./credential";

/** A credential from the environment. */
export interface Found {
    readonly credential: Credential;
    /** The variable that it comes from. */
    readonly used: string;
    /** Variables with other credentials, which are not used. */
    readonly ignored: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The credential that the environment holds, read as Cloudflare's own clients do: CLOUDFLARE_API_TOKEN, or else
 * CLOUDFLARE_API_KEY with CLOUDFLARE_EMAIL. The token wins when both are there: it may do less. `undefined`: none.
 */
export function credentialFrom(env: Environment): Found | undefined {
    const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_API_KEY: key, CLOUDFLARE_EMAIL: email } = env;
    if (isSet(token)) {
        const ignored = isSet(key) ? ["CLOUDFLARE_API_KEY"] : [];
        return { credential: { token }, used: "CLOUDFLARE_API_TOKEN", ignored };
    }
    if (isSet(key)) {
        return { credential: { key, email: email ?? "" }, used: "CLOUDFLARE_API_KEY", ignored: [] };
    }
    return undefined;
}

function isSet(value: string | undefined): value is string {
    return value !== undefined && value !== "";
}
