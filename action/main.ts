import { processIo } from "../components/cli/terminal";
import { act } from "./act";

/** Of the package; defined when this file is built. */
declare const CACHE_PURGE_VERSION: string;

console.log(`cache-purge ${CACHE_PURGE_VERSION}`);
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stop.abort());
}

void act(processIo(stop.signal)).then((code) => {
    process.exitCode = code;
});
