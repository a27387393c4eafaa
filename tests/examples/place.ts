import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { startCommandProvider } from "../../local/command/start";
import { transpiled } from "../../local/engine/transpiled";
import type { Files } from "../scenarios/site";
import { Site } from "../scenarios/site";

export const EXAMPLES = path.join(__dirname, "..", "..", "examples");

/** The folders that are programs in TypeScript. */
export const NAMES = readdirSync(EXAMPLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(path.join(EXAMPLES, entry.name)).includes("index.ts"))
    .map(({ name }) => name);

/**
 * `rsync` and `aws` for a machine that has neither: the far end is a folder below $FAR, whatever its host or bucket is
 * called. Each writes down how it was called.
 */
const RSYNC = `#!/bin/sh
set -e
echo "rsync $*" >> "$FAR/../calls"
to="$FAR/\${4#*:}"
mkdir -p "$to" && rm -rf "$to"/* && cp -r "$3". "$to"
`;
const AWS = `#!/bin/sh
set -e
echo "aws $*" >> "$FAR/../calls"
case "$2" in
    sync) if [ -d "$3" ]; then rm -rf "$FAR"/* && cp -r "$3"/. "$FAR"; fi ;;
    cp) key="\${4#s3://*/}"; mkdir -p "$(dirname "$FAR/$key")" && cp "$3" "$FAR/$key" ;;
    rm) rm "$FAR/\${3#s3://*/}" ;;
esac
`;

/** Makes the stand-ins in a folder, and the environment that finds them and a far end there. */
export function standIns(place: string): { FAR: string; PATH: string } {
    const far = path.join(place, "far");
    const bin = path.join(place, "bin");
    mkdirSync(far);
    mkdirSync(bin);
    for (const [command, text] of [
        ["rsync", RSYNC],
        ["aws", AWS],
    ] as const) {
        writeFileSync(path.join(bin, command), text);
        chmodSync(path.join(bin, command), 0o755);
    }
    return { FAR: far, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
}

/** No check reaches a real host: the proxy is a port that nobody listens on. */
export const ENV = { HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "127.0.0.1" };

/** An example as it stands in a project of its own, with its files in `dist/`, behind a local Cloudflare. */
export class Example {
    private constructor(
        readonly site: Site,
        readonly dir: string,
        private readonly place: string,
        private readonly end: () => Promise<void>,
    ) {}

    static async start(name: string, files: Files, config: Record<string, string> = {}): Promise<Example> {
        const place = mkdtempSync(path.join(tmpdir(), "cache-purge-example-"));
        const folder = path.join(EXAMPLES, name);
        const dir = path.join(place, "project");
        cpSync(transpiled(folder), dir, { recursive: true, verbatimSymlinks: true });
        for (const other of readdirSync(folder).filter((one) => !/\.ts$|^tsconfig/.test(one))) {
            cpSync(path.join(folder, other), path.join(dir, other));
        }
        const command = await startCommandProvider({ dir, env: standIns(place) });
        const site = await Site.start({
            programDir: dir,
            cloudflare: {
                zones: ["example.com", "example.net"].map((zone) => ({ name: zone, cacheEverything: true })),
            },
            providers: { command: command.port },
            config,
            env: ENV,
        });
        const example = new Example(site, dir, place, () => command.close());
        example.write(files);
        return example;
    }

    /** The folder that is deployed holds these files and no other. */
    write(files: Files): void {
        rmSync(path.join(this.dir, "dist"), { recursive: true, force: true });
        writeDist(this.dir, files);
    }

    /** How `rsync` and `aws` were called since the last time. */
    calls(): string[] {
        const file = path.join(this.place, "calls");
        const text = readdirSync(this.place).includes("calls") ? readFileSync(file, "utf8") : "";
        writeFileSync(file, "");
        return text.split("\n").filter((line) => line !== "");
    }

    /** What is at the far end. */
    far(): string[] {
        const entries = readdirSync(path.join(this.place, "far"), { recursive: true, withFileTypes: true });
        return entries
            .filter((entry) => entry.isFile())
            .map((entry) => path.relative(path.join(this.place, "far"), path.join(entry.parentPath, entry.name)))
            .sort();
    }

    /** What was purged since the last time, each value once. */
    purged(): string[] {
        const bodies = this.site.purges().filter(({ accepted }) => accepted);
        const values = bodies.flatMap(({ body }) => Object.values(body as Record<string, string[]>).flat());
        return [...new Set(values)].sort();
    }

    /** @param output Whether the stack's outputs may show a token: the example is there to make one. */
    async close(output = false): Promise<void> {
        try {
            await this.site.close((leak) => output && leak.startsWith("a result: "));
        } finally {
            await this.end();
            rmSync(this.place, { recursive: true });
        }
    }
}

/** Puts files into the folder that a project deploys. */
export function writeDist(dir: string, files: Files): void {
    for (const [name, text] of Object.entries(files)) {
        const file = path.join(dir, "dist", name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
    }
}

/** The config of a stack as its file has it, without the project's name. */
export function stackConfig(name: string, stack: string): Record<string, string> {
    const file = readFileSync(path.join(EXAMPLES, name, `Pulumi.${stack}.yaml`), "utf8");
    const { config } = parse(file) as { config: Record<string, string> };
    return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^.*:/, ""), value]));
}
