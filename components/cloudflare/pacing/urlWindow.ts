/** The moving average is taken over the strictest span that the words "URLs per second" allow. ms */
const SPAN = 1000;

/**
 * Keeps URLs within a rate over every window of a second. A whole number of requests fits into a window, which is
 * stretched to keep the rate: 100 URLs at 380 a second are four requests in 1053 ms rather than three in 1000.
 */
export class UrlWindow {
    private readonly granted: { readonly at: number; readonly units: number }[] = [];

    /** @param limit URLs a second that are never exceeded. */
    constructor(private readonly limit: number) {}

    /** Milliseconds until `units` more fit at `share` of the limit; 0: now. */
    wait(units: number, now: number, share: number): number {
        const rate = Math.max(this.limit * share, Number.MIN_VALUE);
        const requests = Math.max(1, Math.min(Math.ceil(rate / units), Math.floor(this.limit / units)));
        const most = requests * units;
        const span = Math.max(SPAN, (most / rate) * SPAN);
        this.forget(now - 2 * Math.max(span, (units / rate) * SPAN));
        let used = 0;
        // From the newest to the oldest: the first one that is too much has to leave the window.
        for (let i = this.granted.length - 1; i >= 0; i--) {
            const grant = this.granted[i] as { at: number; units: number };
            used += grant.units;
            if (used + units > most) {
                return Math.max(0, grant.at + span - now);
            }
        }
        return 0;
    }

    /** When `units` more would come at the whole limit, evenly spaced. */
    next(units: number): number {
        return (this.granted.at(-1)?.at ?? Number.NEGATIVE_INFINITY) + (units / this.limit) * SPAN;
    }

    record(units: number, now: number): void {
        this.granted.push({ at: now, units });
    }

    private forget(before: number): void {
        while (this.granted[0] !== undefined && this.granted[0].at < before) {
            this.granted.shift();
        }
    }
}
