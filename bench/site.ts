/** Sites to measure with, in folders of a hundred files, as bundlers make them. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** @param extension `js`, or `html` for pages, which answer at five URLs each. */
export function makeSite(dir: string, files: number, extension: string, bytes = 8192): string {
    const content = Buffer.alloc(bytes);
    for (let i = 0; i < files; i++) {
        const folder = path.join(dir, "assets", String(Math.floor(i / 100) % 10), `section-${Math.floor(i / 100)}`);
        if (i % 100 === 0) {
            mkdirSync(folder, { recursive: true });
        }
        content.write(`file ${i} of ${dir}`);
        writeFileSync(path.join(folder, `chunk-${String(i).padStart(7, "0")}.${extension}`), content);
    }
    return dir;
}
