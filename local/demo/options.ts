import { statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

export interface DemoOptions {
    /** The folder of the first release, and of the second. */
    readonly from: string;
    readonly to: string;
    readonly baseUrl: string;
    /** `undefined`: a real `pulumi` on PATH if there is one, else the local engine. */
    readonly engine?: "local" | "pulumi";
    readonly json: boolean;
    /** Waits for Enter between two steps. */
    readonly watch: boolean;
}

/** What is wrong with the command line, in a sentence. */
export class UsageError extends Error {
    override readonly name = "UsageError";
}

export const USAGE = `npm run demo -- [--from DIR --to DIR] [--base-url URL] [--engine local|pulumi] [--json] [--watch]

Deploys two releases of a site behind a local Cloudflare, and shows what is purged.
  --from, --to   two folders; default: swagger-ui-dist 5.17.14 and 5.32.0
  --base-url     where visitors find the site; default: https://www.example.com
  --engine       local: needs nothing; pulumi: the CLI on PATH; default: pulumi if it is there
  --json         one JSON object on stdout, and nothing else there (npm itself is quiet with npm run -s)
  --watch        shows a page of the edge to look at, and waits for Enter between two steps`;

/** @throws UsageError */
export function parseOptions(argv: readonly string[]): DemoOptions {
    let values: Record<string, string | boolean | undefined>;
    try {
        ({ values } = parseArgs({
            args: [...argv],
            options: {
                from: { type: "string" },
                to: { type: "string" },
                "base-url": { type: "string", default: "https://www.example.com" },
                engine: { type: "string" },
                json: { type: "boolean", default: false },
                watch: { type: "boolean", default: false },
            },
        }));
    } catch (error) {
        throw new UsageError(error instanceof Error ? error.message : String(error));
    }
    const { from, to, engine } = values;
    if ((from === undefined) !== (to === undefined)) {
        throw new UsageError("--from and --to go together");
    }
    if (engine !== undefined && engine !== "local" && engine !== "pulumi") {
        throw new UsageError(`--engine is "${engine}": it is local or pulumi`);
    }
    if (values.json === true && values.watch === true) {
        throw new UsageError("--json and --watch do not go together");
    }
    return {
        from: folder("--from", (from as string | undefined) ?? release("5.17.14")),
        to: folder("--to", (to as string | undefined) ?? release("5.32.0")),
        baseUrl: origin(String(values["base-url"])),
        ...(engine === undefined ? {} : { engine }),
        json: values.json === true,
        watch: values.watch === true,
    };
}

function release(version: string): string {
    return path.dirname(require.resolve(`swagger-ui-dist-${version}/package.json`));
}

function folder(option: string, dir: string): string {
    if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) {
        throw new UsageError(`${option} "${dir}" is no folder`);
    }
    return path.resolve(dir);
}

function origin(url: string): string {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || new URL(url).pathname !== "/") {
        throw new UsageError(`--base-url "${url}" is not an origin such as https://www.example.com`);
    }
    return new URL(url).origin;
}
