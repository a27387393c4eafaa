import assert from "node:assert/strict";
import { CloudflareClient } from "../../components/cloudflare/client";
import type { CloudflareError } from "../../components/cloudflare/cloudflareError";
import type { Credential } from "../../components/cloudflare/credential";
import type { Zone } from "../../components/cloudflare/zone";
import { zoneOf } from "../../components/cloudflare/zone";
import type { Diagnosis } from "../../components/diagnosis/diagnose";
import { diagnose } from "../../components/diagnosis/diagnose";
import { MOST_PROBES, PROBE_PATH } from "../../components/diagnosis/probes";
import type { LocalCloudflare, TestToken } from "../../local/cloudflare";
import { CACHE_PURGE, startLocalCloudflare, ZONE_READ } from "../../local/cloudflare";
import { errorOf } from "../cloudflare/servers";

const ACCOUNTS = { ours: `${"a".repeat(31)}1`, theirs: `${"b".repeat(31)}2` };
const ZONES = { main: "0123456789abcdef0123456789abcdef", other: `${"f".repeat(31)}0`, pending: `${"e".repeat(31)}0` };
const KEY = "c2547eb745079dac9320b638f5e225cf483cc";

type Case = {
    /** What the person did. */
    name: string;
    key: string;
    credential: (local: LocalCloudflare) => Credential;
    zoneId?: string;
    /** What is known of the zone besides. */
    known?: Partial<Zone>;
    cause?: RegExp;
    remedy?: RegExp;
    /** Requests that the diagnosis may make, the most. */
    probes: number;
};

const purger = (zones: readonly string[], read = false): TestToken => ({
    policies: [
        {
            groups: read ? [CACHE_PURGE, ZONE_READ] : [CACHE_PURGE],
            resources: Object.fromEntries(zones.map((id) => [`com.cloudflare.api.account.zone.${id}`, "*"])),
        },
    ],
});
const reader = (zones: readonly string[]): TestToken => ({
    policies: [
        {
            groups: [ZONE_READ],
            resources: Object.fromEntries(zones.map((id) => [`com.cloudflare.api.account.zone.${id}`, "*"])),
        },
    ],
});
const made =
    (options: TestToken) =>
    (local: LocalCloudflare): Credential => ({ token: local.createToken(options).value });
const looked = { name: "example.com", accountId: ACCOUNTS.ours, plan: "free", status: "active" };

