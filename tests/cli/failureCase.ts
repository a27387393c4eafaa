import type { Fault, LocalCloudflare, TestToken } from "../../local/cloudflare";
import { CACHE_PURGE, ZONE_READ } from "../../local/cloudflare";
import type { MovingClock } from "../../local/cloudflare/clock";

/** The rows of docs/errors.md, in its order. */
export const KEYS =
    "wrong-zone-id missing-bearer token-id-as-token token-as-auth-key global-key-as-token several-credentials origin-ca-key files-not-array path-not-url url-outside-zone prefix-plan-myth missing-permission cannot-read-zone ambiguous-zone token-not-active address-not-allowed account-token-wrong-verify cannot-create-tokens too-many-items rate-limited purged-but-stale not-proxied malformed-token not-the-api".split(
        " ",
    );

export const ACCOUNTS = { ours: `${"a".repeat(31)}1`, theirs: `${"b".repeat(31)}2` };
export const ZONES = { main: "0123456789abcdef0123456789abcdef", other: `${"f".repeat(31)}0` };
export const ENVIRONMENTS = { staging: `${"d".repeat(31)}1`, byVisitor: `${"d".repeat(31)}2` };
export const KEY = "c2547eb745079dac9320b638f5e225cf483cc";
export const PAGE = "https://www.example.com/a.js";
export const API = "https://api.cloudflare.com/client/v4";

export interface Case {
    readonly title: string;
    readonly command: "doctor" | "purge";
    readonly args: readonly string[] | ((local: LocalCloudflare) => readonly string[]);
    /** Default: a token that may purge and read example.com. */
    readonly token?: TestToken | ((local: LocalCloudflare) => string | undefined);
    readonly env?: (local: LocalCloudflare) => Record<string, string>;
    readonly stdin?: (local: LocalCloudflare) => string;
    readonly fault?: Fault;
    readonly clock?: () => MovingClock;
    /** The row, or another key; `null`: there is nothing wrong. */
    readonly key: string | null;
    readonly code: 0 | 1 | 2;
    /** The text depends on the machine's resolver: it is not in the snapshot. */
    readonly varies?: true;
    /** What the text must name: cause, remedy. */
    readonly says: readonly RegExp[];
}

export const on = (zone: string, read = true): NonNullable<TestToken["policies"]>[number] => ({
    groups: read ? [CACHE_PURGE, ZONE_READ] : [CACHE_PURGE],
    resources: { [`com.cloudflare.api.account.zone.${zone}`]: "*" },
});
export const FULL: TestToken = { policies: [on(ZONES.main)] };
export const ONLY_PURGE: TestToken = { policies: [on(ZONES.main, false)] };
export const ONLY_READ: TestToken = { policies: [{ ...on(ZONES.main), groups: [ZONE_READ] }] };
export const OF_ACCOUNT: TestToken = { ...FULL, owner: { kind: "account", accountId: ACCOUNTS.ours } };

export const ZONE = ["--zone", "example.com"];
export const PURGE = [...ZONE, "--url", PAGE];
export const curl = (zone: string, header: string, body: string): string =>
    `curl -X POST "${API}/zones/${zone}/purge_cache" \\\n  -H "${header}" \\\n  -H "Content-Type: application/json" \\\n  --data '${body}'`;
export const value = (local: LocalCloudflare, token: TestToken = FULL): string => local.createToken(token).value;

/** One mistake through both commands. */
export function both(key: string, what: string, mistake: Partial<Case>, says: readonly RegExp[]): Case[] {
    return [
        { title: what, command: "doctor", args: ZONE, key, code: 1, says, ...mistake },
        { title: what, command: "purge", args: PURGE, key, code: 1, says, ...mistake },
    ];
}
