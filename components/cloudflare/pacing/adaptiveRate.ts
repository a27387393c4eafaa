/** The part of the limits to begin with: two pipelines that start together fit. */
export const START = 0.5;
/** The most to ever take: the rest is slack for requests that travel faster than the ones before. */
export const MOST = 0.99;
/** The least to fall back to: below it a long purge would look like a hang. */
const LEAST = 0.1;

/** Growth a second until the first collision: alone, the whole rate is reached in half a second. */
const FAST = 1;
/** Growth a second after a collision; it doubles every {@link DOUBLING} seconds without another. */
const SLOW = 0.001;
const DOUBLING = 30;
/** What is left after the first collision (somebody else is there: back to a half), and after each further one. */
const FIRST_CUT = 0.5;
const CUT = 0.8;
/** Refusals within this time are one collision: they were on their way together. ms */
const EPISODE = 1500;
/** An answer speaks for so long, at most: growth stops when answers do. ms */
const SPEAKS_FOR = 250;

/**
 * How much of the limits is ours. Additive growth while all goes well, multiplicative cuts on collisions, so that
 * several clients end with about equal parts (Chiu and Jain 1989; the same as TCP).
 */
export class AdaptiveRate {
    private share: number;
    private grownAt: number | undefined;
    private collidedAt: number | undefined;

    constructor(
        start = START,
        private readonly most = MOST,
    ) {
        this.share = Math.min(start, most);
    }

    get value(): number {
        return this.share;
    }

    /** Whether it is on its way up, and has met nobody yet. */
    get isProbing(): boolean {
        return this.collidedAt === undefined && this.share > START && this.share < this.most;
    }

    /** An answer that shows no lack. `now` in ms. */
    increase(now: number): void {
        const seconds = Math.min(SPEAKS_FOR, now - (this.grownAt ?? now - SPEAKS_FOR)) / 1000;
        const quiet = this.collidedAt === undefined ? undefined : (now - this.collidedAt) / 1000;
        const speed = quiet === undefined ? FAST : Math.min(FAST, SLOW * 2 ** (quiet / DOUBLING));
        this.share = Math.min(this.most, this.share + seconds * speed);
        this.grownAt = now;
    }

    /** A refusal, or word that the limit is nearly used up. */
    decrease(now: number): void {
        if (this.collidedAt !== undefined && now - this.collidedAt < EPISODE) {
            return;
        }
        this.share = Math.max(LEAST, this.share * (this.collidedAt === undefined ? FIRST_CUT : CUT));
        this.collidedAt = now;
        this.grownAt = now;
    }
}
