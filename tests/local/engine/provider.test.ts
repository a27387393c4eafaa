import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert";
import { startCloudflareProvider } from "../../../local/cloudflare/provider";
import { PluginProvider } from "../../../local/engine/pluginProvider";
import type { RunningProvider } from "../../../local/engine/unary";
import type { FakeApi } from "./fakeApi";
import { startFakeApi } from "./fakeApi";

const apiToken = "a".repeat(40);
const urn = (type: string) => `urn:pulumi:s::p::${type}::x`;
const tokenUrn = urn("cloudflare:index/apiToken:ApiToken");
const accountUrn = urn("cloudflare:index/accountToken:AccountToken");
const policies = [{ effect: "allow", permissionGroups: [{ id: "g1" }], resources: '{"b":"*","a":"*"}' }];
const fn = (name: string) => `cloudflare:index/${name}:${name}`;

describe("the Cloudflare provider process", () => {
    const waits: number[] = [];
    let provider: RunningProvider;
    let api: FakeApi;
    let client: PluginProvider;

    before(async () => {
        provider = await startCloudflareProvider({ env: {}, sleep: async (wait) => void waits.push(wait) });
        const names = ["one", "two", "three"].map((name) => `${name}.example`);
        api = await startFakeApi(
            [...names, "twice.example", "twice.example"].map((name, at) => ({ id: `z${at + 1}`, name })),
        );
        client = await connect({ baseUrl: api.baseUrl, apiToken });
    });
    after(async () => {
        client.close();
        await Promise.all([provider.close(), api.close()]);
    });
    beforeEach(() => {
        api.requests();
        waits.length = 0;
    });

    async function connect(settings: Record<string, unknown>): Promise<PluginProvider> {
        const connection = new PluginProvider(`127.0.0.1:${provider.port}`);
        await connection.attach("127.0.0.1:1");
        connection.configure(urn("pulumi:providers:cloudflare"), "id", settings);
        return connection;
    }
    const asked = () => api.requests().map(({ what }) => what);
    const create = (inputs: object, of = tokenUrn, preview = false) =>
        client.create({ urn: of, inputs: { name: "t", policies, ...inputs }, timeout: 0, preview });

    const requests: [name: string, args: Record<string, unknown>, expected: string[]][] = [
        ["getZone", { filter: { name: "one.example" } }, ["GET /zones?name=one.example", "GET /zones/z1"]],
        ["getZone", { zoneId: "z2" }, ["GET /zones/z2"]],
        [
            "getZone",
            { filter: { name: "one.example", account: { id: "a1" }, match: "all", status: "active" } },
            ["GET /zones?account.id=a1&match=all&name=one.example&status=active", "GET /zones/z1"],
        ],
        ["getZones", {}, ["GET /zones", "GET /zones?page=2", "GET /zones?page=3", "GET /zones?page=4"]],
        ["getZones", { name: "one.example" }, ["GET /zones?name=one.example", "GET /zones?name=one.example&page=2"]],
        [
            "getApiTokenPermissionGroupsList",
            { name: "Cache Purge" },
            ["GET /user/tokens/permission_groups?name=Cache+Purge"],
        ],
    ];
    for (const [name, args, expected] of requests) {
        it(`${name} ${JSON.stringify(args)} asks ${expected.length} time(s)`, async () => {
            await client.invoke(fn(name), args, false);
            deepStrictEqual(asked(), expected);
        });
    }

    it("gives what it found under Pulumi's names, nulls left out", async () => {
        const { result } = await client.invoke(fn("getZone"), { zoneId: "z1" }, false);
        deepStrictEqual(result, {
            id: "z1",
            zoneId: "z1",
            name: "one.example",
            nameServers: ["a.ns", "b.ns"],
            plan: { legacyId: "free" },
        });
        const { result: all } = await client.invoke(fn("getZones"), {}, false);
        deepStrictEqual(
            (all.results as { id: string }[]).map(({ id }) => id),
            ["z1", "z2", "z3", "z4", "z5"],
        );
    });

    const refusals: [why: string, args: Record<string, unknown>, message: RegExp][] = [
        ["no zone of the name", { filter: { name: "none.example" } }, /failed to find exactly one result/],
        ["two zones of the name", { filter: { name: "twice.example" } }, /failed to find exactly one result/],
        ["neither id nor filter", {}, /exactly one of these attributes must be configured: \[zoneId,filter\]/],
        ["both", { zoneId: "z1", filter: { name: "one.example" } }, /exactly one/],
        ["an id that does not exist", { zoneId: "none" }, /404 Not Found/],
    ];
    for (const [why, args, message] of refusals) {
        it(`getZone refuses ${why}`, () => rejects(client.invoke(fn("getZone"), args, false), message));
    }

    it("creates with a body of objects, and keeps the program's own way to write it", async () => {
        const condition = { requestIp: { ins: ["192.0.2.0/24"], notIns: ["192.0.2.9/32"] } };
        const { id, outputs } = await create({ condition, expiresOn: "2027-01-01T00:00:00Z" });
        deepStrictEqual(api.requests()[0]?.body, {
            name: "t",
            policies: [{ effect: "allow", permission_groups: [{ id: "g1" }], resources: { b: "*", a: "*" } }],
            expires_on: "2027-01-01T00:00:00Z",
            condition: { request_ip: { in: ["192.0.2.0/24"], not_in: ["192.0.2.9/32"] } },
        });
        deepStrictEqual(outputs.policies, policies);
        deepStrictEqual(outputs.condition, condition);
        strictEqual((outputs.value as { value: string }).value, `value-of-${id}`);
    });

    it("reads what is there as inputs, so that a refresh sees drift; a value once known is kept", async () => {
        const { id, outputs } = await create({});
        api.tokens.set(id, { ...api.tokens.get(id), name: "drifted" });
        const inputs = { name: "t", policies };
        const found = await client.read({ urn: tokenUrn, id, inputs, outputs, timeout: 0 });
        deepStrictEqual(found.inputs, { name: "drifted", policies });
        deepStrictEqual(found.outputs.value, outputs.value);
        api.tokens.set(id, { ...api.tokens.get(id), status: "expired" });
        strictEqual((await client.read({ urn: tokenUrn, id, inputs, outputs, timeout: 0 })).id, "", "expired: gone");
        api.tokens.delete(id);
        strictEqual((await client.read({ urn: tokenUrn, id, inputs, outputs, timeout: 0 })).id, "", "404: gone");
        await client.delete({ urn: tokenUrn, id, inputs, outputs, timeout: 0 });
    });

    it("sees no change in other ways to write the same, and replaces a token of another account", async () => {
        const diff = (of: string, before: object, after: object) =>
            client.diff({
                urn: of,
                id: "t1",
                oldInputs: { name: "t", policies, ...before },
                oldOutputs: {},
                newInputs: { name: "t", policies, ...after },
                preview: false,
                ignoreChanges: [],
            });
        const same = [{ ...policies[0], resources: '{ "a": "*", "b": "*" }' }];
        strictEqual((await diff(tokenUrn, {}, { policies: same })).changes, "none");
        deepStrictEqual((await diff(tokenUrn, {}, { name: "u" })).changedKeys, ["name"]);
        deepStrictEqual((await diff(accountUrn, { accountId: "a" }, { accountId: "b" })).replaceKeys, ["accountId"]);
    });

    it("asks under the account for an account token", async () => {
        await rejects(create({ accountId: "a1" }, accountUrn), /404/);
        deepStrictEqual(asked(), ["POST /accounts/a1/tokens"]);
    });

    it("foresees in a preview and asks nothing", async () => {
        const { id, outputs } = await create({}, tokenUrn, true);
        strictEqual(id, "");
        match(JSON.stringify(outputs.value), /04da6b54-80e4-46f7-96ec-b56ff0331ba9/);
        deepStrictEqual(asked(), []);
    });

    it("refuses inputs that the API could not take, by property", async () => {
        const bad = {
            policies: [{ effect: "allow", resources: "not json" }],
            expiresOn: "2030-01-01",
            notBefore: "2030-01-01T00:00:00+01:00",
        };
        const { failures } = await client.check({ urn: tokenUrn, olds: {}, news: bad, preview: false });
        deepStrictEqual(failures.map(({ property }) => property).sort(), [
            "expiresOn",
            "name",
            "policies[0].permissionGroups",
            "policies[0].resources",
        ]);
    });

    const transient: [status: number, headers: Record<string, string>, wait: number][] = [
        [500, {}, 500],
        [429, {}, 500],
        [429, { "retry-after": "7" }, 7000],
    ];
    for (const [status, headers, wait] of transient) {
        it(`tries ${status} ${JSON.stringify(headers)} again after ${wait} ms`, async () => {
            api.script.set("GET /zones/z1", [{ status, headers, body: {} }]);
            await client.invoke(fn("getZone"), { zoneId: "z1" }, false);
            deepStrictEqual([asked().length, ...waits], [2, wait]);
        });
    }
    for (const status of [400, 403]) {
        it(`gives up on ${status} at once, with the API's own words`, async () => {
            api.script.set("POST /user/tokens", [
                { status, body: { errors: [{ code: 10000, message: "Authentication error" }] } },
            ]);
            await rejects(create({}), new RegExp(`POST.*${status}.*10000`));
            deepStrictEqual([asked().length, waits.length], [1, 0]);
        });
    }
    it("gives up on 500 after three minutes of waiting", async () => {
        api.script.set(
            "GET /zones/z1",
            Array.from({ length: 20 }, () => ({ status: 500, body: {} })),
        );
        await rejects(client.invoke(fn("getZone"), { zoneId: "z1" }, false), /500 Internal Server Error/);
        api.script.clear();
        const seconds = waits.reduce((sum, wait) => sum + wait, 0) / 1000;
        ok(seconds > 120 && seconds < 240, `${seconds} s`);
    });

    const refused: [why: string, settings: Record<string, unknown>, message: RegExp][] = [
        ["no base URL: it never goes to the real Cloudflare", { apiToken }, /cloudflare:baseUrl/],
        ["no token", { baseUrl: "http://127.0.0.1:1" }, /cloudflare:apiToken/],
        [
            "a malformed token, without showing it",
            { baseUrl: "http://127.0.0.1:1", apiToken: "short!" },
            /^(?!.*short!).*40 to 80/,
        ],
    ];
    for (const [why, given, message] of refused) {
        it(`refuses ${why}`, async () => {
            const other = await connect(given);
            const failure = await other
                .invoke(fn("getZones"), {}, false)
                .catch((error: { details: string }) => error.details);
            match(String(failure), message);
            other.close();
        });
    }
});
