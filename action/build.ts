/** Writes action/index.js, which runners run as it is: `npm run build:action`. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const ROOT = path.join(__dirname, "..");
export const BUILT = path.join(__dirname, "index.js");

/** The action with all that it needs, as one file. */
export async function bundled(): Promise<string> {
    const { version } = require("../components/package.json") as { version: string };
    const { outputFiles } = await build({
        entryPoints: [path.join(__dirname, "main.ts")],
        absWorkingDir: ROOT,
        bundle: true,
        write: false,
        platform: "node",
        target: "node24",
        format: "cjs",
        charset: "utf8",
        // Half the size, and no paths of the machine that builds.
        minifyWhitespace: true,
        legalComments: "eof",
        define: { CACHE_PURGE_VERSION: JSON.stringify(version) },
        banner: { js: "// Built from action/main.ts by `npm run build:action`." },
        logLevel: "error",
    });
    return outputFiles[0]?.text ?? "";
}

if (require.main === module) {
    void bundled().then((text) => writeFileSync(BUILT, text));
}
