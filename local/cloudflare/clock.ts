/** Time as everything in the local Cloudflare sees it: `now` in milliseconds since 1970, `sleep` until later. */
export interface Clock {
    now(): number;
    /** Milliseconds for durations. */
    monotonic(): number;
    /** Ends after `ms`, or early (without an error) when the signal is aborted. */
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A clock that somebody can push forward. */
export interface AdvanceableClock extends Clock {
    /** Moves time on by `ms`; sleepers that become due wake in order. Ends when they have had a turn each. */
    advance(ms: number): Promise<void>;
}

interface Sleeper {
    due: number;
    wake: () => void;
}

/** Lets promise reactions and pending I/O callbacks run before time moves again. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Time that stands still until it is told to move. For tests. */
export class MovingClock implements AdvanceableClock {
    private readonly sleepers = new Set<Sleeper>();
    private pumping = false;

    /**
     * @param time where to start, default 2026-01-01T00:00:00Z
     * @param options.auto when true, every sleep moves the clock to its end by itself: hours pass in milliseconds
     */
    constructor(
        private time = Date.UTC(2026, 0, 1),
        private readonly options: { auto?: boolean } = {},
    ) {}

    now(): number {
        return this.time;
    }

    monotonic(): number {
        return this.now();
    }

    sleep(ms: number, signal?: AbortSignal): Promise<void> {
        if (ms <= 0 || signal?.aborted) {
            return Promise.resolve();
        }
        const due = this.time + ms;
        const slept = new Promise<void>((resolve) => {
            const sleeper: Sleeper = {
                due,
                wake: () => {
                    this.sleepers.delete(sleeper);
                    signal?.removeEventListener("abort", sleeper.wake);
                    resolve();
                },
            };
            this.sleepers.add(sleeper);
            signal?.addEventListener("abort", sleeper.wake);
        });
        if (this.options.auto && !this.pumping) {
            void this.pump();
        }
        return slept;
    }

    async advance(ms: number): Promise<void> {
        if (!(ms >= 0)) {
            throw new RangeError(`MovingClock.advance: ${ms} is not a number of milliseconds ≥ 0`);
        }
        const end = this.time + ms;
        for (let next = this.nextDue(end); next !== undefined; next = this.nextDue(end)) {
            this.moveTo(next);
            await turn();
        }
        this.moveTo(end);
    }

    /** Moves from one due time to the next, with a turn between, until nobody sleeps. */
    private async pump(): Promise<void> {
        this.pumping = true;
        for (await turn(); this.sleepers.size > 0; await turn()) {
            this.moveTo(this.nextDue(Infinity) as number);
        }
        this.pumping = false;
    }

    private nextDue(end: number): number | undefined {
        const due = [...this.sleepers].map((sleeper) => sleeper.due).filter((time) => time <= end);
        return due.length > 0 ? Math.min(...due) : undefined;
    }

    private moveTo(time: number): void {
        this.time = Math.max(this.time, time);
        const ready = [...this.sleepers].filter((sleeper) => sleeper.due <= this.time).sort((a, b) => a.due - b.due);
        for (const sleeper of ready) {
            sleeper.wake();
        }
    }
}

/** The machine's own time, which can be pushed forward: what runs when nothing else is asked for. */
export class SystemClock implements AdvanceableClock {
    private offset = 0;
    private readonly sleepers = new Map<Sleeper, () => void>();

    now(): number {
        return Date.now() + this.offset;
    }

    monotonic(): number {
        return this.now();
    }

    sleep(ms: number, signal?: AbortSignal): Promise<void> {
        if (ms <= 0 || signal?.aborted) {
            return Promise.resolve();
        }
        return new Promise<void>((resolve) => {
            let timer: NodeJS.Timeout;
            const sleeper: Sleeper = {
                due: this.now() + ms,
                wake: () => {
                    clearTimeout(timer);
                    this.sleepers.delete(sleeper);
                    signal?.removeEventListener("abort", sleeper.wake);
                    resolve();
                },
            };
            const arm = () => {
                clearTimeout(timer);
                // setTimeout holds at most 2^31-1 ms
                timer = setTimeout(() => (this.now() >= sleeper.due ? sleeper.wake() : arm()), this.wait(sleeper));
                timer.unref();
            };
            this.sleepers.set(sleeper, arm);
            signal?.addEventListener("abort", sleeper.wake);
            arm();
        });
    }

    async advance(ms: number): Promise<void> {
        if (!(ms >= 0)) {
            throw new RangeError(`SystemClock.advance: ${ms} is not a number of milliseconds ≥ 0`);
        }
        this.offset += ms;
        for (const [sleeper, arm] of [...this.sleepers]) {
            if (sleeper.due <= this.now()) {
                sleeper.wake();
            } else {
                arm();
            }
        }
        await turn();
    }

    private wait(sleeper: Sleeper): number {
        return Math.min(2 ** 31 - 1, Math.max(1, sleeper.due - this.now()));
    }
}

/** Whether a clock can be moved by hand. */
export function isAdvanceable(clock: Clock): clock is AdvanceableClock {
    return typeof (clock as Partial<AdvanceableClock>).advance === "function";
}
