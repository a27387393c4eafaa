import type { Problem } from "../errors/problem";

/** What proves to Cloudflare who asks. */
export type Credential =
    | {
          /** An API token's value, as shown once at its creation. */
          readonly token: string;
      }
    | {
          /** The global API key. It may do everything: prefer a token. */
          readonly key: string;
          /** The e-mail address of the key's user. */
          readonly email: string;
      };

/** Whose a token is, as far as its form tells. Tokens made before prefixes were introduced (40 characters) do not tell. */
export type TokenOwner = "user" | "account" | "unknown";

/** What the provider plugin checks too (cloudflare:apiToken). */
const FORM = /^[0-9A-Za-z_-]{40,80}$/;

/** What `wrangler login` keeps. */
const OAUTH = /^cfoat_[0-9A-Za-z._-]{20,}$/;

/** The global API key. */
const KEY = /^(?:[0-9a-f]{37,45}|cfk_[0-9A-Za-z_-]{20,80})$/i;

/** Where a user's tokens are made and edited. */
export const TOKENS_PAGE = "https://dash.cloudflare.com/profile/api-tokens";

const MAKE = `Make a token at ${TOKENS_PAGE} (Create Token, Custom token: Zone, Cache Purge, Purge) and use the value that is shown once.`;

/**
 * What the form of a token's value says against it, before any request. `undefined`: nothing. The value is not part of
 * the answer.
 *
 * Forms: developers.cloudflare.com/fundamentals/api/get-started/token-formats (`cfut_` user, `cfat_` account, `cfk_`
 * global key); older tokens are 40 of [0-9A-Za-z_-].
 */
export function checkToken(value: string): Problem | undefined {
    const problem = (key: string, cause: string, remedy: string): Problem => ({ key, cause, remedy });
    if (value.trim() === "") {
        return problem("malformed-token", "The token is empty.", MAKE);
    }
    if (/^bearer\s/i.test(value)) {
        return problem(
            "malformed-token",
            'The token begins with the word "Bearer".',
            "Give the value alone; the word is added when it is sent.",
        );
    }
    if (/^(?:export\s+)?[A-Z][A-Z0-9_]*=/.test(value)) {
        return problem(
            "malformed-token",
            "The token begins with a variable's name and an equals sign.",
            "Give the value alone: what stands after the sign, without quotes.",
        );
    }
    const odd = oddCharacter(value);
    if (odd !== undefined) {
        return problem("malformed-token", `The token has ${odd}.`, "Remove it, and paste the bare value again.");
    }
    if (isPlaceholder(value)) {
        return problem("malformed-token", "The token is a placeholder, not a value.", MAKE);
    }
    if (/^v1\.0-/.test(value)) {
        return problem(
            "origin-ca-key",
            "This is an Origin CA key (it begins with v1.0-); it can only make certificates.",
            MAKE,
        );
    }
    if (/^cfk_|^[0-9a-f]{37,45}$/i.test(value)) {
        return problem("global-key-as-token", "This has the form of the global API key, which is not a token.", MAKE);
    }
    if (/^[0-9a-f]{32}$/i.test(value)) {
        return problem(
            "token-id-as-token",
            "This has the form of an ID (32 hexadecimal digits) of a token, a zone or an account. A token's ID is not its value.",
            `Use the value that was shown once when the token was made. If it is gone, roll the token at ${TOKENS_PAGE} and use the new one.`,
        );
    }
    if (!FORM.test(value) && !OAUTH.test(value)) {
        return problem(
            "malformed-token",
            `The token has ${value.length} characters; tokens have 40 to 80 of A-Z, a-z, 0-9, _ and -.`,
            "Copy the complete value again.",
        );
    }
    return undefined;
}

/** Whether a text has the form of a token's or a key's value, so that any part of it is secret. */
export function hasSecretForm(value: string): boolean {
    return FORM.test(value) || OAUTH.test(value) || KEY.test(value);
}

/** Whose a token is, from its prefix. */
export function tokenOwner(value: string): TokenOwner {
    return value.startsWith("cfut_") ? "user" : value.startsWith("cfat_") ? "account" : "unknown";
}

/** Brackets, shell variables, one letter repeated; and words, but not where random letters can make them by chance. */
function isPlaceholder(value: string): boolean {
    const isRandom = FORM.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value);
    return (
        /^[<{[(].*[>}\])]$|^\$|^%.*%$|^\.{3}|^…/.test(value) ||
        /^(.)\1*$/.test(value) ||
        (!isRandom && /your|token|secret|example|changeme|placeholder|todo/i.test(value)) ||
        (!isRandom && /(?:^|[^0-9a-z])(?:my|api|key|change|here)(?:[^0-9a-z]|$)/i.test(value))
    );
}

