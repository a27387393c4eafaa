import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** The package's version. The compiled file lies one folder deeper than the source: the nearest package.json has it. */
export function version(): string {
    for (let dir = __dirname; ; dir = path.dirname(dir)) {
        const file = path.join(dir, "package.json");
        if (existsSync(file)) {
            return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
        }
        if (dir === path.dirname(dir)) {
            return "unknown";
        }
    }
}
