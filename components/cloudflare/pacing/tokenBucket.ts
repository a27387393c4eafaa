/** A token bucket: so many requests at once after a pause, then as they come in. */
export class TokenBucket {
    private level: number;
    private at: number | undefined;

    /**
     * @param size tokens that it holds at most; it begins full.
     * @param perMinute tokens that come in at a share of 1.
     */
    constructor(
        private readonly size: number,
        private readonly perMinute: number,
    ) {
        this.level = size;
    }

    /** Milliseconds until one request fits at `share` of the rate; 0: now. */
    wait(now: number, share: number): number {
        const rate = (this.perMinute * share) / 60_000;
        this.level = Math.min(this.size, this.level + (now - (this.at ?? now)) * rate);
        this.at = now;
        // A division's rounding may lack a trace of a whole token.
        return this.level >= 1 - 1e-9 ? 0 : (1 - this.level) / rate;
    }

    record(): void {
        this.level -= 1;
    }
}
