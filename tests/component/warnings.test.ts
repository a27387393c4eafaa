import { deepStrictEqual, match, rejects, strictEqual } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import type { CachePurgeArgs } from "../../components";
import { assetsFrom, CachePurge, PurgeToken, siteAssets } from "../../components";
import { inFolder } from "../assets/folder";
import { mockEngine, REFUSED, resolved, warnings, ZONE } from "./mocks";

const BASE = { baseUrls: ["https://www.example.com"] };

describe("component: what may be a mistake is a warning, and the deploy passes", () => {
    const seen = warnings();
    const receiptOf = (args: Partial<CachePurgeArgs>, opts?: pulumi.ComponentResourceOptions) =>
        resolved(
            new CachePurge("site", { zone: "example.com", assets: assetsFrom({ "a.js": "1" }, BASE), ...args }, opts)
                .receipt,
        );

    it("a pattern that matches nothing", async () => {
        await mockEngine();
        const assets = inFolder({ "a.js": "1" }, (dir) => siteAssets(dir, { ...BASE, exclude: ["drafts"] }));
        await receiptOf({ assets });
        match(seen.join("\n"), /^exclude "drafts": it matches nothing in [^\n]*$/);
    });

    it("dependsOn, which delays the journal", async () => {
        await mockEngine();
        await receiptOf({}, { dependsOn: new pulumi.ComponentResource("test:index:Upload", "upload") });
        match(seen.join("\n"), /^dependsOn delays the journal too, .*name the upload in `after` instead$/);
    });

    it("a credential that cannot list permission groups, and so may not make tokens", async () => {
        for (const [owner, says] of [
            ["user", /^the provider's token may not be able to make a token\. .* User → API Tokens → Edit/],
            ["account", /Give it Account → Account API Tokens → Edit, made by a Super Administrator/],
        ] as const) {
            const engine = await mockEngine([ZONE], REFUSED);
            seen.length = 0;
            await receiptOf({ token: { owner } });
            match(seen.join("\n"), says);
            strictEqual(engine.registered.filter(({ type }) => /ApiToken$|AccountToken$/.test(type)).length, 1);
        }
    });
});

describe("component: a permission group that is looked up", () => {
    const seen = warnings();
    const value = async (groups: readonly object[]): Promise<string> => {
        await mockEngine([ZONE], groups);
        return resolved(new PurgeToken("token", { zone: "example.com", permissionGroup: "lookup" }).value);
    };
    const elsewhere = { id: "1".repeat(32), name: "Cache Purge", scopes: ["com.cloudflare.api.account"] };
    const rows: [string, readonly object[], RegExp][] = [
        [
            "where none can be listed",
            REFUSED,
            /^The permission groups cannot be listed, so none can be looked up\. Give it/,
        ],
        [
            "where there is none for zones",
            [elsewhere],
            /^Cloudflare lists no permission group "Cache Purge" for zones\. Leave permissionGroup out/,
        ],
    ];
    for (const [where, groups, says] of rows) {
        it(`ends the program ${where}`, async () => {
            await rejects(value(groups), (error: Error) => {
                match(error.message, says);
                return pulumi.RunError.isInstance(error);
            });
            deepStrictEqual(seen, []);
        });
    }
});
