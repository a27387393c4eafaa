import type { HttpRequest } from "../http/messages";
import type { Fault } from "./fault";
import { checkFault, matches } from "./fault";

interface Armed {
    fault: Fault;
    seen: number;
    left: number;
}

/** The faults that wait for their calls. One call is struck by at most one fault, the oldest that matches. */
export class Faults {
    private armed: Armed[] = [];
    private waiting: ((fault: Fault) => void)[] = [];

    /** Resolves when the next call is struck, with the fault that does. */
    next(): Promise<Fault> {
        return new Promise((resolve) => this.waiting.push(resolve));
    }

    /**
     * Arms a fault.
     * @returns what disarms it
     * @throws when the fault makes no sense
     */
    add(fault: Fault): () => void {
        const checked = checkFault(fault);
        const times = checked.times ?? 1;
        const one: Armed = { fault: checked, seen: 0, left: times === "always" ? Number.POSITIVE_INFINITY : times };
        this.armed.push(one);
        return () => {
            this.armed = this.armed.filter((other) => other !== one);
        };
    }

    /** Disarms all. */
    clear(): void {
        this.armed = [];
    }

    /** The faults that are still armed. */
    list(): Fault[] {
        return this.armed.map(({ fault }) => fault);
    }

    /** The fault that strikes this call, which counts as used then. */
    take(
        target: NonNullable<Fault["target"]>,
        request: HttpRequest,
        wanted: (fault: Fault) => boolean = (fault) => fault.kind !== "old",
    ): Fault | undefined {
        for (const one of this.armed) {
            const { fault } = one;
            if (!wanted(fault) || (fault.target ?? "api") !== target || !matches(fault, request)) {
                continue;
            }
            one.seen += 1;
            const turn = one.seen - (fault.skip ?? 0);
            if (turn <= 0 || turn % (fault.every ?? 1) !== 0) {
                continue;
            }
            one.left -= 1;
            if (one.left <= 0) {
                this.armed = this.armed.filter((other) => other !== one);
            }
            for (const told of this.waiting.splice(0)) {
                told(fault);
            }
            return fault;
        }
        return undefined;
    }
}
