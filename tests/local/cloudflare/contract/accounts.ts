import {
    ACCOUNT_TOKENS_READ,
    ACCOUNT_TOKENS_WRITE,
    CACHE_PURGE,
    CloudflareCore,
    MovingClock,
    USER_TOKENS_READ,
    ZONE_READ,
} from "../../../../local/cloudflare";

type Named = { id: string };
const ids = (all: readonly Named[]) => all as unknown as [Named, Named, Named];

/** Two accounts, four zones, and somebody with every kind of credential. */
export function makeAccounts() {
    const clock = new MovingClock();
    const core = new CloudflareCore({
        clock,
        plan: "free",
        accounts: [{ name: "Example account" }, { name: "Other account" }],
        zones: [
            {
                name: "example.com",
                cacheEverything: true,
                environments: ["e".repeat(32), "d".repeat(32)],
                selectedByVisitor: ["d".repeat(32)],
            },
            { name: "example.org", plan: "enterprise" },
            { name: "pending.example", status: "pending" },
        ],
    });
    const [first, second] = ids(core.directory.accounts);
    const [zone, large, pending] = ids(core.zones);
    const other = core.addZone({ name: "other.example", accountId: second.id });
    const one = (id: string) => ({ [`com.cloudflare.api.account.zone.${id}`]: "*" });
    const every = { "com.cloudflare.api.account.zone.*": "*" };
    const of = (id: string, inside: Record<string, string>) => ({ [`com.cloudflare.api.account.${id}`]: inside });
    const purge = (resources: Record<string, string | Record<string, string>>) => ({
        groups: [CACHE_PURGE],
        resources,
    });
    const owner = { kind: "account", accountId: first.id } as const;
    const user = { [`com.cloudflare.api.user.${core.directory.user.id}`]: "*" };
    const hour = (hours: number) => new Date(clock.now() + hours * 3_600_000).toISOString().replace(".000", "");

    const tokens = {
        purge: core.createToken(),
        read: core.createToken({ policies: [{ groups: [ZONE_READ], resources: one(zone.id) }] }),
        elsewhere: core.createToken({ policies: [purge(one(other.id))] }),
        everywhere: core.createToken({ policies: [purge(every)] }),
        inAccount: core.createToken({ policies: [purge(of(first.id, every))] }),
        inAnyAccount: core.createToken({ policies: [purge({ "com.cloudflare.api.account.*": every })] }),
        otherAccount: core.createToken({ policies: [purge(of(second.id, every))] }),
        accountOnly: core.createToken({ policies: [purge({ [`com.cloudflare.api.account.${first.id}`]: "*" })] }),
        denied: core.createToken({ policies: [purge(every), { ...purge(one(zone.id)), effect: "deny" }] }),
        twoPolicies: core.createToken({ policies: [purge(one(other.id)), purge(one(zone.id))] }),
        accountOwned: core.createToken({ owner }),
        expired: core.createToken({ expiresOn: hour(-1) }),
        notYet: core.createToken({ notBefore: hour(1) }),
        disabled: core.createToken(),
        addressIn: core.createToken({ condition: { request_ip: { in: ["127.0.0.0/8"] } } }),
        addressOut: core.createToken({ condition: { request_ip: { in: ["192.0.2.0/24"] } } }),
        addressDenied: core.createToken({ condition: { request_ip: { not_in: ["127.0.0.1/32"] } } }),
        tokenReader: core.createToken({ policies: [{ groups: [USER_TOKENS_READ], resources: user }] }),
        accountTokenReader: core.createToken({
            owner,
            policies: [
                { groups: [ACCOUNT_TOKENS_READ], resources: { [`com.cloudflare.api.account.${first.id}`]: "*" } },
            ],
        }),
        accountTokenWriter: core.createToken({
            owner,
            policies: [
                { groups: [ACCOUNT_TOKENS_WRITE], resources: { [`com.cloudflare.api.account.${first.id}`]: "*" } },
            ],
        }),
    };
    const record = core.directory.tokens.find(({ id }) => id === tokens.disabled.id);
    if (record) {
        record.status = "disabled";
    }

    const key = core.directory.createGlobalKey();
    const { email } = core.directory.user;
    const credentials: Record<string, Record<string, string>> = {
        nobody: {},
        bootstrap: { authorization: `Bearer ${core.token}` },
        globalKey: { "x-auth-email": email, "x-auth-key": key },
        wrongKey: { "x-auth-email": email, "x-auth-key": "c".repeat(37) },
        keyAsToken: { authorization: `Bearer ${key}` },
        tokenAsKey: { "x-auth-email": email, "x-auth-key": tokens.purge.value },
        idAsToken: { authorization: `Bearer ${tokens.purge.id}` },
        lowerCase: { authorization: `bearer ${tokens.purge.value}` },
        noScheme: { authorization: tokens.purge.value },
        quoted: { authorization: `Bearer "${tokens.purge.value}"` },
        keyGoesFirst: {
            "x-auth-email": email,
            "x-auth-key": "c".repeat(37),
            authorization: `Bearer ${tokens.purge.value}`,
        },
    };
    for (const [name, token] of Object.entries(tokens)) {
        credentials[name] = { authorization: `Bearer ${token.value}` };
    }
    const names: Record<string, string> = {
        zone: zone.id,
        large: large.id,
        pending: pending.id,
        other: other.id,
        account: first.id,
        otherAccount: second.id,
        user: core.directory.user.id,
        nothing: "0123456789abcdef0123456789abcdef",
        environment: "e".repeat(32),
        byVisitor: "d".repeat(32),
        token: tokens.purge.id,
        accountToken: tokens.accountOwned.id,
        purge: CACHE_PURGE.id,
        zoneRead: ZONE_READ.id,
        accountTokensWrite: ACCOUNT_TOKENS_WRITE.id,
    };
    return { core, clock, credentials, ids: names, tokens };
}
