import type { Clock } from "../../cloudflare/clock";
import { grouped } from "../../errors/text";
import type { PurgeBody } from "../../plan/batches";
import type { PurgeApi } from "../../purge/send";
import type { Sink } from "../io";

/** Shows how far a purge has come: a bar on a terminal, elsewhere a line at most every 2 s. */
export interface Progress {
    /** The same API, whose accepted requests are counted. */
    counting(api: PurgeApi): PurgeApi;
    /** What is being done, in words. */
    log(line: string): void;
    /** How far it has come, in words: the bar shows that itself. */
    count(line: string): void;
    /** Takes the bar away. */
    end(): void;
}

/** ms between two lines where no terminal is. */
const EVERY = 2000;
const WIDTH = 24;

/** @param total items of one pass; the rebound makes a second one. */
export function progress(sink: Sink, clock: Clock, total: number, rebound: boolean): Progress {
    return sink.isTTY === true ? bar(sink, total, rebound) : lines(sink, clock);
}

function lines(sink: Sink, clock: Clock): Progress {
    let last = Number.NEGATIVE_INFINITY;
    const log = (line: string): void => {
        if (clock.now() - last >= EVERY) {
            last = clock.now();
            sink.write(`${line}\n`);
        }
    };
    return { counting: (api) => api, log, count: log, end: () => {} };
}

function bar(sink: Sink, total: number, rebound: boolean): Progress {
    const all = rebound ? total * 2 : total;
    const seen = new Set<PurgeBody>();
    let done = 0;
    let words = "purging";
    const draw = (): void => {
        const share = all === 0 ? 1 : Math.min(1, done / all);
        const full = Math.round(share * WIDTH);
        const line = `[${"#".repeat(full)}${"-".repeat(WIDTH - full)}] ${Math.floor(share * 100)} %  ${words}`;
        sink.write(`\r\x1b[K${line.slice(0, (sink.columns ?? 80) - 1)}`);
    };
    return {
        counting: (api) => ({
            purge: async (zone, body, mode) => {
                const accepted = await api.purge(zone, body, mode);
                // A body that was accepted before comes again for the rebound.
                const again = seen.has(body);
                seen.add(body);
                done += itemsOf(body);
                const first = Math.min(done, total);
                words = again
                    ? `once more, against copies that were on their way`
                    : `purged ${grouped(first)} of ${grouped(total)}`;
                draw();
                return accepted;
            },
        }),
        log: (line) => {
            words = line;
            draw();
        },
        count: () => {},
        end: () => void sink.write("\r\x1b[K"),
    };
}

function itemsOf(body: PurgeBody): number {
    const [list] = Object.values(body) as unknown[];
    return Array.isArray(list) ? list.length : 1;
}
