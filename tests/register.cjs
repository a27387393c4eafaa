/**
 * ts-node for mocha and its workers, with esbuild as its compiler: each of them loads some hundred files, which esbuild
 * compiles in a fraction of the time. Types are checked by `npm run types`. Where coverage is counted, the compiler is that
 * of dist/: what two compilers make of a function counts as two functions.
 */
require("ts-node").register({
    transpileOnly: true,
    ...(process.env.NODE_V8_COVERAGE === undefined ? { transpiler: require.resolve("./transpiler.cjs") } : {}),
});
