import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { transformSync } from "esbuild";

const CACHE = path.join(__dirname, "..", "node_modules", ".cache", "cache-purge");

/**
 * The TypeScript compiler in a third of its size, made once for an installation. The SDK loads it in each program that
 * has a dynamic resource, for the text of its functions, and the debugger that it uses as well reads all of it.
 */
function smallTypeScript(): string {
    const { version } = require("typescript/package.json") as { version: string };
    const file = path.join(CACHE, `typescript-${version}.js`);
    if (!existsSync(file)) {
        mkdirSync(CACHE, { recursive: true });
        const source = readFileSync(require.resolve("typescript"), "utf8");
        // Several processes may come here at once: each puts the whole file in place.
        const own = `${file}.${process.pid}`;
        writeFileSync(own, transformSync(source, { minify: true, platform: "node", target: "node22" }).code);
        renameSync(own, file);
    }
    return file;
}

/** The environment in which processes of the SDK start sooner; see quickStart.cjs. */
export const QUICK_START = {
    NODE_OPTIONS: `--require ${JSON.stringify(path.join(__dirname, "quickStart.cjs"))}`,
    QUICK_TYPESCRIPT: smallTypeScript(),
};
