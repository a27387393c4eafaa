import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.join(__dirname, "..", "..");
const PACKAGE = "components/package.json";
const CHANGELOG = "components/CHANGELOG.md";

describe("changesets", () => {
    it("those that are pending and one more become the next version, and the changelog keeps what it holds", () => {
        const dir = mkdtempSync(path.join(tmpdir(), "cache-purge-changesets-"));
        try {
            mkdirSync(path.join(dir, "components"));
            for (const name of [".changeset", "package.json", "package-lock.json", PACKAGE, CHANGELOG]) {
                cpSync(path.join(ROOT, name), path.join(dir, name), { recursive: true });
            }
            symlinkSync(path.join(ROOT, "node_modules"), path.join(dir, "node_modules"), "junction");
            writeFileSync(
                path.join(dir, ".changeset", "zzz.md"),
                '---\n"pulumi-cloudflare-cache-purge": minor\n---\n\n`verify` says what it looked at.\n',
            );
            const read = (name: string): string => readFileSync(path.join(dir, name), "utf8");
            const version = (): string => JSON.parse(read(PACKAGE)).version;
            const [before, old] = [version(), read(CHANGELOG)];
            const cli = path.join(ROOT, "node_modules", "@changesets", "cli", "bin.js");
            const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "version"], {
                cwd: dir,
                encoding: "utf8",
            });
            strictEqual(status, 0, stdout + stderr);
            ok(version() !== before, version());
            const start = old.indexOf("\n## ") + 1;
            const now = read(CHANGELOG);
            ok(now.startsWith(`${old.slice(0, start)}## ${version()}\n`), now);
            ok(now.endsWith(old.slice(start)), now);
            ok(now.includes("- `verify` says what it looked at.\n"), now);
            deepStrictEqual(readdirSync(path.join(dir, ".changeset")).sort(), ["README.md", "config.json"]);
        } finally {
            rmSync(dir, { recursive: true });
        }
    });
});
