import { deepStrictEqual, match, rejects, throws } from "node:assert";
import { rmSync } from "node:fs";
import path from "node:path";
import { PluginProvider } from "../../local/engine/pluginProvider";
import type { Launched } from "../../local/engine/providerProcess";
import { launchPlugin } from "../../local/engine/providerProcess";
import { needsRegistry, packed, project, sh, versionsHere } from "./npm";

const PEERS = versionsHere("@pulumi/pulumi", "@pulumi/cloudflare");
const PURGE = "urn:pulumi:s::p::cloudflare-cache-purge:index:Purge::purge";

/** What `pulumi package add ./node_modules/pulumi-cloudflare-cache-purge/plugin` starts. */
describe("package: the plugin of the tarball", () => {
    let tarball: string;
    const dirs: string[] = [];
    before(function () {
        needsRegistry(this);
        tarball = packed();
    });
    after(() => {
        for (const dir of [...dirs, ...(tarball === undefined ? [] : [path.dirname(tarball)])]) {
            rmSync(dir, { recursive: true });
        }
    });

    /** @param beside the packages that are installed with it. */
    function installed(beside: Record<string, string>): { dir: string; plugin: string } {
        const dir = project({ dependencies: { ...beside, "pulumi-cloudflare-cache-purge": `file:${tarball}` } });
        dirs.push(dir);
        sh(dir, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts");
        return { dir, plugin: path.join(dir, "node_modules", "pulumi-cloudflare-cache-purge", "plugin") };
    }

    function launched({ dir, plugin }: { dir: string; plugin: string }, lines: string[] = []): Launched {
        const onLine = (line: string) => void lines.push(line);
        return launchPlugin(plugin, { programDir: dir, env: process.env, engine: "127.0.0.1:1", onLine });
    }

    it("with Pulumi's packages beside it: it serves its resources", async () => {
        const { child, port } = launched(installed(PEERS));
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

    it("without them there is no SDK to start it with", () => {
        throws(() => launched(installed({})), /Cannot find module '@pulumi\/pulumi\/cmd\/run-plugin'/);
    });

    it("without one of them it says which, and what to install", async () => {
        const { "@pulumi/cloudflare": _, ...sdk } = PEERS;
        const lines: string[] = [];
        const { child, port } = launched(installed(sdk), lines);
        const gone = new Promise((resolve) => child.once("close", resolve));
        await rejects(port, /ended before it was ready/);
        await gone;
        match(
            lines.join("\n"),
            /needs @pulumi\/cloudflare \^[\d.]+ \(not installed\): npm install @pulumi\/cloudflare@6/,
        );
    });
});
