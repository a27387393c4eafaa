import { deepStrictEqual, match, rejects } from "node:assert";
import { rmSync } from "node:fs";
import path from "node:path";
import { PluginProvider } from "../../local/engine/pluginProvider";
import type { Launched } from "../../local/engine/providerProcess";
import { launchPlugin } from "../../local/engine/providerProcess";
import { installed, needsRegistry, versionsHere } from "./npm";

const PEERS = versionsHere("@pulumi/pulumi", "@pulumi/cloudflare");
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

    /** @param beside the packages that are installed with it. */
    async function launched(beside: Record<string, string>, lines: string[] = []): Promise<Launched> {
        const dir = await installed(beside);
        dirs.push(dir);
        const plugin = path.join(dir, "node_modules", "pulumi-cloudflare-cache-purge", "plugin");
        const onLine = (line: string) => void lines.push(line);
        return launchPlugin(plugin, { programDir: dir, env: process.env, engine: "127.0.0.1:1", onLine });
    }

    it("with Pulumi's packages beside it: it serves its resources", async () => {
        const { child, port } = await launched(PEERS);
        const provider = new PluginProvider(`127.0.0.1:${await port}`);
        try {
            provider.configure("urn:pulumi:s::p::pulumi:providers:cloudflare-cache-purge::default", "id", {});
            const news = { ticket: "none" };
            const { failures } = await provider.check({ urn: PURGE, olds: {}, news, preview: true });
            deepStrictEqual(
                failures.map(({ property }) => property),
                ["ticket"],
            );
        } finally {
            provider.close();
            child.kill("SIGKILL");
        }
    });

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
