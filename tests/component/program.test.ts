import { deepStrictEqual, doesNotMatch, match, strictEqual, throws } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { mockEngine } from "./mocks";

const PROGRAM = require.resolve("../../index.ts");

describe("the program of this repository", () => {
    let dir: string;
    before(() => {
        dir = mkdtempSync(path.join(tmpdir(), "program-"));
        writeFileSync(path.join(dir, "app.js"), "1");
    });
    after(() => {
        rmSync(dir, { recursive: true });
        pulumi.runtime.setAllConfig({});
    });

    /** Runs it anew with this stack config. */
    function run(config: Record<string, string>): { purge?: unknown } {
        const named = Object.entries(config).map(([key, value]) => [`site:${key}`, value.replace("DIR", dir)]);
        pulumi.runtime.setAllConfig(Object.fromEntries(named));
        delete require.cache[PROGRAM];
        return require(PROGRAM);
    }

    const good: [string, Record<string, string>, RegExp][] = [
        [
            "a zone and a folder",
            { zone: "example.com", dir: "DIR" },
            /base https:\/\/example\.com\nbase https:\/\/www\.example\.com\n/,
        ],
        [
            "one base URL",
            { baseUrls: "https://www.example.com", dir: "DIR" },
            /\nbase https:\/\/www\.example\.com\n[0-9a-f]/,
        ],
        [
            "base URLs with commas",
            { zone: "example.com", baseUrls: "https://a.example.com, https://b.example.com", dir: "DIR" },
            /a\.example\.com\nbase https:\/\/b\./,
        ],
        [
            "base URLs as JSON",
            { zone: "example.com", baseUrls: '["https://a.example.com"]', dir: "DIR" },
            /base https:\/\/a\.example\.com/,
        ],
    ];
    for (const [title, config, manifest] of good) {
        it(`takes ${title}`, async () => {
            const engine = await mockEngine();
            run(config);
            await pulumi.runtime.disconnect();
            match(engine.only("cloudflareCachePurge:Journal").inputs.manifest as string, manifest);
        });
    }

    it("takes triggers with their targets, and a mode", async () => {
        const engine = await mockEngine();
        run({
            zone: "example.com",
            dir: "DIR",
            triggers: '{"worker":"v2"}',
            targets: "everything",
            mode: "invalidate",
        });
        await pulumi.runtime.disconnect();
        strictEqual(engine.only("cloudflareCachePurge:Journal").inputs.targets, "everything");
        strictEqual((engine.only(":Purge").inputs.settings as { mode: string }).mode, "invalidate");
    });

    const base = { zone: "example.com", dir: "DIR" };

    it("runs the upload as a command that depends on the journal", async () => {
        const engine = await mockEngine();
        run({ ...base, upload: "rsync -a dist/ web:/srv/www/" });
        await pulumi.runtime.disconnect();
        const { name, inputs } = engine.only(":Command");
        strictEqual(name, "upload");
        deepStrictEqual([inputs.create, inputs.triggers], ["rsync -a dist/ web:/srv/www/", ["the record"]]);
    });

    it("without an upload there is no command", async () => {
        const engine = await mockEngine();
        run(base);
        await pulumi.runtime.disconnect();
        strictEqual(engine.registered.filter(({ type }) => type.endsWith(":Command")).length, 0);
    });

    it("declares no config key, which the CLI would then require", () => {
        doesNotMatch(readFileSync("Pulumi.yaml", "utf8"), /^config:/m);
    });

    const wrong: [string, Record<string, string>, RegExp][] = [
        ["no folder", { zone: "example.com" }, /^config "dir" is missing: .* Set it: pulumi config set dir \.\/dist$/],
        [
            "a folder that is not there",
            { ...base, dir: "nowhere" },
            /^config "dir" .*no such folder.*pulumi config set dir/,
        ],
        [
            "nothing that tells the zone",
            { dir: "DIR" },
            /^config "baseUrls" is missing.*pulumi config set baseUrls https:/,
        ],
        [
            "zone and zoneId",
            { ...base, zoneId: "0".repeat(32) },
            /^config "zoneId" is set besides "zone" \(example\.com\).*pulumi config rm zoneId$/,
        ],
        [
            "an account without a zone",
            { dir: "DIR", accountId: "a".repeat(32), baseUrls: "https://a.example.com" },
            /^config "zone" is missing/,
        ],
        [
            "a wrong mode",
            { ...base, mode: "soft" },
            /^config "mode" is "soft", and not one of purge, invalidate\. Set it: pulumi config set mode purge$/,
        ],
        ["a wrong htmlHandling", { ...base, htmlHandling: "yes" }, /^config "htmlHandling" is "yes"/],
        [
            "a base URL with a query",
            { ...base, baseUrls: "https://www.example.com/blog?v=1" },
            /^config "baseUrls" .*https:\/\/www\.example\.com\/blog/,
        ],
        ["base URLs that are no JSON", { ...base, baseUrls: '["https://' }, /^config "baseUrls" is not valid JSON/],
        ["an empty upload", { ...base, upload: " " }, /^config "upload" is empty.*pulumi config set upload 'rsync/],
        ["triggers without targets", { ...base, triggers: "v2" }, /^config "targets" is missing/],
        [
            "targets without triggers",
            { ...base, targets: "everything" },
            /^config "triggers" is missing, so nothing would ever purge targets.*pulumi config set triggers '/,
        ],
    ];
    for (const [title, config, message] of wrong) {
        it(`${title}: one sentence, with the command`, async () => {
            await mockEngine();
            throws(
                () => run(config),
                (error: Error) => {
                    match(error.message, message);
                    strictEqual(pulumi.RunError.isInstance(error), true);
                    return true;
                },
            );
        });
    }

    it("a zoneId that is not one: the component's own message", async () => {
        await mockEngine();
        throws(
            () => run({ dir: "DIR", zoneId: "abc", baseUrls: "https://a.example.com" }),
            (error: Error) => {
                match(error.message, /^"abc" is not a zone ID: a zone ID has 32 hexadecimal digits/);
                return pulumi.ResourceError.isInstance(error);
            },
        );
    });
});
