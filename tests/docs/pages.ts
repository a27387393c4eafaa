import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

export const ROOT = path.join(__dirname, "..", "..");

/** Every page of this repository. */
export const PAGES = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: ROOT,
    encoding: "utf8",
})
    .split("\n")
    .filter((file) => file !== "" && !file.endsWith(".snap.md"));

export const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
