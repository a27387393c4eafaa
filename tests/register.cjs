/**
 * ts-node for mocha and its workers, with esbuild as its compiler: each of them loads some hundred files, which esbuild
 * compiles in a fraction of the time. Types are checked by `npm run types`.
 */
require("ts-node").register({
    transpileOnly: true,
    transpiler: require.resolve("./transpiler.cjs"),
});