const cases: Case[] = [
    {
        name: "1 wrong-zone-id: the account's ID, and the token can read zones",
        key: "wrong-zone-id",
        credential: made(purger([ZONES.main], true)),
        zoneId: ACCOUNTS.ours,
        known: { name: "example.com" },
        cause: new RegExp(`${ACCOUNTS.ours} is the ID of an account`),
        remedy: new RegExp(`Use ${ZONES.main}`),
        probes: 3,
    },
    {
        name: "1 wrong-zone-id: the account's ID, without a name",
        key: "wrong-zone-id",
        credential: made(purger([ZONES.main], true)),
        zoneId: ACCOUNTS.ours,
        cause: /is the ID of an account/,
        probes: 4,
    },
    {
        name: "1 wrong-zone-id: another zone's ID",
        key: "wrong-zone-id",
        credential: made(purger([ZONES.main], true)),
        zoneId: ZONES.other,
        known: { name: "example.com" },
        cause: new RegExp(`${ZONES.other} is not the ID of example\\.com`),
        remedy: new RegExp(`Use ${ZONES.main}, the ID of example\\.com`),
        probes: 3,
    },
    {
        name: "1 wrong-zone-id: a typo, and the token can only purge",
        key: "wrong-zone-id",
        credential: made(purger([ZONES.main])),
        zoneId: ZONES.main.replace("0", "1"),
        cause: /not a zone that it can reach/,
        probes: 4,
    },
    {
        name: "1 wrong-zone-id: not an ID at all",
        key: "wrong-zone-id",
        credential: made(purger([ZONES.main])),
        zoneId: "example.com",
        cause: /"example\.com" is not a zone ID/,
        probes: 0,
    },
    {
        name: "3 token-id-as-token",
        key: "token-id-as-token",
        credential: (local) => ({ token: local.createToken().id }),
        probes: 0,
    },
    {
        name: "4 token-as-auth-key",
        key: "token-as-auth-key",
        credential: (local) => ({ key: local.createToken().value, email: "a@example.com" }),
        probes: 0,
    },
    {
        name: "4 token-as-auth-key: a key of good form that nobody has",
        key: "token-as-auth-key",
        credential: () => ({ key: KEY, email: "a@example.com" }),
        cause: /not the global API key of that e-mail address/,
        probes: 0,
    },
    { name: "5 global-key-as-token", key: "global-key-as-token", credential: () => ({ token: KEY }), probes: 0 },
    {
        name: "7 origin-ca-key",
        key: "origin-ca-key",
        credential: () => ({ token: "v1.0-144cac2c8b2e4f8f1a60a1b2c" }),
        probes: 0,
    },
    {
        name: "12 missing-permission: the zone was looked up by name, the token holds it for another zone",
        key: "missing-permission",
        credential: made(purger([ZONES.other])),
        known: looked,
        cause: /does not hold Cache Purge for the zone example\.com \(0123456789abcdef/,
        remedy: /Specific zone → example\.com/,
        probes: 2,
    },
    {
        name: "12 missing-permission: the token can read the zone and not purge it",
        key: "missing-permission",
        credential: made(reader([ZONES.main])),
        probes: 4,
        cause: /does not hold Cache Purge for the zone example\.com/,
    },
    {
        name: "12 missing-permission: an account's token",
        key: "missing-permission",
        credential: made({ ...purger([ZONES.other]), owner: { kind: "account", accountId: ACCOUNTS.ours } }),
        known: looked,
        probes: 2,
    },
    {
        name: "15 token-not-active: expired",
        key: "token-not-active",
        credential: made({ ...purger([ZONES.main]), expiresOn: "2026-01-01T00:00:00Z" }),
        known: looked,
        cause: /expired.*2026-01-01T00:00:00Z/,
        probes: 1,
    },
    {
        name: "15 token-not-active: not valid yet",
        key: "token-not-active",
        credential: made({ ...purger([ZONES.main]), notBefore: "2099-01-01T00:00:00Z" }),
        known: looked,
        cause: /2099-01-01/,
        probes: 1,
    },
    {
        name: "15 token-not-active: deleted",
        key: "token-not-active",
        credential: () => ({ token: "cfut_Zq8W3n7LxV0pKd5TtYb2RfHjMc9SgUe4AaXo1Qv6" }),
        known: looked,
        cause: /does not recognise this token/,
        probes: 1,
    },
    {
        name: "16 address-not-allowed",
        key: "address-not-allowed",
        credential: made({ ...purger([ZONES.main]), condition: { request_ip: { in: ["192.0.2.0/24"] } } }),
        known: looked,
        cause: /from the address 127\.0\.0\.1/,
        remedy: /client IP filter/,
        probes: 0,
    },
    {
        name: "a zone that is not active",
        key: "zone-not-active",
        credential: made(purger([ZONES.pending])),
        zoneId: ZONES.pending,
        known: { name: "pending.example", status: "pending", accountId: ACCOUNTS.ours },
        cause: /is pending/,
        probes: 2,
    },
];

describe("cloudflare/diagnosis: a purge that is refused, at the local Cloudflare", () => {
    let local: LocalCloudflare;

    before(async () => {
        local = await startLocalCloudflare({
            accounts: [
                { id: ACCOUNTS.ours, name: "Ours" },
                { id: ACCOUNTS.theirs, name: "Theirs" },
            ],
            zones: [
                { name: "example.com", id: ZONES.main },
                { name: "other.example", id: ZONES.other },
                { name: "pending.example", id: ZONES.pending, status: "pending" },
            ],
        });
    });
    after(() => local.close());

    for (const one of cases) {
        it(one.name, async () => {
            const credential = one.credential(local);
            const { diagnosis, requests, error } = await refusedPurge(
                local,
                credential,
                one.zoneId ?? ZONES.main,
                one.known,
            );
            const { key, cause, remedy, message } = diagnosis.error;
            assert.equal(key, one.key, message);
            assert.match(cause, one.cause ?? /./);
            assert.match(remedy, one.remedy ?? /./);
            assert.ok(requests <= Math.min(one.probes, MOST_PROBES), `${requests} probes`);
            assert.equal(diagnosis.probes.length, requests);
            assert.ok(message.startsWith(`${error.operation}: `));
            for (const code of error.codes) {
                assert.ok(message.includes(String(code)));
            }
            assert.ok(!JSON.stringify(diagnosis).includes("token" in credential ? credential.token : credential.key));
        });
    }

    it("a token that was too new when it was refused", async () => {
        local.faults.add({ kind: "status", status: 403, code: 10000, path: "purge_cache" });
        const { diagnosis } = await refusedPurge(
            local,
            { token: local.createToken(purger([ZONES.main])).value },
            ZONES.main,
            looked,
        );
        assert.equal(diagnosis.error.key, "token-too-new");
        assert.equal(diagnosis.error.remedy, "Run it again.");
    });

    it("changes nothing: the only purge is of a URL that cannot exist", async () => {
        const before = local.purgeLog.length;
        await refusedPurge(local, { token: local.createToken(purger([ZONES.other])).value }, ZONES.main, looked);
        assert.deepEqual(
            local.purgeLog.slice(before + 1).map((p) => p.body),
            [{ files: [`https://example.com${PROBE_PATH}`] }],
        );
    });

    it("asks nothing for failures that have nothing to do with who asks", async () => {
        const client = new CloudflareClient({
            credential: { token: local.token },
            baseUrl: local.apiBaseUrl,
            retries: 0,
        });
        local.faults.add({ kind: "status", status: 500 });
        const error = await errorOf(client.purge({ id: ZONES.main }, { tags: ["a"] }, "purge"));
        const before = local.requestLog.length;
        const diagnosis = await diagnose(error, {
            client,
            credential: { token: local.token },
            zone: zoneOf({ id: ZONES.main }),
        });
        assert.deepEqual([diagnosis.error.key, local.requestLog.length - before], ["server-error", 0]);
        assert.equal(diagnosis.error.message, error.message);
    });

    it("does not wait for probes that are not answered", async () => {
        const { value } = local.createToken(purger([ZONES.other]));
        const client = new CloudflareClient({ credential: { token: value }, baseUrl: local.apiBaseUrl });
        const error = await errorOf(client.purge({ id: ZONES.main }, { tags: ["a"] }, "purge"));
        const end = local.faults.add({ kind: "stall", times: "always" });
        const diagnosis = await diagnose(error, {
            client,
            credential: { token: value },
            zone: zoneOf({ id: ZONES.main }),
            seconds: 0.3,
        });
        end();
        assert.equal(diagnosis.error.key, "unknown");
        assert.ok(diagnosis.probes.length <= MOST_PROBES && diagnosis.probes.every((p) => p.status === "failed"));
    });

    it("still has a verdict when every probe fails", async () => {
        const { value } = local.createToken(purger([ZONES.other]));
        const client = new CloudflareClient({ credential: { token: value }, baseUrl: local.apiBaseUrl });
        const error = await errorOf(client.purge({ id: ZONES.main }, { tags: ["a"] }, "purge"));
        const gone = client.with({ baseUrl: "http://127.0.0.1:9" });
        const diagnosis = await diagnose(error, {
            client: gone,
            credential: { token: value },
            zone: zoneOf({ id: ZONES.main, ...looked }),
        });
        assert.equal(diagnosis.error.key, "unknown");
        assert.match(diagnosis.error.message, /10000.*doctor/);
        assert.ok(diagnosis.probes.every((p) => p.status === "failed"));
    });
});

async function refusedPurge(
    local: LocalCloudflare,
    credential: Credential,
    id: string,
    known: Partial<Zone> = {},
): Promise<{ diagnosis: Diagnosis; requests: number; error: CloudflareError }> {
    const client = new CloudflareClient({ credential, baseUrl: local.apiBaseUrl });
    const zone = zoneOf({ ...known, id });
    const error = await errorOf(client.purge(zone, { files: ["https://example.com/index.html"] }, "purge"));
    const before = local.requestLog.length;
    const diagnosis = await diagnose(error, { client, credential, zone });
    return { diagnosis, requests: local.requestLog.length - before, error };
}
