import type { Settings } from "../settings/settings";
import type { Answers } from "./classes";
import { decide } from "./decide";
import type { Deps } from "./deps";
import type { OriginQuestion } from "./originAnswers";
import { checkOrigin } from "./originCheck";
import type { OwedEntry } from "./owed";

/**
 * Asks the origin; what is about to be let go is asked for once more after the rebound's time, which is what a replica may
 * lag behind: an upload of this very deploy may have brought it, or deleted it.
 */
export async function askTwice(
    questions: readonly OriginQuestion[],
    entries: readonly OwedEntry[],
    timeout: number,
    rebound: Settings["rebound"],
    deps: Deps,
): Promise<Answers> {
    const answers = await checkOrigin(questions, timeout, deps);
    const doubtful = entries.flatMap((entry) => decide(entry, answers, new Set(), "").letGo);
    const urls = new Set(doubtful.flatMap(({ samples }) => samples.map(({ url }) => url)));
    if (urls.size === 0 || rebound === false) {
        return answers;
    }
    await deps.clock.sleep(rebound * 1000, deps.signal);
    const again = questions.filter(({ sample }) => urls.has(sample.url));
    return new Map([...answers, ...(await checkOrigin(again, 0, deps))]);
}
