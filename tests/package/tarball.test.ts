import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { brokenLinks } from "../docs/links";
import { sh, tarball } from "./npm";

describe("package: what is in the tarball", () => {
    let dir: string;
    before(async () => {
        dir = mkdtempSync(path.join(tmpdir(), "cache-purge-unpacked-"));
        await sh(dir, "tar", "-xzf", tarball());
    });
    after(() => {
        rmSync(dir, { recursive: true });
    });
    const names = (): string[] =>
        readdirSync(path.join(dir, "package"), { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => path.relative(path.join(dir, "package"), path.join(entry.parentPath, entry.name)));

    it("the compiled package, its pages and nothing else", () => {
        const other = names().filter((name) => !/^(dist\/.*\.(js|d\.ts)|docs\/[a-z-]+\.md)$/.test(name));
        deepStrictEqual(other.sort(), [
            "CHANGELOG.md",
            "LICENSE",
            "README.md",
            "package.json",
            "plugin/PulumiPlugin.yaml",
            "plugin/index.js",
        ]);
        ok(statSync(tarball()).size < 240_000, `${statSync(tarball()).size} bytes`);
    });

    it("declarations of what programs can import, and of nothing else", () => {
        const declarations = names().filter((name) => name.endsWith(".d.ts"));
        ok(declarations.includes("dist/index.d.ts") && declarations.includes("dist/resources/provider.d.ts"));
        const needed = new Set<string>();
        const need = (name: string): void => {
            if (!needed.has(name)) {
                needed.add(name);
                const text = readFileSync(path.join(dir, "package", name), "utf8");
                for (const [, to = ""] of text.matchAll(/from "(\.[^"]+)"/g)) {
                    need(`${path.join(path.dirname(name), to)}.d.ts`);
                }
            }
        };
        need("dist/index.d.ts");
        need("dist/resources/provider.d.ts");
        deepStrictEqual(declarations.sort(), [...needed].sort());
    });

    it("every link of its pages leads to a page that is in it, and to a heading of that page", () => {
        const broken = names()
            .filter((name) => name.endsWith(".md"))
            .flatMap((name) => brokenLinks(path.join(dir, "package", name)));
        deepStrictEqual(broken, []);
    });

    it("its README shows the example of this repository's README", () => {
        const example = (file: string): string | undefined =>
            /```ts\n[\s\S]*?```/.exec(readFileSync(file, "utf8"))?.[0];
        strictEqual(
            example(path.join(dir, "package", "README.md")),
            example(path.join(__dirname, "..", "..", "README.md")),
        );
    });
});
