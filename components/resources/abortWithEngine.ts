import { connect } from "node:net";

/** Seconds between two looks. */
const EVERY = 2;

const cancelled = new AbortController();

/** Aborts all that is under way in this process, and all that is begun later: the engine says that it is ending. */
export function cancel(): void {
    cancelled.abort(new Error("the engine is ending"));
}

/**
 * Aborts when the engine that started this process is gone, or `deadline` seconds are over. The SDK's dynamic provider
 * ignores cancel (a plugin of our own does not), and lives on after its engine was killed; without this it would go on purging for a state that nobody
 * writes any more. The engine's address is the process's last argument (@pulumi/pulumi cmd/dynamic-provider).
 */
export function abortWithEngine(deadline: number): { signal: AbortSignal; stop: () => void } {
    const abort = new AbortController();
    const bound = setTimeout(() => abort.abort(new Error("deadline")), deadline * 1000);
    const [, host = "", port] = /^(127\.0\.0\.1|localhost|\[::1\]):(\d+)$/.exec(process.argv.at(-1) ?? "") ?? [];
    const look = setInterval(() => {
        if (port === undefined) {
            return; // not started by an engine: a test, or a later SDK
        }
        const socket = connect({ host: host.replace(/[[\]]/g, ""), port: Number(port) });
        socket.once("connect", () => socket.destroy());
        socket.once("error", (error: NodeJS.ErrnoException) => {
            socket.destroy();
            if (error.code === "ECONNREFUSED") {
                abort.abort(new Error("the engine is gone"));
            }
        });
    }, EVERY * 1000);
    bound.unref();
    look.unref();
    return {
        signal: AbortSignal.any([abort.signal, cancelled.signal]),
        stop: () => {
            clearTimeout(bound);
            clearInterval(look);
        },
    };
}
