/** What a permission group can be given on. */
export type Scope = "com.cloudflare.api.account" | "com.cloudflare.api.account.zone" | "com.cloudflare.api.user";

export interface PermissionGroup {
    id: string;
    name: string;
    scopes: Scope[];
}

const group = (id: string, name: string, scope: Scope): PermissionGroup => ({ id, name, scopes: [scope] });

/**
 * The groups that matter here, and a few that do not, so that a look-up has something to get wrong.
 * https://developers.cloudflare.com/fundamentals/api/reference/permissions/
 */
export const CACHE_PURGE = group("e17beae8b8cb423a99b1730f21238bed", "Cache Purge", "com.cloudflare.api.account.zone");
export const ZONE_READ = group("c8fed203ed3043cba015a93ad1616f1f", "Zone Read", "com.cloudflare.api.account.zone");
export const USER_TOKENS_READ = group("0cc3a61731504c89b99ec1be78b77aa0", "API Tokens Read", "com.cloudflare.api.user");
export const USER_TOKENS_WRITE = group(
    "686d18d5ac6c441c867cbf6771e58a0a",
    "API Tokens Write",
    "com.cloudflare.api.user",
);
export const ACCOUNT_TOKENS_READ = group(
    "eb56a6953c034b9d97dd838155666f06",
    "Account API Tokens Read",
    "com.cloudflare.api.account",
);
export const ACCOUNT_TOKENS_WRITE = group(
    "5bc3f8b21c554832afc660159ab75fa4",
    "Account API Tokens Write",
    "com.cloudflare.api.account",
);

export const PERMISSION_GROUPS: readonly PermissionGroup[] = [
    CACHE_PURGE,
    ZONE_READ,
    group("e6d2666161e84845a636613608cee8d5", "Zone Write", "com.cloudflare.api.account.zone"),
    group("3030687196b94b638145a3953da2b699", "Zone Settings Write", "com.cloudflare.api.account.zone"),
    group("9ff81cbbe65c400b97d92c3c1033cab6", "Cache Settings Write", "com.cloudflare.api.account.zone"),
    group("4755a26eedb94da69e1066d98aa820be", "DNS Write", "com.cloudflare.api.account.zone"),
    USER_TOKENS_READ,
    USER_TOKENS_WRITE,
    ACCOUNT_TOKENS_READ,
    ACCOUNT_TOKENS_WRITE,
    group("c1fde68c7bcc44588cbb6ddbc16d6480", "Account Settings Read", "com.cloudflare.api.account"),
];

/** A group by its ID. */
export function permissionGroup(id: string): PermissionGroup | undefined {
    return PERMISSION_GROUPS.find((one) => one.id === id);
}
