/** Names of resources, each with "*", or inside an account its zones: {"com.cloudflare.api.account.zone.*": "*"}. */
export type Resources = Record<string, string | Record<string, string>>;

/** One policy as the API shows it. */
export interface Policy {
    id: string;
    effect: "allow" | "deny";
    permission_groups: { id: string; name: string; meta?: Record<string, string> }[];
    resources: Resources;
}

export interface Condition {
    request_ip?: { in?: string[]; not_in?: string[] };
}

/** A token, all but its value: of that only a digest is kept. */
export interface Token {
    id: string;
    owner: { kind: "user" } | { kind: "account"; accountId: string };
    name: string;
    policies: Policy[];
    condition?: Condition | undefined;
    notBefore?: string | undefined;
    expiresOn?: string | undefined;
    status: "active" | "disabled";
    issuedOn: number;
    modifiedOn: number;
    lastUsedOn?: number;
    digest: string;
    /** Before this moment nobody knows the value yet, ms. */
    worksFrom: number;
}

/** What a token's status is by now: an expired one says so itself. */
export function statusOf(token: Token, now: number): "active" | "disabled" | "expired" {
    if (token.expiresOn !== undefined && Date.parse(token.expiresOn) <= now) {
        return "expired";
    }
    return token.status;
}

/** Whether a token may be used at all by now. */
export function isUsable(token: Token, now: number): boolean {
    const started = token.notBefore === undefined || Date.parse(token.notBefore) <= now;
    return statusOf(token, now) === "active" && started;
}
