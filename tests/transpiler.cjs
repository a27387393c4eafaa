/** esbuild as ts-node takes a compiler: https://typestrong.org/ts-node/docs/transpilers. */
const { transformSync } = require("esbuild");

exports.create = () => ({
    transpile(source, { fileName }) {
        const { code, map } = transformSync(source, {
            format: "cjs",
            loader: "ts",
            platform: "node",
            sourcefile: fileName,
            sourcemap: "external",
            sourcesContent: false,
            target: "node20",
        });
        return { outputText: code, sourceMapText: map };
    },
});
