/**
 * What the Pulumi Registry reads of this repository (https://github.com/pulumi/registry): docs/_index.md,
 * docs/installation-configuration.md and docs/schema.json. The examples of the first are the repository's own, which its tests
 * run or check: part of `npm run docs`.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { schema } from "../components/plugin/schema";

const ROOT = path.join(__dirname, "..");
const INDEX = path.join(__dirname, "_index.md");
const read = (name: string): string => readFileSync(path.join(ROOT, name), "utf8").trimEnd();

/** The program of each language that the page shows. */
const PROGRAMS: Readonly<Record<string, () => string>> = {
    typescript: () => /```ts\n([\s\S]*?)\n```/.exec(read("README.md"))?.[1] ?? "",
    python: () => read("examples/python/__main__.py"),
    go: () => read("examples/go/main.go"),
    yaml: () => read("examples/yaml/Pulumi.yaml"),
};

export function registryFiles(): Map<string, string> {
    const page = readFileSync(INDEX, "utf8").replace(
        /^```(\w+)\n[\s\S]*?^```/gm,
        (_, language: string) => `\`\`\`${language}\n${PROGRAMS[language]?.()}\n\`\`\``,
    );
    return new Map([
        [INDEX, page],
        [path.join(__dirname, "schema.json"), `${JSON.stringify(schema, null, 2)}\n`],
    ]);
}
