import { fileOf } from "../../components/purge/owed";
import type { Sight } from "./sight";
import type { Files } from "./site";
import { BASES, urlsOf } from "./site";

/** A file that the origin has not in the state that the manifest says: what is deployed, and what is there. */
interface Disorder {
    readonly wanted: string | undefined;
    readonly there: string | undefined;
    readonly times: number;
    /** Whether it was purged without being seen. */
    readonly isBlind: boolean;
}

/**
 * What a stack may let go, seen from outside. A file that the origin has not, or still serves though it was removed, is
 * looked at by one more purge; when its answer changes after that, and no deploy changes it, nothing is promised for it.
 */
export class LetGo {
    /** URL → file → what is amiss: of a file, one URL may be purged while another is refused; two files may decide one. */
    private readonly disorders = new Map<string, Map<string, Disorder>>();
    /** URLs that deploys changed, and with which no purge has done since. */
    private readonly promised = new Set<string>();
    /** URLs for which nothing is promised. */
    private readonly excused = new Set<string>();

    constructor(private readonly early: boolean) {}

    /** What was looked at is not known any more; nothing new is promised for what was let go. */
    forget(): void {
        for (const byFile of this.disorders.values()) {
            for (const [file, disorder] of byFile) {
                byFile.set(file, { ...disorder, times: disorder.times < 2 ? 0 : disorder.times });
            }
        }
    }

    /** After a purge that has done with some of the URLs. */
    note(wanted: Files, there: Files, sight: Sight, isDone: (url: string) => boolean): void {
        for (const file of new Set([...wanted.keys(), ...there.keys()])) {
            const now = { wanted: wanted.get(file), there: there.get(file) };
            for (const url of urlsOf(file).filter(isDone)) {
                this.promised.delete(url);
                const byFile = this.disordersOf(url);
                const before = byFile.get(file);
                const isSame = before?.wanted === now.wanted && before?.there === now.there;
                // Who sees nothing, or only some of the files, knows nothing.
                const atOnce = !this.early || sight !== "clear";
                const times = (isSame ? (before?.times ?? 0) : 0) + (atOnce ? 2 : 1);
                if (now.wanted === now.there) {
                    byFile.delete(file);
                } else {
                    byFile.set(file, { ...now, times, isBlind: sight !== "clear" });
                }
            }
        }
    }

    private disordersOf(url: string): Map<string, Disorder> {
        const byFile = this.disorders.get(url) ?? new Map<string, Disorder>();
        this.disorders.set(url, byFile);
        return byFile;
    }

    /** A file was written that changed what a path answers; while a purge runs, it may have looked for the last time. */
    changed(path: string, file: string, wanted: Files, isLooking: boolean, known: Set<string>): void {
        // A page and a folder's index of the same name: while the upload runs, one may answer for the other, though no answer
        // is another in the end (docs/proof.md).
        const hasTwin = [...wanted.keys()].some((other) => other !== file && fileOf(other) === fileOf(file));
        for (const base of BASES) {
            const url = base + path;
            const all = urlsOf(file, [base]);
            // A page that answers wherever there is no file changes URLs that are not its own.
            const own = all.includes(url) ? [url] : all;
            const isOwn = own.some((one) => this.isLetGo(this.disordersOf(one).get(file), wanted.get(file), isLooking));
            // What a removed file answers that is still there may depend on one that came beside it.
            const isLeft = (): boolean =>
                [...this.disordersOf(url).values()].some((one) => this.isLetGo(one, undefined, isLooking));
            if (isOwn || (!this.promised.has(url) && (hasTwin || isLeft()))) {
                this.excuse([url], known);
            }
        }
    }

    private isLetGo(disorder: Disorder | undefined, wanted: string | undefined, isLooking: boolean): boolean {
        if (disorder === undefined || disorder.times + (isLooking ? 1 : 0) < 2 || disorder.wanted !== wanted) {
            return false;
        }
        const isOld = disorder.wanted !== undefined && disorder.there !== undefined;
        return !isOld || disorder.isBlind;
    }

    /** Deploys changed what these URLs answer: from now on it is promised for them. */
    lift(urls: readonly string[]): void {
        for (const url of urls) {
            this.excused.delete(url);
            this.promised.add(url);
        }
    }

    /**
     * After a Sweep that asked twice for removed files, and lets go of those that are still served: with the URLs that it was to
     * look after, whatever else the file decides at their base URL.
     */
    swept(wanted: Files, there: Files, isDone: (url: string) => boolean): void {
        for (const file of [...there.keys()].filter((one) => !wanted.has(one))) {
            const bases = BASES.filter((base) => urlsOf(file, [base]).some(isDone));
            for (const url of urlsOf(file, bases)) {
                this.disordersOf(url).set(file, {
                    wanted: undefined,
                    there: there.get(file),
                    times: 2,
                    isBlind: false,
                });
            }
        }
    }

    /** Nothing is promised for these URLs any more. */
    excuse(urls: Iterable<string>, known: Set<string>): void {
        for (const url of urls) {
            this.excused.add(url);
            known.delete(url);
        }
    }

    isExcused(url: string): boolean {
        return this.excused.has(url);
    }
}
