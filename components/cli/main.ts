#!/usr/bin/env node
import { processIo } from "./io";
import { EXIT } from "./problem";
import { run } from "./run";

const stop = new AbortController();
/** What a shell says of a process that a signal ended: 128 and the signal's number. */
let stopped: number | undefined;
for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
] as const) {
    process.once(signal, () => {
        stopped = code;
        stop.abort();
    });
}
// A reader that has seen enough (`| head`) is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") {
        process.exit(0);
    }
});

void run(process.argv.slice(2), processIo(stop.signal)).then((code) => {
    process.exitCode = code === EXIT.ok ? code : (stopped ?? code);
    // A read of stdin that nobody waits for any more would keep the process alive.
    process.stdin.unref?.();
});
