import type { Sight } from "./sight";
import { filesSeen } from "./sight";
import type { Files } from "./site";

/** An `up` waited for the origin longer than it may. */
export class NeedlessWait extends Error {
    override readonly name = "NeedlessWait";
}

/** Seconds that files are waited for which the origin has not, and which an upload may leave out. */
const ABSENT = 5;

/** ms that count as no time. */
const TOLERANCE = 50;

interface Waited {
    readonly wanted: string | undefined;
    readonly there: string | undefined;
    /** Purges that found it so. */
    readonly times: number;
    /** Those of them that found old bytes of no other file: while there are some, what is absent is kept with them. */
    readonly alone: number;
}

/** How long a purge may wait for the origin, counted from outside: nobody waits twice for the same file. */
export class Waits {
    private readonly over = new Map<string, Waited>();
    /** Files that deploys changed since the last purge: what else is amiss, it does not ask for. */
    private readonly changed = new Set<string>();
    private isForgotten = false;

    /** @returns the most that a purge may wait that begins now, seconds */
    most(wanted: Files, there: Files, sight: Sight, timeout: number, rebound: number): number {
        let most = 0;
        let again = 0;
        for (const file of new Set([...wanted.keys(), ...there.keys()])) {
            const [content, found] = [wanted.get(file), there.get(file)];
            const before = this.over.get(file);
            const isOver =
                before !== undefined && before.there === found && (found === undefined || before.wanted === content);
            // Where the site is hidden nothing is known to be missing, so nothing is worth waiting for.
            if (sight === "clear" && found !== content && !isOver && content !== undefined) {
                most = Math.max(most, found === undefined ? Math.min(ABSENT, timeout) : timeout);
            }
            // Before it is let go, a replica gets the time that it may lag behind; what came of it so far may not be known.
            const isUnknown = before === undefined && found !== content && !this.changed.has(file);
            if (isUnknown || before?.times === 1 || before?.alone === 1) {
                again = rebound;
            }
        }
        return most + again;
    }

    /** A file that a deploy changes is looked at anew, also where the next one changes it back and nothing came of either. */
    deploy(before: Files, after: Files): void {
        for (const file of new Set([...before.keys(), ...after.keys()])) {
            if (before.get(file) === after.get(file)) {
                continue;
            }
            this.changed.add(file);
            const waited = this.over.get(file);
            if (waited !== undefined) {
                this.over.set(file, { ...waited, times: 0, alone: 0 });
            }
        }
    }

    /** What was waited for is not known any more. @param isDone whether a purge is done with what deploys changed */
    forget(isDone = false): void {
        this.isForgotten = true;
        if (isDone) {
            this.changed.clear();
        }
    }

    /** The next purge knows of none before, and asks for all files. */
    restart(wanted: Files, there: Files): void {
        this.forget();
        for (const file of [...wanted.keys(), ...there.keys()]) {
            this.changed.add(file);
        }
    }

    /** @throws NeedlessWait */
    check(took: number, most: number): void {
        if (!this.isForgotten && took > most * 1000 + TOLERANCE) {
            throw new NeedlessWait(`it took ${took} ms, and may take ${most} s at most`);
        }
    }

    /** After a purge that came to a good end. */
    end(wanted: Files, there: Files, sight: Sight): void {
        if (this.isForgotten) {
            this.over.clear();
            this.isForgotten = false;
        }
        const seen = filesSeen(sight, wanted, there);
        const isOld = [...wanted].some(([file, content]) => (seen?.get(file) ?? content) !== content);
        for (const file of new Set([...wanted.keys(), ...there.keys(), ...this.over.keys()])) {
            const before = this.over.get(file);
            if (seen === undefined) {
                // What was kept is purged without being looked at, and forgotten; what was let go is still remembered.
                if (before !== undefined && (before.times === 1 || before.wanted !== wanted.get(file))) {
                    this.over.delete(file);
                }
                continue;
            }
            const now = { wanted: wanted.get(file), there: seen.get(file) };
            const isSame = before?.wanted === now.wanted && before?.there === now.there;
            const { times, alone } = isSame && before !== undefined ? before : { times: 0, alone: 0 };
            if (now.wanted === now.there) {
                this.over.delete(file);
            } else if (before !== undefined || this.changed.has(file)) {
                this.over.set(file, { ...now, times: times + 1, alone: alone + (isOld ? 0 : 1) });
            }
        }
        this.changed.clear();
    }
}
