import { evenOrder } from "./evenSample";
import { KINDS, samplesWithChange } from "./files";
import type { OriginQuestion } from "./originAnswers";
import type { Owed, OwedEntry } from "./owed";
import { changesFiles, isUnconditional } from "./owed";

/** What the origin is asked for: a sample of what is new, every sample of what is kept, and what is remembered. */
export function questionsOf({ entries, remembered = [] }: Owed, count: number): OriginQuestion[] {
    const chosen = chosenSamples(entries.filter(isUnconditional), count);
    // What was waited for in vain, also where the file's content has changed since.
    const absent = new Set([
        ...remembered.filter(({ change }) => change !== "removed").map(({ sample }) => sample.url),
        ...entries.flatMap(({ why, seen = {} }) =>
            Object.entries(seen).flatMap(([url, [status]]) =>
                why === "absent" || (why === "not-purged" && status !== 200) ? [url] : [],
            ),
        ),
    ]);
    const questions = new Map<string, OriginQuestion>();
    for (const { sample, change } of remembered) {
        questions.set(sample.url, { sample, change, patient: false });
    }
    for (const entry of entries) {
        for (const { sample, change } of samplesWithChange(entry)) {
            if (!isUnconditional(entry) || chosen.has(sample.url)) {
                const patient = changesFiles(entry) && change !== "removed";
                const wasAbsent = absent.has(sample.url);
                questions.set(sample.url, { sample, change, patient, ...(wasAbsent ? { wasAbsent } : {}) });
            }
        }
    }
    return [...questions.values()];
}

/** At most `count` samples of some entries, taken in turn from every class. */
function chosenSamples(entries: readonly OwedEntry[], count: number): ReadonlySet<string> {
    const classes = entries.flatMap((entry) => {
        const samples = samplesWithChange(entry);
        return KINDS.map((kind) => samples.filter(({ change }) => change === kind));
    });
    const queues = classes.filter(({ length }) => length > 0).map((samples) => evenOrder(samples, count));
    const chosen = new Set<string>();
    for (let round = 0; chosen.size < count && queues.some((queue) => queue.length > round); round++) {
        for (const queue of queues) {
            const next = queue[round];
            if (next !== undefined && chosen.size < count) {
                chosen.add(next.sample.url);
            }
        }
    }
    return chosen;
}
