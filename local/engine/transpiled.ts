/** A folder's TypeScript as JavaScript, for processes that are started often: none of them has to load the compiler. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { transformSync } from "esbuild";

const ROOT = path.join(__dirname, "..", "..");
const made = new Map<string, string>();

/**
 * The folder's `.ts` files (not those of folders in it) as CommonJS, in a folder that finds the same packages. Made once
 * for a process, and removed when it exits. Types are not checked.
 */
export function transpiled(folder: string): string {
    const known = made.get(folder);
    if (known !== undefined) {
        return known;
    }
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cache-purge-js-"));
    if (made.size === 0) {
        process.once("exit", removeAll);
    }
    fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(dir, "node_modules"), "junction");
    for (const name of fs.readdirSync(folder).filter((file) => file.endsWith(".ts"))) {
        const source = fs.readFileSync(path.join(folder, name), "utf8");
        const { code } = transformSync(source, { format: "cjs", loader: "ts", platform: "node", target: "node22" });
        fs.writeFileSync(path.join(dir, name.replace(/\.ts$/, ".js")), code);
    }
    made.set(folder, dir);
    return dir;
}

function removeAll(): void {
    for (const dir of made.values()) {
        fs.rmSync(dir, { recursive: true, force: true });
    }
}
