/** Numbers that look random and follow from a seed alone (mulberry32). All randomness of a run comes from one of these. */
export class Random {
    constructor(private state: number) {}

    /** Begins another stream. */
    reseed(seed: number): void {
        this.state = seed;
    }

    /** [0, 1), as Math.random. */
    readonly next = (): number => {
        this.state = (this.state + 0x6d2b79f5) | 0;
        let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };

    /** A whole number from `from` to `to`, both included. */
    between(from: number, to: number): number {
        return from + Math.floor(this.next() * (to - from + 1));
    }

    chance(probability: number): boolean {
        return this.next() < probability;
    }

    /** One of a list; undefined of an empty one. */
    pick<T>(list: readonly T[]): T | undefined {
        return list[Math.floor(this.next() * list.length)];
    }

    /** The list in another order. */
    shuffled<T>(list: readonly T[]): T[] {
        return list
            .map((item) => ({ item, key: this.next() }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
    }
}
