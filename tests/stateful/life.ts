import type { Clock } from "../../local/cloudflare";

/** How an `up` ends before its end. */
export interface End {
    /** At which of its points, counted from 1. An `up` with fewer points is not struck. */
    readonly at: number;
    /**
     * `provider`: everything stops. `engine`: the purge's process lives on until it notices, and nobody hears of what it
     * does. `deadline`: nobody dies; the purge is told to stop and says what it leaves.
     */
    readonly how: "provider" | "engine" | "deadline";
    /** ms until the purge's process notices that its engine is gone (resources/watch.ts looks every 2 s). */
    readonly grace: number;
}

const NEVER = new Promise<never>(() => {});

/** The life of one `up`: it is asked at every point where somebody could pull the plug. */
export class Life {
    private points = 0;
    private readonly stop = new AbortController();
    private over = false;
    private tellDeath: () => void = () => {};
    dead = false;
    /** Ends when the `up` is killed. */
    readonly death = new Promise<void>((resolve) => {
        this.tellDeath = resolve;
    });

    constructor(
        private readonly end: End | undefined,
        private readonly clock: Clock,
    ) {}

    /** Tells the purge to stop. */
    get signal(): AbortSignal {
        return this.stop.signal;
    }

    /** A point of the engine, or of the upload: nothing comes after it once the `up` is dead. */
    async point(): Promise<void> {
        this.count();
        await (this.dead ? NEVER : undefined);
    }

    /** A point of the purge, whose process may outlive the engine. */
    async purgePoint(): Promise<void> {
        this.count();
        await (this.over ? NEVER : undefined);
    }

    /** Does something of the purge's, with a point before and after it. What was begun is not undone by a kill. */
    async doing<T>(act: () => Promise<T>): Promise<T> {
        await this.purgePoint();
        try {
            return await act();
        } finally {
            await this.purgePoint();
        }
    }

    private count(): void {
        this.points += 1;
        if (this.points !== this.end?.at) {
            return;
        }
        const { how, grace } = this.end;
        if (how === "deadline") {
            this.stop.abort("stopped");
            return;
        }
        this.dead = true;
        this.tellDeath();
        if (how === "provider") {
            this.over = true;
        } else {
            void this.clock.sleep(grace).then(() => this.stop.abort("stopped"));
        }
    }
}
