import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startCloudflareProvider } from "../../../local/cloudflare/provider";
import type { Stack } from "../../../local/engine";
import { openStack } from "../../../local/engine";
import type { RunningProvider } from "../../../local/engine/unary";
import { QUICK_START } from "../../quickStart";
import type { FakeApi } from "./fakeApi";
import { startFakeApi } from "./fakeApi";
import { engine, errorsOf } from "./things";

const tokenA = "a".repeat(40);
const tokenB = "B_-9".repeat(10);
const zone = "example.com";

describe(`the Cloudflare provider process on the engine (${engine.label})`, function () {
    this.timeout(180_000);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-cloudflare-"));
    let provider: RunningProvider;
    let api: FakeApi;
    let other: FakeApi;
    let stack: Stack;

    before(async () => {
        provider = await startCloudflareProvider({ env: {} });
        api = await startFakeApi([{ id: "z1", name: zone }]);
        other = await startFakeApi([{ id: "z2", name: zone }], "other");
        stack = await openStack({
            env: QUICK_START,
            programDir: path.join(__dirname, "programs", "zones"),
            stack: "test",
            stateDir: folder,
            config: { zone, "cloudflare:baseUrl": api.baseUrl },
            secretConfig: { "cloudflare:apiToken": tokenA },
            providers: { cloudflare: provider.port },
        });
    });

    after(async () => {
        await Promise.all([provider.close(), api.close(), other.close()]);
        fs.rmSync(folder, { recursive: true, force: true });
    });

    const asked = (of: FakeApi) => of.requests().map(({ what }) => what);
    const lookUp = [`GET /zones?name=${zone}`, "GET /zones/z1"];

    it("looks the zone up and makes a token whose value is secret", async () => {
        const result = await stack.up();
        strictEqual(result.succeeded, true, result.log);
        deepStrictEqual(result.outputs, {
            zoneId: "z1",
            nameServers: ["a.ns", "b.ns"],
            plan: "free",
            value: "value-of-t1",
        });
        const requests = api.requests();
        deepStrictEqual(
            requests.map(({ what }) => what),
            [...lookUp, "POST /user/tokens"],
        );
        deepStrictEqual([...new Set(requests.map(({ authorization }) => authorization))], [`Bearer ${tokenA}`]);
        deepStrictEqual(requests[2]?.body, {
            name: "token",
            policies: [
                {
                    effect: "allow",
                    permission_groups: [{ id: "e17beae8b8cb423a99b1730f21238bed" }],
                    resources: { "com.cloudflare.api.account.zone.z1": "*" },
                },
            ],
        });
        const text = JSON.stringify(await stack.exportState());
        strictEqual(text.includes("value-of-t1") || text.includes(tokenA), false, "ciphertext only");
        match(text, /pulumi:providers:cloudflare::default_6_22_1/);
    });

    it("asks for no token when nothing changed; refresh reads it, and drops one that is gone", async () => {
        strictEqual((await stack.up()).summary.unchanged, 2);
        deepStrictEqual(asked(api), lookUp);
        const same = await stack.refresh();
        strictEqual(same.summary.unchanged, 2, same.log);
        deepStrictEqual(asked(api), ["GET /user/tokens/t1"]);
        api.tokens.clear();
        strictEqual((await stack.refresh()).summary.deleted, 1);
        strictEqual((await stack.up()).summary.created, 1);
        api.requests();
    });

    it("updates a token in place: its value is unknown in the preview and stays the same", async () => {
        await stack.setConfig("tokenName", "renamed");
        const preview = await stack.preview();
        strictEqual(preview.summary.updated, 1, preview.log);
        match(preview.steps.find(({ name }) => name === "token")?.diffText ?? "", /~ name: "token" => "renamed"/);
        deepStrictEqual(asked(api), lookUp);
        const updated = await stack.up();
        strictEqual(updated.outputs.value, "value-of-t1");
        deepStrictEqual(asked(api), [...lookUp, "PUT /user/tokens/t1"]);
    });

    it("serves an explicit provider with its own account beside the default one", async () => {
        await stack.setConfig("otherUrl", other.baseUrl);
        await stack.setConfig("otherToken", tokenB, true);
        const result = await stack.up();
        strictEqual(result.succeeded, true, result.log);
        strictEqual(result.outputs.otherId, "z2");
        strictEqual(result.outputs.otherValue, "other-of-t1");
        const requests = other.requests();
        deepStrictEqual([...new Set(requests.map(({ authorization }) => authorization))], [`Bearer ${tokenB}`]);
        ok(requests.some(({ what }) => what === "POST /user/tokens"));
        deepStrictEqual(asked(api), lookUp);
        const destroyed = await stack.destroy();
        strictEqual(destroyed.succeeded, true, destroyed.log);
        deepStrictEqual([...asked(api), ...asked(other)], ["DELETE /user/tokens/t1", "DELETE /user/tokens/t1"]);
    });

    it("says what is wrong with the zone or the credential, and never shows the credential", async () => {
        await stack.setConfig("zone", "nowhere.example");
        const unknown = await stack.up();
        match(errorsOf(unknown), /failed to find exactly one result/);
        await stack.setConfig("zone", zone);
        api.script.set("GET /zones", [
            { status: 403, body: { success: false, errors: [{ code: 9109, message: "Unauthorized" }] } },
        ]);
        const refused = await stack.up();
        match(errorsOf(refused), /403 Forbidden.*9109/s);
        await stack.setConfig("cloudflare:apiToken", "too short", true);
        const malformed = await stack.up();
        match(errorsOf(malformed), /API tokens must be 40 to 80 characters/);
        strictEqual(/too short|aaaaaaaa/.test(unknown.log + refused.log + malformed.log), false);
    });
});
