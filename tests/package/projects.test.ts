import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { transpileModule } from "typescript";
import { startCommandProvider } from "../../local/command/start";
import type { RunningProvider } from "../../local/engine/unary";
import { Site } from "../scenarios/site";
import { needsRegistry, oldestPeers, packed, project, sh, versionsHere, write } from "./npm";

const PROGRAM = path.join(__dirname, "program");
const NEWEST = versionsHere("@pulumi/pulumi", "@pulumi/cloudflare", "@pulumi/command");
const TYPESCRIPT = { typescript: "^5.9.0" };

/** The program as a package of its own, which the project depends on: the purge is a dependency of a dependency. */
function transitive(tarball: string): string {
    const dir = project({ dependencies: { ...NEWEST, site: "file:./site" } });
    cpSync(path.join(PROGRAM, "Pulumi.yaml"), path.join(dir, "Pulumi.yaml"));
    write(dir, "index.js", 'module.exports = require("site");\n');
    const site = {
        name: "site",
        version: "1.0.0",
        dependencies: { "pulumi-cloudflare-cache-purge": `file:${tarball}` },
        peerDependencies: Object.fromEntries(Object.keys(NEWEST).map((name) => [name, "*"])),
    };
    write(dir, "site/package.json", JSON.stringify(site));
    const { outputText } = transpileModule(readFileSync(path.join(PROGRAM, "index.ts"), "utf8"), {});
    write(dir, "site/index.js", outputText);
    return dir;
}

function direct(tarball: string, peers: Record<string, string> = NEWEST): string {
    const dependencies = { ...NEWEST, ...peers, "pulumi-cloudflare-cache-purge": `file:${tarball}` };
    return project({ dependencies, devDependencies: TYPESCRIPT }, "index.ts");
}

/** An ES module. */
function esm(tarball: string): string {
    const dir = project({
        type: "module",
        dependencies: { ...NEWEST, "pulumi-cloudflare-cache-purge": `file:${tarball}` },
    });
    cpSync(path.join(PROGRAM, "Pulumi.yaml"), path.join(dir, "Pulumi.yaml"));
    const { outputText } = transpileModule(readFileSync(path.join(PROGRAM, "index.ts"), "utf8"), {
        compilerOptions: { module: 99 },
    });
    write(dir, "index.js", outputText);
    return dir;
}

const npm = (dir: string): string => sh(dir, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts");
const npx = (dir: string, ...args: string[]): string => sh(dir, "npx", "--yes", ...args);

const PROJECTS: [string, (tarball: string) => string, (dir: string) => unknown][] = [
    ["npm, TypeScript, the newest of Pulumi's packages", direct, npm],
    ["npm, TypeScript, the oldest", (tarball) => direct(tarball, oldestPeers()), npm],
    [
        "pnpm, as a dependency of a dependency",
        transitive,
        (dir) => npx(dir, "pnpm@10.18.0", "install", "--ignore-scripts"),
    ],
    [
        "yarn 1, an ES module",
        esm,
        (dir) => npx(dir, "yarn@1.22.22", "install", "--ignore-scripts", "--cache-folder", path.join(dir, ".cache")),
    ],
    [
        "yarn 4, TypeScript",
        direct,
        (dir) => {
            write(dir, ".yarnrc.yml", "nodeLinker: node-modules\nenableScripts: false\nenableTelemetry: false\n");
            write(dir, "yarn.lock", "");
            return npx(dir, "@yarnpkg/cli-dist@4.10.3", "install");
        },
    ],
];

describe("package: projects that install the tarball", () => {
    let tarball: string;
    let command: RunningProvider;
    before(async function () {
        needsRegistry(this);
        tarball = packed();
        command = await startCommandProvider();
    });
    after(async () => {
        await command?.close();
        if (tarball !== undefined) {
            rmSync(path.dirname(tarball), { recursive: true });
        }
    });

    for (const [title, make, install] of PROJECTS) {
        it(`${title}: \`up\` purges what changed, and then nothing`, async () => {
            const programDir = make(tarball);
            try {
                const said = String(install(programDir));
                doesNotMatch(said, /warning .*pulumi-cloudflare-cache-purge/);
                if (existsSync(path.join(programDir, "index.ts"))) {
                    const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "node16", "--types", "node"];
                    sh(programDir, "npx", "tsc", ...flags, "index.ts");
                }
                await deploys(programDir, command);
            } finally {
                rmSync(programDir, { recursive: true });
            }
        });
    }

    it("the command line alone installs without Pulumi, and runs", () => {
        const dir = project({ dependencies: { "pulumi-cloudflare-cache-purge": `file:${tarball}` } });
        try {
            npm(dir);
            const modules = readdirSync(path.join(dir, "node_modules")).filter((name) => !name.startsWith("."));
            ok(!modules.includes("@pulumi"), modules.join());
            ok(modules.length <= 40, `${modules.length} packages`);
            match(sh(dir, "npx", "cache-purge", "explain", "wrong-zone-id"), /zone ID/);
            const { version } = require("../../components/package.json") as { version: string };
            strictEqual(sh(dir, "npx", "pulumi-cloudflare-cache-purge", "version").trim(), version);
        } finally {
            rmSync(dir, { recursive: true });
        }
    });
});

async function deploys(programDir: string, command: RunningProvider): Promise<void> {
    const site = await Site.start({
        files: { "index.html": "A", "app.js": "a", "old.js": "o" },
        programDir,
        providers: { command: command.port },
        env: { NODE_OPTIONS: "" },
    });
    try {
        await site.up();
        await site.warm(["/", "/app.js", "/old.js"]);
        site.purges();
        site.edit({ "app.js": "b", "old.js": null });
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js", "/old.js"]);
        await site.expectFresh(["/", "/app.js", "/old.js"]);
        await site.expectHits(["/"]);
        await site.up();
        deepStrictEqual(site.purges(), []);
    } finally {
        await site.close();
    }
}
