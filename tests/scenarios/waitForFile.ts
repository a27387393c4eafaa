import { existsSync, watch } from "node:fs";
import path from "node:path";

/** Resolves when a file is there. */
export async function waitForFile(file: string): Promise<void> {
    const watcher = watch(path.dirname(file), { persistent: false }); // a test that failed does not wait for it
    try {
        await new Promise<void>((resolve, reject) => {
            watcher.on("change", () => existsSync(file) && resolve());
            watcher.on("error", reject);
            if (existsSync(file)) {
                resolve();
            }
        });
    } finally {
        watcher.close();
    }
}
