import type { Problem } from "../errors/problem";

/** Where a user's tokens are made and edited. */
export const TOKENS_PAGE = "https://dash.cloudflare.com/profile/api-tokens";

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
