/**
 * Runs chains of steps: the steps of a chain one after the other, chains side by side. The first failure ends the
 * deployment: steps under way are let finish, no other is begun.
 */
import { apply, InitError } from "./apply";
import type { Deployment } from "./deployment";
import type { Snapshot } from "./snapshot";
import type { Registration, Step } from "./steps";
import { isLogical, Reported } from "./steps";

export class Executor {
    /** Resources whose outputs may still arrive (`registerResourceOutputs`). */
    readonly pending = new Map<string, Step>();
    readonly #running = new Set<Promise<void>>();
    #stopped = false;
    #failed = false;
    #free: number;
    readonly #waiting: (() => void)[] = [];

    /** `stop` is called once, at the first failure. A preview has no snapshot. */
    constructor(
        readonly deployment: Deployment,
        readonly snapshot: Snapshot | undefined,
        parallel: number,
        readonly stop: () => void,
        /** Failures do not end the run: so it is for refreshes. */
        readonly tolerant = false,
    ) {
        this.#free = parallel;
    }

    get failed(): boolean {
        return this.#failed;
    }

    /** Runs a chain in the background; it resolves when the chain ended, well or not. */
    run(chain: Step[]): Promise<void> {
        const running = this.#chain(chain).finally(() => this.#running.delete(running));
        this.#running.add(running);
        return running;
    }

    /** Resolves when nothing is under way any more. */
    async idle(): Promise<void> {
        while (this.#running.size > 0) {
            await Promise.allSettled(this.#running);
        }
    }

    /** No step is begun from now on. */
    halt(failed: boolean): void {
        this.#failed ||= failed;
        if (this.#stopped) {
            return;
        }
        this.#stopped = true;
        this.stop();
    }

    get halted(): boolean {
        return this.#stopped;
    }

    async #chain(chain: Step[]): Promise<void> {
        await this.#slot();
        try {
            for (const step of chain) {
                if (this.#stopped || !(await this.#step(step))) {
                    return;
                }
            }
        } finally {
            this.#free++;
            this.#waiting.shift()?.();
        }
    }

    async #slot(): Promise<void> {
        while (this.#free === 0) {
            await new Promise<void>((resolve) => this.#waiting.push(resolve));
        }
        this.#free--;
    }

    async #step(step: Step): Promise<boolean> {
        const { deployment, snapshot } = this;
        snapshot?.begins(step);
        deployment.report.begins(step);
        let error: Error | undefined;
        try {
            await apply(deployment, step);
        } catch (thrown) {
            error = thrown instanceof Error ? thrown : new Error(String(thrown));
        }
        const kept = error === undefined || error instanceof InitError;
        if (!error && step.new && isLogical(step)) {
            this.pending.set(step.urn, step);
        }
        if (!error && step.op === "create-replacement") {
            this.pending.set(step.urn, step);
        }
        if (kept && step.new && step.op !== "replace") {
            deployment.news.set(step.urn, step.new);
        }
        // An update that failed half-way was not made with the new inputs: the state keeps the old ones.
        if (error && kept && step.op === "update" && step.old && step.new) {
            step.new.inputs = step.old.inputs;
        }
        snapshot?.ended(step, kept);
        deployment.report.ended(step, error);
        if (error) {
            return this.#failure(step, error);
        }
        answer(step);
        return true;
    }

    #failure(step: Step, error: Error): boolean {
        if (!(error instanceof Reported)) {
            this.deployment.report.diagnostic("error", messageOf(error), step.urn);
        }
        this.#failed = true;
        if (!this.tolerant) {
            this.halt(true);
        }
        return false;
    }
}

/** The message of an error, without the code that gRPC puts before a provider's own words. */
export const messageOf = (error: Error): string =>
    "details" in error && typeof error.details === "string" && error.details !== "" ? error.details : error.message;

function answer(step: Step): void {
    const registration: Registration | undefined = step.registration;
    if (registration && step.new) {
        registration.done({ state: step.new, unknown: step.skippedCreate === true });
    }
}
