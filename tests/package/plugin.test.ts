import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert";
import { rmSync } from "node:fs";
import path from "node:path";
import { decodeTicket } from "../../components/plugin/parts";
import type { Launched } from "../../local/engine/providerProcess";
import { launchPlugin } from "../../local/engine/providerProcess";
import { isSecret, withoutSecrets } from "../../local/engine/values";
import { startPlugin } from "../plugin/process";
import { installed, needsRegistry, oldestPeers, versionsHere } from "./npm";

const PEERS = versionsHere("@pulumi/pulumi", "@pulumi/cloudflare");
const SITE = "cloudflare-cache-purge:index:Site";
const PURGE = "urn:pulumi:s::p::cloudflare-cache-purge:index:Purge::purge";

/** What `pulumi package add ./node_modules/pulumi-cloudflare-cache-purge/plugin` starts. */
describe("package: the plugin of the tarball", () => {
    const dirs: string[] = [];
    before(function () {
        needsRegistry(this);
    });
    after(() => {
        for (const dir of dirs) {
            rmSync(dir, { recursive: true });
        }
    });

    const pluginIn = (dir: string) => path.join(dir, "node_modules", "pulumi-cloudflare-cache-purge", "plugin");
    async function installedIn(beside: Record<string, string>): Promise<string> {
        const dir = await installed(beside);
        dirs.push(dir);
        return dir;
    }

    /** @param beside the packages that are installed with it. */
    async function launched(beside: Record<string, string>, lines: string[] = []): Promise<Launched> {
        const dir = await installedIn(beside);
        const onLine = (line: string) => void lines.push(line);
        return launchPlugin(pluginIn(dir), { programDir: dir, env: process.env, engine: "127.0.0.1:1", onLine });
    }

    for (const [title, peers] of [
        ["newest", PEERS],
        ["oldest", oldestPeers()],
    ] as const) {
        it(`with the ${title} of Pulumi's packages beside it: it makes components, refuses bad input, and serves its resources`, async () => {
            const dir = await installedIn(peers);
            for (const [name, version] of Object.entries(peers)) {
                const found = require.resolve(`${name}/package.json`, { paths: [dir] });
                strictEqual((require(found) as { version: string }).version, version);
            }
            const plugin = await startPlugin([{ name: "example.com" }], pluginIn(dir));
            try {
                const inputs = { zone: "example.com", digests: { "a.css": "1" }, baseUrls: ["https://example.com"] };
                const { ticket } = await plugin.construct(SITE, "site", inputs);
                ok(isSecret(ticket));
                strictEqual(decodeTicket(withoutSecrets(ticket))?.zoneName, "example.com");
                const news = { ticket: "none" };
                const { failures } = await plugin.provider.check({ urn: PURGE, olds: {}, news, preview: true });
                deepStrictEqual(
                    failures.map(({ property }) => property),
                    ["ticket"],
                );
                await rejects(
                    plugin.construct(SITE, "wrong", { ...inputs, retries: 50 }),
                    /property retries has a problem/,
                );
            } finally {
                await plugin.close();
            }
        });
    }

    it("without them there is no SDK to start it with", async () => {
        await rejects(launched({}), /Cannot find module '@pulumi\/pulumi\/cmd\/run-plugin'/);
    });

    it("without one of them it says which, and what to install", async () => {
        const { "@pulumi/cloudflare": _, ...sdk } = PEERS;
        const lines: string[] = [];
        const { child, port } = await launched(sdk, lines);
        const gone = new Promise((resolve) => child.once("close", resolve));
        await rejects(port, /ended before it was ready/);
        await gone;
        match(
            lines.join("\n"),
            /needs @pulumi\/cloudflare \^[\d.]+ \(not installed\): npm install @pulumi\/cloudflare@6/,
        );
    });
});
