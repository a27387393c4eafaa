/**
 * Writes docs/api.md, the API reference, from the doc comments of what the package exports: part of `npm run docs`. With
 * `--check` it only says whether the page is current. What typedoc warns of ends both: a type that is named and not
 * exported, something exported without a comment, a link that leads nowhere.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const FILE = path.join(__dirname, "api.md");

async function apiReference(): Promise<string> {
    const { Application } = await import("typedoc");
    const dir = mkdtempSync(path.join(tmpdir(), "cache-purge-api-"));
    try {
        const options = path.join(__dirname, "..", "typedoc.json");
        const app = await Application.bootstrapWithPlugins({ options, out: dir });
        const project = await app.convert();
        if (project !== undefined) {
            app.validate(project);
        }
        if (project === undefined || app.logger.hasErrors() || app.logger.hasWarnings()) {
            throw new Error("the API reference is not written: see above");
        }
        await app.generateOutputs(project);
        return readFileSync(path.join(dir, path.basename(FILE)), "utf8");
    } finally {
        rmSync(dir, { recursive: true });
    }
}

async function main(): Promise<void> {
    const page = await apiReference();
    if (!process.argv.includes("--check")) {
        writeFileSync(FILE, page);
    } else if (page !== readFileSync(FILE, "utf8")) {
        throw new Error("docs/api.md is not current: run `npm run docs`");
    }
}

main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
});
