/**
 * esbuild as ts-node takes a compiler: https://typestrong.org/ts-node/docs/transpilers. What it made of a file is kept, for
 * mocha's workers and the processes that tests start load the same files.
 */
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");

/** Where tools keep such things; `npm ci` empties it. */
const KEPT = path.join(__dirname, "..", "node_modules", ".cache", "cache-purge");

const hash = (text) => createHash("sha256").update(text).digest("base64url");
const COMPILER = hash(readFileSync(__filename, "utf8") + require("esbuild/package.json").version);

exports.create = () => ({
    transpile(source, { fileName }) {
        const file = path.join(KEPT, `${hash(fileName)}.json`);
        const of = COMPILER + hash(source);
        const kept = read(file);
        if (kept?.of === of) {
            return kept;
        }
        const { code, map } = require("esbuild").transformSync(source, {
            format: "cjs",
            loader: "ts",
            platform: "node",
            sourcefile: fileName,
            sourcemap: "external",
            sourcesContent: false,
            target: "node20",
        });
        const made = { of, outputText: code, sourceMapText: map };
        keep(file, JSON.stringify(made));
        return made;
    },
});

/** Several processes may write one file at once: each puts the whole of it in place. */
function keep(file, text) {
    mkdirSync(KEPT, { recursive: true });
    const own = `${file}.${process.pid}`;
    writeFileSync(own, text);
    renameSync(own, file);
}

function read(file) {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch {
        return undefined; // it is not there yet
    }
}
