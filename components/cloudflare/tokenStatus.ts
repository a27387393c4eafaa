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

/** @returns `undefined` when the record is none. */
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

/** Whether a token works at `now` (ms since the epoch), by its own account. */
export function isActive(token: TokenStatus, now: number): boolean {
    const from = token.notBefore === undefined ? Number.NEGATIVE_INFINITY : Date.parse(token.notBefore);
    const until = token.expiresOn === undefined ? Number.POSITIVE_INFINITY : Date.parse(token.expiresOn);
    return token.status === "active" && !(now < from) && !(now >= until);
}
