import { doesNotMatch, match, ok, strictEqual } from "node:assert";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { transpileModule } from "typescript";
import { startLocalCloudflare } from "../../local/cloudflare";
import { deploys } from "./deploys";
import {
    installed,
    needsRegistry,
    npmInstall,
    oldestPeers,
    project,
    say,
    sh,
    tarball,
    versionsHere,
    write,
} from "./npm";

const PROGRAM = path.join(__dirname, "program");
const NEWEST = versionsHere("@pulumi/pulumi", "@pulumi/cloudflare", "@pulumi/command");
const TYPESCRIPT = { typescript: "^5.9.0" };

/** The program as a package of its own, which the project depends on: the purge is a dependency of a dependency. */
function transitive(file: string): string {
    const dir = project({ dependencies: { ...NEWEST, site: "file:./site" } });
    cpSync(path.join(PROGRAM, "Pulumi.yaml"), path.join(dir, "Pulumi.yaml"));
    write(dir, "index.js", 'module.exports = require("site");\n');
    const site = {
        name: "site",
        version: "1.0.0",
        dependencies: { "pulumi-cloudflare-cache-purge": `file:${file}` },
        peerDependencies: Object.fromEntries(Object.keys(NEWEST).map((name) => [name, "*"])),
    };
    write(dir, "site/package.json", JSON.stringify(site));
    const { outputText } = transpileModule(readFileSync(path.join(PROGRAM, "index.ts"), "utf8"), {});
    write(dir, "site/index.js", outputText);
    return dir;
}

function direct(file: string, peers: Record<string, string> = NEWEST): string {
    const dependencies = { ...NEWEST, ...peers, "pulumi-cloudflare-cache-purge": `file:${file}` };
    return project({ dependencies, devDependencies: TYPESCRIPT }, "index.ts");
}

/** An ES module. */
function esm(file: string): string {
    const dir = project({
        type: "module",
        dependencies: { ...NEWEST, "pulumi-cloudflare-cache-purge": `file:${file}` },
    });
    cpSync(path.join(PROGRAM, "Pulumi.yaml"), path.join(dir, "Pulumi.yaml"));
    const { outputText } = transpileModule(readFileSync(path.join(PROGRAM, "index.ts"), "utf8"), {
        compilerOptions: { module: 99 },
    });
    write(dir, "index.js", outputText);
    return dir;
}

const npx = (dir: string, ...args: string[]): Promise<string> => sh(dir, "npx", "--yes", ...args);

/** Bun's binary is in a package of its own for each platform; the package `bun` only finds it, by an install script. */
async function bun(dir: string): Promise<string> {
    const tool = project({});
    try {
        const name = `@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`;
        const flags = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
        await sh(tool, "npm", "install", ...flags, `${name}@1.4.5`).catch((error: Error) => {
            throw new NotHere(`bun cannot be had here (${error.message.split("\n")[0]})`);
        });
        const binary = path.join(tool, "node_modules", name, "bin", "bun");
        await sh(dir, binary, "--version").catch((error: Error) => {
            throw new NotHere(`bun does not run here (${error.message.split("\n")[0]})`);
        });
        return await sh(dir, binary, "install", "--ignore-scripts", "--cache-dir", path.join(tool, "cache"));
    } finally {
        rmSync(tool, { recursive: true });
    }
}

/** Yarn 4 writes no lock file where the variable CI is set, unless it is told to. */
const YARNRC = `enableImmutableInstalls: false
enableScripts: false
enableTelemetry: false
nodeLinker: node-modules
`;

/** A package manager that this machine has not got. */
class NotHere extends Error {}

const PROJECTS: [string, (file: string) => string, (dir: string) => Promise<string>][] = [
    ["npm, TypeScript, the newest of Pulumi's packages", direct, npmInstall],
    ["npm, TypeScript, the oldest", (file) => direct(file, oldestPeers()), npmInstall],
    [
        "pnpm, as a dependency of a dependency",
        transitive,
        (dir) => npx(dir, "pnpm@10.18.0", "install", "--ignore-scripts", "--prefer-offline"),
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
            write(dir, ".yarnrc.yml", YARNRC);
            write(dir, "yarn.lock", "");
            return npx(dir, "@yarnpkg/cli-dist@4.10.3", "install");
        },
    ],
    ["bun's installer, TypeScript", direct, bun],
];

describe("package: projects that install the tarball", () => {
    /** They are installed side by side, since most of that is waiting. */
    const projects = new Map<string, { readonly dir: string; readonly install: Promise<string> }>();
    before(function () {
        needsRegistry(this);
        for (const [title, make, install] of PROJECTS) {
            const dir = make(tarball());
            const said = install(dir);
            said.catch(() => {});
            projects.set(title, { dir, install: said });
        }
    });
    after(async () => {
        for (const { dir, install } of projects.values()) {
            await install.catch(() => {});
            rmSync(dir, { recursive: true });
        }
    });

    for (const [title] of PROJECTS) {
        it(`${title}: \`up\` purges what changed, and then nothing`, async function () {
            const { dir = "", install } = projects.get(title) ?? {};
            try {
                doesNotMatch(String(await install), /warning .*pulumi-cloudflare-cache-purge/);
            } catch (error) {
                if (error instanceof NotHere) {
                    say(error.message);
                    this.skip();
                }
                throw error;
            }
            if (existsSync(path.join(dir, "index.ts"))) {
                const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "node16", "--types", "node"];
                await sh(dir, process.execPath, "node_modules/typescript/bin/tsc", ...flags, "index.ts");
            }
            await deploys(dir);
        });
    }

    it("the command line alone installs without Pulumi, and `doctor` runs", async () => {
        const dir = await installed({});
        const local = await startLocalCloudflare();
        try {
            const lock = JSON.parse(readFileSync(path.join(dir, "node_modules/.package-lock.json"), "utf8"));
            const packages = Object.keys((lock as { packages: object }).packages);
            ok(!packages.some((name) => name.includes("@pulumi/")), packages.join());
            ok(packages.length <= 40, `${packages.length} packages: ${packages.join()}`);
            const { version } = require("../../components/package.json") as { version: string };
            strictEqual((await sh(dir, "npx", "pulumi-cloudflare-cache-purge", "version")).trim(), version);
            match(await sh(dir, "npx", "cache-purge", "explain", "wrong-zone-id"), /zone ID/);
            const credential = [
                `CLOUDFLARE_BASE_URL=${local.apiBaseUrl}`,
                `CLOUDFLARE_API_TOKEN=${local.createToken().value}`,
            ];
            const doctor = ["npx", "pulumi-cloudflare-cache-purge", "doctor", "--zone", local.zone.id];
            const edge = ["--connect-to", `*=${local.edgeBaseUrl}`];
            match(await sh(dir, "env", ...credential, ...doctor, ...edge), /^ok +purge .*\n[\s\S]*\nhealthy\n$/m);
        } finally {
            await local.close();
            rmSync(dir, { recursive: true });
        }
    });
});
