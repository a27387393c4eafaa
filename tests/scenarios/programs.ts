/** The program of the scenarios, in the places where they run it. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { transpiled } from "../../local/engine/transpiled";

const ROOT = path.join(__dirname, "..", "..");
const PROGRAM = path.join(ROOT, "local", "program");

/** The program as JavaScript, so that no run has to compile it again; or where SCENARIO_PROGRAM has it, with other packages. */
export function compiledProgram(): string {
    const { SCENARIO_PROGRAM: given } = process.env;
    if (given !== undefined) {
        return given;
    }
    const dir = transpiled(PROGRAM);
    cpSync(path.join(PROGRAM, "Pulumi.yaml"), path.join(dir, "Pulumi.yaml"));
    writeFileSync(path.join(dir, "package.json"), '{ "name": "scenario", "private": true }');
    return dir;
}

/**
 * The program that uses the plugin, as JavaScript, in a folder `program`.
 *
 * @param main what Pulumi.yaml names: another language's program, or `index.js`, which uses the package itself.
 * @param at the project's folder, seen from `place`.
 * @returns the project's folder.
 */
export function pluginProgram(place: string, main = "anyLanguage.js", at = "program"): string {
    const dir = path.join(place, "program");
    cpSync(transpiled(PROGRAM), dir, { recursive: true, filter: (file) => path.basename(file) !== "node_modules" });
    symlinkSync(path.join(ROOT, "node_modules"), path.join(dir, "node_modules"));
    writeFileSync(path.join(dir, "package.json"), '{ "name": "scenario", "private": true }');
    const plugin = path.join(ROOT, "components", "plugin");
    const project = `name: demo\nruntime: nodejs\nmain: ${main}\npackages:\n  cloudflare-cache-purge: ${plugin}\n`;
    writeFileSync(path.join(place, at, "Pulumi.yaml"), project);
    return path.join(place, at);
}

/** The program of this repository, as JavaScript. */
export function deployProgram(): string {
    const dir = transpiled(ROOT);
    cpSync(path.join(ROOT, "Pulumi.yaml"), path.join(dir, "Pulumi.yaml"));
    writeFileSync(path.join(dir, "package.json"), '{ "name": "scenario", "private": true }');
    return dir;
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
    cpSync(compiledProgram(), dir, { recursive: true, filter: (file) => path.basename(file) !== "node_modules" });
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
