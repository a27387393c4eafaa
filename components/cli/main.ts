#!/usr/bin/env node
import { EXIT } from "./problem";
import { run } from "./run";
import { processIo } from "./terminal";

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
/** Whether results were lost, so that a manifest on a full disk is not taken for a whole one. */
let isCut = false;
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`) is not a failure.
    if (code === "EPIPE") {
        process.exit(0);
    }
    if (!isCut) {
        process.stderr.write(`error: stdout cannot be written (${code}).\n`);
    }
    isCut = true;
    process.exitCode = EXIT.failed;
});

void run(process.argv.slice(2), processIo(stop.signal)).then((code) => {
    const done = code === EXIT.ok ? code : (stopped ?? code);
    process.exitCode = isCut ? EXIT.failed : done;
    // A read of stdin that nobody waits for any more would keep the process alive.
    process.stdin.unref?.();
});
