/** Package managers, and projects that they install. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const ROOT = path.join(__dirname, "..", "..");

/** As the scripts of this repository run, so without what npm tells them. */
const ENV = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm|INIT_CWD)/i.test(name)));

/** Runs a command line. @throws with all that it printed. */
export function sh(cwd: string, file: string, ...args: string[]): string {
    const { status, stdout, stderr } = spawnSync(file, args, { cwd, env: ENV, encoding: "utf8" });
    if (status !== 0) {
        throw new Error(`${file} ${args.join(" ")} ended with ${status}:\n${stdout}\n${stderr}`);
    }
    return stdout;
}

let answers: boolean | undefined;

/** Skips what needs the npm registry where none answers, and says so where nobody overlooks it. */
export function needsRegistry(suite: Mocha.Context): void {
    answers ??=
        spawnSync("npm", ["view", "is-odd", "version", "--fetch-retries=0"], { env: ENV, timeout: 60_000 }).status ===
        0;
    if (!answers) {
        const line = "!".repeat(100);
        console.error(
            `${line}\n!! NOT TESTED: no npm registry answers, so nothing was installed from the tarball.\n${line}`,
        );
        suite.skip();
    }
}

/** The package's tarball, as it would be published, in a folder of its own. */
export function packed(): string {
    const dir = mkdtempSync(path.join(tmpdir(), "cache-purge-tarball-"));
    const [found] = JSON.parse(
        sh(path.join(ROOT, "components"), "npm", "pack", "--json", "--ignore-scripts", "--pack-destination", dir),
    ) as { filename: string }[];
    return path.join(dir, found?.filename ?? "");
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
