/** Package managers, and projects that they install. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const ROOT = path.join(__dirname, "..", "..");

/** As the scripts of this repository run, so without what npm tells them. */
export const ENV = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm|INIT_CWD)/i.test(name)));

/** Runs a command line; resolves with what it printed. @throws with all of it when it fails. */
export function sh(cwd: string, file: string, ...args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
        const options = { cwd, env: ENV, maxBuffer: 64 * 1024 * 1024 };
        const child = execFile(file, args, options, (error, stdout, stderr) => {
            if (error === null) {
                resolve(stdout);
            } else {
                reject(new Error(`${file} ${args.join(" ")}: ${error.message}\n${stdout}\n${stderr}`));
            }
        });
        // Nobody is there to answer a question.
        child.stdin?.end();
    });
}

/** Says what was not tested where nobody overlooks it. */
export function say(what: string): void {
    const line = "!".repeat(100);
    console.error(`${line}\n!! NOT TESTED: ${what}.\n${line}`);
}

/** Skips what needs the npm registry where none answers; setup.ts has said so. */
export function needsRegistry(suite: Mocha.Context): void {
    if (process.env.CACHE_PURGE_REGISTRY === undefined) {
        suite.skip();
    }
}

/** The package as it would be published: a file. */
export function tarball(): string {
    return process.env.CACHE_PURGE_TARBALL ?? "";
}

/** A folder that npm has installed these packages in, beside the tarball. */
export async function installed(dependencies: Record<string, string>): Promise<string> {
    const dir = project({ dependencies: { ...dependencies, "pulumi-cloudflare-cache-purge": `file:${tarball()}` } });
    await npmInstall(dir);
    return dir;
}

export function npmInstall(dir: string): Promise<string> {
    return sh(dir, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline");
}

/** A new project in a folder of its own: the program of this folder, or none, and what its package.json holds. */
export function project(json: object, program?: "index.ts"): string {
    const dir = mkdtempSync(path.join(tmpdir(), "cache-purge-project-"));
    write(dir, "package.json", JSON.stringify({ name: "installed", private: true, ...json }));
    if (program !== undefined) {
        cpSync(path.join(__dirname, "program"), dir, { recursive: true });
    }
    return dir;
}

export function write(dir: string, name: string, text: string): void {
    const file = path.join(dir, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
}

/** What this repository itself uses, and so tests. */
export function versionsHere(...names: string[]): Record<string, string> {
    const { dependencies = {}, devDependencies = {} } = require("../../package.json") as Record<
        string,
        Record<string, string>
    >;
    return Object.fromEntries(names.map((name) => [name, { ...devDependencies, ...dependencies }[name] as string]));
}

/** The lowest version of each peer's range. */
export function oldestPeers(): Record<string, string> {
    const { peerDependencies } = require("../../components/package.json") as {
        peerDependencies: Record<string, string>;
    };
    return Object.fromEntries(Object.entries(peerDependencies).map(([name, range]) => [name, range.replace("^", "")]));
}
