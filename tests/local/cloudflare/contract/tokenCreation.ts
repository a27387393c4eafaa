import type { Row } from "./row";
import { RATE_HEADERS } from "./row";

const groups = [{ id: "{purge}" }];
const resources = { "com.cloudflare.api.account.zone.{zone}": "*" };
const policy = { effect: "allow", permission_groups: groups, resources };
const good = { name: "purge example.com", policies: [policy] };
const create = (title: string, body: unknown, status: number, more: Partial<Row> = {}): Row => ({
    title,
    as: "bootstrap",
    method: "POST",
    path: "/user/tokens",
    body,
    status,
    ...(status === 400 && { codes: [1001] }),
    ...more,
});
const bad = (title: string, change: object) => create(title, { ...good, ...change }, 400);
const forAccount = { path: "/accounts/{account}/tokens" };

/** Making tokens. */
export const tokenCreation: Row[] = [
    create("a token", good, 200, {
        result: { name: good.name, status: "active", policies: [{ effect: "allow", resources }] },
        headers: RATE_HEADERS,
    }),
    create(
        "with dates and addresses",
        {
            ...good,
            not_before: "2026-01-01T00:00:00Z",
            expires_on: "2027-01-01T00:00:00Z",
            condition: { request_ip: { in: ["192.0.2.0/24", "2001:db8::/32"], not_in: ["192.0.2.7"] } },
        },
        200,
        { result: { expires_on: "2027-01-01T00:00:00Z" } },
    ),
    create(
        "for the zones of an account",
        {
            ...good,
            policies: [
                {
                    ...policy,
                    resources: { "com.cloudflare.api.account.{account}": { "com.cloudflare.api.account.zone.*": "*" } },
                },
            ],
        },
        200,
    ),
    create(
        "for every zone",
        { ...good, policies: [{ ...policy, resources: { "com.cloudflare.api.account.zone.*": "*" } }] },
        200,
    ),
    create("without a name", { policies: [policy] }, 400),
    bad("with an empty name", { name: "" }),
    bad("with a name of 121 characters", { name: "n".repeat(121) }),
    create("without policies", { name: "n" }, 400),
    bad("with no policy", { policies: [] }),
    bad("with policies as an object", { policies: policy }),
    bad("with another effect", { policies: [{ ...policy, effect: "maybe" }] }),
    bad("with a policy's ID", { policies: [{ ...policy, id: "{nothing}" }] }),
    bad("without groups", { policies: [{ ...policy, permission_groups: [] }] }),
    bad("with a group's name", { policies: [{ ...policy, permission_groups: ["Cache Purge"] }] }),
    bad("with a group that does not exist", { policies: [{ ...policy, permission_groups: [{ id: "{nothing}" }] }] }),
    bad("without resources", { policies: [{ ...policy, resources: {} }] }),
    bad("with resources as a JSON string", { policies: [{ ...policy, resources: JSON.stringify(resources) }] }),
    bad("for a zone by its name", {
        policies: [{ ...policy, resources: { "com.cloudflare.api.account.zone.example.com": "*" } }],
    }),
    bad("for a zone that does not exist", {
        policies: [{ ...policy, resources: { "com.cloudflare.api.account.zone.{nothing}": "*" } }],
    }),
    bad("with something else than a star", {
        policies: [{ ...policy, resources: { "com.cloudflare.api.account.zone.{zone}": "all" } }],
    }),
    bad("with a zone group on an account", {
        policies: [{ ...policy, resources: { "com.cloudflare.api.account.{account}": "*" } }],
    }),
    bad("with a day instead of a moment", { expires_on: "2027-01-01" }),
    bad("that ends before it begins", { not_before: "2027-01-02T00:00:00Z", expires_on: "2027-01-01T00:00:00Z" }),
    bad("with an address that is none", { condition: { request_ip: { in: ["192.0.2.300"] } } }),
    create("no JSON", "{", 400, { codes: [6007] }),
    create("with a token that may not", good, 403, { as: "purge", codes: [9109] }),
    create("with a token that reads tokens", good, 403, { as: "tokenReader", codes: [9109] }),
    create("for a user, by a token of the account", good, 403, { as: "accountTokenWriter", codes: [9109] }),
    create("an account's token", good, 200, { ...forAccount, result: { name: good.name } }),
    create("an account's token, by one", good, 200, { ...forAccount, as: "accountTokenWriter" }),
    create(
        "an account's token for a zone of another",
        { ...good, policies: [{ ...policy, resources: { "com.cloudflare.api.account.zone.{other}": "*" } }] },
        400,
        forAccount,
    ),
    create(
        "an account's token for the user",
        { ...good, policies: [{ ...policy, resources: { "com.cloudflare.api.user.{user}": "*" } }] },
        400,
        forAccount,
    ),
    create("another account's token", good, 403, {
        path: "/accounts/{otherAccount}/tokens",
        as: "accountTokenWriter",
        codes: [9109],
    }),
    create("a token of no account", good, 403, { path: "/accounts/{nothing}/tokens", codes: [9109] }),
];
