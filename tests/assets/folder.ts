import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Runs a story in a new folder with some files, and removes it. */
export function inFolder<T>(files: Record<string, string | Uint8Array>, story: (dir: string) => T): T {
    const dir = mkdtempSync(join(tmpdir(), "cache-purge-assets-"));
    try {
        write(dir, files);
        return story(dir);
    } finally {
        rmSync(dir, { recursive: true, force: true });
    }
}

/** Writes files below a folder. */
export function write(dir: string, files: Record<string, string | Uint8Array>): void {
    for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(dir, path)), { recursive: true });
        writeFileSync(join(dir, path), content);
    }
}