const NAMES: Readonly<Record<string, string>> = {
    " ": "a space",
    "\t": "a tab",
    "\n": "a newline",
    "\r": "a carriage return",
    '"': 'a quotation mark (")',
    "'": "a quotation mark (')",
    "`": "a backtick (`)",
    "\u201c": "a typographic quotation mark",
    "\u201d": "a typographic quotation mark",
    "\u2018": "a typographic quotation mark",
    "\u2019": "a typographic quotation mark",
    "\u00a0": "a no-break space",
    "\ufeff": "a byte order mark",
    "\u200b": "an invisible space (U+200B)",
};

/** Names the first character that no token has and where it stands; only such characters are ever named. */
function oddCharacter(value: string): string | undefined {
    const characters = [...value];
    const at = characters.findIndex((c) => NAMES[c] !== undefined || c < " " || c > "~");
    if (at < 0) {
        return undefined;
    }
    const character = characters[at] as string;
    const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
    const name = NAMES[character] ?? `the character U+${code}`;
    const where = at === 0 ? "at its start" : at === characters.length - 1 ? "at its end" : "in it";
    return `${name} ${where}`;
}

/**
 * What the form of a global API key and its e-mail address says against them. `undefined`: nothing. A key has 37 to 45
 * hexadecimal digits, or begins with `cfk_`.
 */
export function checkKey(key: string, email: string): Problem | undefined {
    if (!KEY.test(key)) {
        return {
            key: "token-as-auth-key",
            cause: "The API key (CLOUDFLARE_API_KEY, X-Auth-Key) does not have the form of a global API key; an API token goes elsewhere.",
            remedy: "Set it as CLOUDFLARE_API_TOKEN, and unset CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL.",
        };
    }
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
        return {
            key: "token-as-auth-key",
            cause: "A global API key needs the e-mail address of its user, and none that looks like one is set.",
            remedy: "Set CLOUDFLARE_EMAIL; or better, set an API token as CLOUDFLARE_API_TOKEN alone.",
        };
    }
    return undefined;
}

/** What verification says of a token. */
export interface TokenStatus {
    /** The token's ID, which is not its value. */
    readonly id: string;
    /** `active`, `disabled` or `expired`. */
    readonly status: string;
    /** ISO 8601; not before this the token works. */
    readonly notBefore?: string;
    /** ISO 8601; from then on it does not. */
    readonly expiresOn?: string;
}

/** @returns `undefined` when the record is not one of a token. */
export function parseTokenStatus(record: unknown): TokenStatus | undefined {
    const token = record as
        | { id?: unknown; status?: unknown; not_before?: unknown; expires_on?: unknown }
        | null
        | undefined;
    if (typeof token?.id !== "string" || typeof token.status !== "string") {
        return undefined;
    }
    return {
        id: token.id,
        status: token.status,
        ...(typeof token.not_before === "string" ? { notBefore: token.not_before } : {}),
        ...(typeof token.expires_on === "string" ? { expiresOn: token.expires_on } : {}),
    };
}

/** Why a token does not work at `now` (ms since the epoch), by its own account. `undefined`: it works. */
export function inactiveToken({ id, status, notBefore, expiresOn }: TokenStatus, now: number): Problem | undefined {
    const problem = (what: string, remedy: string): Problem => ({
        key: "token-not-active",
        cause: `The token (ID ${id}) ${what}.`,
        remedy,
    });
    const renew = `Make a new token at ${TOKENS_PAGE}, or extend this one.`;
    if (status === "disabled") {
        return problem("is disabled", `Enable it at ${TOKENS_PAGE}, or make a new one.`);
    }
    if (status !== "active") {
        const since = status === "expired" && expiresOn !== undefined ? ` since ${expiresOn}` : "";
        return problem(`is ${status}${since}`, renew);
    }
    if (notBefore !== undefined && now < Date.parse(notBefore)) {
        return problem(
            `is not valid before ${notBefore}`,
            `Wait until then, or edit its start date at ${TOKENS_PAGE}.`,
        );
    }
    return expiresOn !== undefined && now >= Date.parse(expiresOn)
        ? problem(`expired on ${expiresOn}`, renew)
        : undefined;
}

/** The scope of groups that are granted on zones. */
export const ZONE_SCOPE = "com.cloudflare.api.account.zone";

/** Cloudflare's permission group "Cache Purge" of the zone scope (GET /user/tokens/permission_groups). */
export const CACHE_PURGE = {
    /** Its ID, the same in every account. */
    id: "e17beae8b8cb423a99b1730f21238bed",
    /** Its name, as the dashboard shows it. */
    name: "Cache Purge",
};

/** What a purge token may be used on: one zone, and nothing else. */
export function zoneResources(zoneId: string): Record<string, "*"> {
    return { [`${ZONE_SCOPE}.${zoneId}`]: "*" };
}

/** The longest name that Cloudflare takes for a token, in characters. */
export const LONGEST_NAME = 120;
