/** Node keeps compiled modules between the many processes that the scenarios start. Loaded by .mocharc.json. */
import { tmpdir } from "node:os";
import path from "node:path";

process.env.NODE_COMPILE_CACHE ??= path.join(tmpdir(), "cache-purge-compile-cache");
