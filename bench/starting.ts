/** What the package takes to install and to load. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { inNode, ran, rounds } from "./measure";
import type { Row } from "./row";
import { rowOf } from "./row";

const COMPONENTS = path.join(__dirname, "../components");

/** Time of a require in a new process, which has loaded something else before. */
function required(module: string, ...before: string[]): number {
    const code = `for (const name of process.argv.slice(2)) require(name);
        const began = performance.now();
        const loaded = require(process.argv[1]);
        console.log(JSON.stringify([performance.now() - began, Object.keys(loaded).length]));`;
    const [ms, names] = inNode<[number, number]>(code, module, ...before);
    assert.ok(names > 0, module);
    return ms;
}

export async function starting(times: number): Promise<Row[]> {
    const dist = (file: string) => path.join(COMPONENTS, "dist", file);
    const resolved = (name: string) => require.resolve(name, { paths: [COMPONENTS] });
    const pulumi = ["@pulumi/pulumi", "@pulumi/cloudflare"].map(resolved);
    const { version } = JSON.parse(readFileSync(path.join(COMPONENTS, "package.json"), "utf8")) as { version: string };
    const found = await rounds(times, {
        package: () => required(dist("index.js"), ...pulumi),
        provider: () => required(dist("resources/provider.js")),
        axios: () => required(resolved("axios")),
        version: () => {
            const { ms, output } = ran(process.execPath, [dist("cli/main.js"), "--version"]);
            assert.equal(output.trim(), version);
            return ms;
        },
        node: () => ran(process.execPath, ["-e", "0"]).ms,
    });
    const row = (name: string, ours: number[], most: number, against?: string, theirs?: number[]) =>
        rowOf(
            name,
            "ms",
            [{ size: 1, ours, ...(theirs === undefined ? {} : { theirs }) }],
            [{ of: theirs === undefined ? "value" : "ratio", most }],
            against,
        );
    const [packed] = JSON.parse(ran("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], COMPONENTS).output) as {
        size: number;
    }[];
    assert.ok(packed !== undefined);
    return [
        rowOf("the package, packed", "kB", [{ size: 1, ours: [packed.size / 1000] }], [{ of: "value", most: 200 }]),
        row("require of the package, beyond Pulumi's own", found.package, 12),
        row("require of /provider", found.provider, 0.7, 'require("axios")', found.axios),
        row("cache-purge --version", found.version, 3, "node -e 0", found.node),
    ];
}
