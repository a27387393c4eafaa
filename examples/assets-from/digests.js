/** The digests of a folder's files, as JSON: `node digests.js dist > digests.json`. */
const { createHash } = require("node:crypto");
const { readdirSync, readFileSync } = require("node:fs");
const path = require("node:path");

const dir = process.argv[2] ?? "dist";
const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const digests = files.map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(dir, file).split(path.sep).join("/");
    return [name, createHash("sha256").update(readFileSync(file)).digest("hex")];
});
process.stdout.write(`${JSON.stringify(Object.fromEntries(digests.sort()), null, 2)}\n`);
