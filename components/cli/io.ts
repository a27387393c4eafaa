import type { Clock } from "../cloudflare/clock";
import { systemClock } from "../cloudflare/clock";

/** A stream as the command writes to it. */
export interface Sink {
    write(text: string): unknown;
    /** Whether a person watches it. */
    readonly isTTY?: boolean;
    /** Characters in a line, on a terminal. */
    readonly columns?: number;
}

/** Everything that a command touches outside its arguments, so that tests run it in their own process. */
export interface Io {
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Results. */
    readonly stdout: Sink;
    /** Everything else: notes, progress, errors. */
    readonly stderr: Sink;
    readonly stdin: AsyncIterable<Uint8Array | string>;
    readonly clock: Clock;
    /** [0, 1): jitter, and queries that no cache has seen. */
    readonly random: () => number;
    /** Stops what is under way; what is not done by then is named as owed. */
    readonly signal?: AbortSignal;
}

/** What this process has of it. */
export function processIo(signal: AbortSignal): Io {
    const { env, stdout, stderr, stdin } = process;
    return { env, stdout, stderr, stdin, clock: systemClock, random: Math.random, signal };
}

/** Tells the exit code of a command that did not throw; without a call it is 0. */
export type Done = (code: number) => void;
