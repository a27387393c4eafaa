/** The program of the scenarios, in the places where they run it. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";

const ROOT = path.join(__dirname, "..", "..");
const PROGRAM = path.join(ROOT, "local", "program");

let compiled: string | undefined;

/** The program as JavaScript, so that no run has to compile it again. */
export function compiledProgram(): string {
    if (compiled === undefined) {
        const dir = mkdtempSync(path.join(tmpdir(), "cache-purge-program-"));
        process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
        compiled = dir;
        cpSync(path.join(PROGRAM, "Pulumi.yaml"), path.join(compiled, "Pulumi.yaml"));
        writeFileSync(path.join(compiled, "package.json"), '{ "name": "scenario", "private": true }');
        symlinkSync(path.join(ROOT, "node_modules"), path.join(compiled, "node_modules"));
        const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023, esModuleInterop: true };
        for (const name of ["index", "upload", "storedObject"]) {
            const source = readFileSync(path.join(PROGRAM, `${name}.ts`), "utf8");
            const { outputText } = ts.transpileModule(source, { compilerOptions: options });
            writeFileSync(path.join(compiled, `${name}.js`), outputText);
        }
    }
    return compiled;
}

/**
 * The program in another place with its own copy of the package, as a checkout on another machine has it.
 *
 * @param change the copied file's path in dist/, and what its text becomes.
 */
export function programCopy(place: string, change?: { file: string; text: (old: string) => string }): string {
    const modules = path.join(place, "node_modules");
    const dir = path.join(place, "program");
    mkdirSync(modules, { recursive: true });
    cpSync(PROGRAM, dir, { recursive: true });
    for (const name of readdirSync(path.join(ROOT, "node_modules"))) {
        if (name !== "pulumi-cloudflare-cache-purge" && !name.startsWith(".")) {
            symlinkSync(path.join(ROOT, "node_modules", name), path.join(modules, name));
        }
    }
    const copy = path.join(modules, "pulumi-cloudflare-cache-purge");
    cpSync(path.join(ROOT, "components", "dist"), path.join(copy, "dist"), { recursive: true });
    cpSync(path.join(ROOT, "components", "package.json"), path.join(copy, "package.json"));
    if (change !== undefined) {
        const file = path.join(copy, "dist", change.file);
        writeFileSync(file, change.text(readFileSync(file, "utf8")));
    }
    return dir;
}
