import { connect } from "node:net";

/** Seconds between two looks. */
const EVERY = 2;

const cancelled = new AbortController();

/** Aborts all that is under way in this process, and all that is begun later: the engine says that it is ending. */
export function cancel(): void {
    cancelled.abort(new Error("the engine is ending"));
}

/** How many purges are under way in this process. */
let underWay = 0;

/**
 * Aborts when the engine that started this process is gone, or `deadline` seconds are over. The SDK's dynamic provider
 * ignores cancel (a plugin of our own does not), and lives on after its engine was killed; without this it would go on
 * purging for a state that nobody writes any more.
 */
export function abortWithEngine(deadline: number): { signal: AbortSignal; stop: () => void } {
    const abort = new AbortController();
    const bound = setTimeout(() => abort.abort(new Error("deadline")), deadline * 1000);
    const stopWatching = watch(() => abort.abort(new Error("the engine is gone")));
    bound.unref();
    underWay++;
    let stopped = false;
    return {
        signal: AbortSignal.any([abort.signal, cancelled.signal]),
        stop: () => {
            underWay -= stopped ? 0 : 1;
            stopped = true;
            clearTimeout(bound);
            stopWatching();
        },
    };
}

/**
 * Ends this process when its engine is gone and nothing is under way: nobody else does. The process serves the dynamic
 * resources of other packages too, so it is not ended while it has connections, children or files in hand.
 */
export function endWithEngine(): void {
    watch(() => {
        if (underWay === 0 && !process.getActiveResourcesInfo().some((kind) => BUSY.includes(kind))) {
            process.exit();
        }
    });
}

const BUSY = ["TCPSocketWrap", "TLSWrap", "ProcessWrap", "FSReqCallback", "FSReqPromise", "GetAddrInfoReqWrap"];

/** Looks again and again whether the engine lives; each time that it does not, calls `gone`. */
function watch(gone: () => void): () => void {
    const engine = engineAddress();
    if (engine === undefined) {
        return () => {};
    }
    const timer = setInterval(() => {
        const socket = connect(engine);
        socket.once("connect", () => socket.destroy());
        socket.once("error", (error: NodeJS.ErrnoException) => {
            socket.destroy();
            if (error.code === "ECONNREFUSED") {
                // The socket itself is closed by then, and no longer among the active resources.
                socket.once("close", gone);
            }
        });
    }, EVERY * 1000);
    timer.unref();
    return () => clearInterval(timer);
}

/**
 * The process's last argument (@pulumi/pulumi cmd/dynamic-provider and cmd/run-plugin). `undefined`: no engine started it,
 * but a test or a later SDK.
 */
function engineAddress(): { host: string; port: number } | undefined {
    const [, host = "", port] = /^(127\.0\.0\.1|localhost|\[::1\]):(\d+)$/.exec(process.argv.at(-1) ?? "") ?? [];
    return port === undefined ? undefined : { host: host.replace(/[[\]]/g, ""), port: Number(port) };
}
