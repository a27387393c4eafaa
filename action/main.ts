import { systemClock } from "../components/cloudflare/clock";
import { act } from "./act";

/** Of the package; defined when this file is built. */
declare const CACHE_PURGE_VERSION: string;

console.log(`cache-purge ${CACHE_PURGE_VERSION}`);
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stop.abort());
}

void act({
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    clock: systemClock,
    random: Math.random,
    signal: stop.signal,
}).then((code) => {
    process.exitCode = code;
});
