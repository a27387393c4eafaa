import { hidesMissing } from "./serving";
import type { Setup } from "./setup";
import type { Sight } from "./sight";
import type { Files } from "./site";
import { BASES } from "./site";

/** A file that the origin has not in the state that the manifest says: what is deployed, and what is there. */
interface Disorder {
    readonly wanted: string | undefined;
    readonly there: string | undefined;
    readonly times: number;
}

/**
 * What a stack may let go, seen from outside. A file that the origin has not, or still serves though it was removed, is
 * looked at by one more purge; when its answer changes after that, and no deploy changes it, nothing is promised for it.
 */
export class LetGo {
    private readonly disorders = new Map<string, Disorder>();
    /** URLs for which nothing is promised. */
    private readonly excused = new Set<string>();

    constructor(private readonly early: boolean) {}

    /** What was looked at is not known any more; nothing new is promised for what was let go. */
    forget(): void {
        for (const [file, disorder] of this.disorders) {
            this.disorders.set(file, { ...disorder, times: disorder.times < 2 ? 0 : disorder.times });
        }
    }

    /** After a purge that looked at some of the files. */
    note(
        wanted: Files,
        there: Files,
        { serving }: Pick<Setup, "serving">,
        sight: Sight,
        isLookedAt: (file: string) => boolean,
    ): void {
        for (const file of [...new Set([...wanted.keys(), ...there.keys()])].filter(isLookedAt)) {
            const now = { wanted: wanted.get(file), there: there.get(file) };
            const before = this.disorders.get(file);
            const isSame = before?.wanted === now.wanted && before?.there === now.there;
            // What is answered in place of a missing file does not show that it is missing; and who sees nothing, or only
            // some of the files, knows nothing.
            const hidden = now.there === undefined && hidesMissing(serving);
            const atOnce = !this.early || hidden || sight !== "clear";
            const times = (isSame ? (before?.times ?? 0) : 0) + (atOnce ? 2 : 1);
            if (now.wanted === now.there) {
                this.disorders.delete(file);
            } else {
                this.disorders.set(file, { ...now, times });
            }
        }
    }

    /** A file was written that changed what a path answers; while a purge runs, it may have looked for the last time. */
    changed(path: string, file: string, wanted: Files, isLooking: boolean, known: Set<string>): void {
        const disorder = this.disorders.get(file);
        if (
            disorder === undefined ||
            disorder.times + (isLooking ? 1 : 0) < 2 ||
            disorder.wanted !== wanted.get(file)
        ) {
            return;
        }
        const isOld = disorder.wanted !== undefined && disorder.there !== undefined;
        if (!isOld) {
            for (const base of BASES) {
                this.excused.add(base + path);
                known.delete(base + path);
            }
        }
    }

    /** Deploys changed what these URLs answer: from now on it is promised for them. */
    lift(urls: readonly string[]): void {
        for (const url of urls) {
            this.excused.delete(url);
        }
    }

    /** Nothing is promised for these URLs any more. */
    excuse(urls: Iterable<string>): void {
        for (const url of urls) {
            this.excused.add(url);
        }
    }

    isExcused(url: string): boolean {
        return this.excused.has(url);
    }
}
