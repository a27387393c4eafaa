/** Node keeps compiled modules between the many processes that the scenarios start. Loaded by .mocharc.json. */
import { tmpdir } from "node:os";
import path from "node:path";

// Not where coverage is counted, which is less precise for what comes out of a cache.
if (process.env.NODE_V8_COVERAGE === undefined) {
    process.env.NODE_COMPILE_CACHE ??= path.join(tmpdir(), "cache-purge-compile-cache");
}
