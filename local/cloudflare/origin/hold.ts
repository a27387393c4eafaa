import type { HttpRequest } from "../http/messages";

/** A fetch that the origin keeps open: it has read the old bytes and has not yet sent them. */
export interface Hold {
    /** Ends when a matching request has come in and its answer has been made. */
    readonly begun: Promise<void>;
    /** Lets the answer go, and no longer holds any. */
    release(): void;
}

interface Open {
    matches: (request: HttpRequest) => boolean;
    arrived: () => void;
    released: Promise<void>;
}

/** Answers that wait for somebody. */
export class Holds {
    private readonly open = new Set<Open>();

    /**
     * Holds the next matching answers until they are released.
     * @param path a part of the request target, or what decides it
     */
    add(path: string | ((request: HttpRequest) => boolean)): Hold {
        let arrived: () => void = () => {};
        let free: () => void = () => {};
        const begun = new Promise<void>((resolve) => {
            arrived = resolve;
        });
        const released = new Promise<void>((resolve) => {
            free = resolve;
        });
        const matches = typeof path === "string" ? (request: HttpRequest) => request.target.includes(path) : path;
        const one: Open = { matches, arrived, released };
        this.open.add(one);
        return {
            begun,
            release: () => {
                this.open.delete(one);
                free();
            },
        };
    }

    /** Waits when the request is held. */
    async wait(request: HttpRequest): Promise<void> {
        for (const one of this.open) {
            if (one.matches(request)) {
                one.arrived();
                await one.released;
                return;
            }
        }
    }
}
