/** Time as everything here sees it, so that tests run hours in milliseconds. */
export interface Clock {
    /** Milliseconds since the epoch, as the machine has it: somebody may set it back or forward at any moment. */
    now(): number;
    /** Milliseconds since some moment, for durations: goes on evenly whatever becomes of the date. */
    monotonic(): number;
    /** Ends after `ms`, or early and without an error when the signal is aborted. */
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** setTimeout holds at most 2^31-1 ms (Node's documentation of timers); more would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** The machine's own time. */
export const systemClock: Clock = {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: (ms, signal) =>
        new Promise((resolve) => {
            if (!(ms > 0) || signal?.aborted) {
                resolve();
                return;
            }
            const end = () => {
                clearTimeout(timer);
                signal?.removeEventListener("abort", end);
                resolve();
            };
            const timer = setTimeout(end, Math.min(ms, LONGEST));
            signal?.addEventListener("abort", end);
        }),
};
