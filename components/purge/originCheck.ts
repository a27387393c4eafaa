import type { Deps } from "./deps";
import type { Found, OriginAnswer, OriginQuestion } from "./originAnswers";
import { findAll, judged } from "./originAnswers";

/** Seconds that files are waited for which are absent while all others are there: an upload may leave them out. */
const ABSENT = 5;

/** Milliseconds between two rounds: doubles from the first to the last. */
const FIRST = 250;
const LAST = 4000;

/**
 * Asks the origin, through the edge with a query that no cache has seen, until what is worth waiting for has come, or
 * `timeout` seconds are over: a purge before that moment lets the edge fetch old bytes again.
 *
 * @returns what was answered last, by URL.
 */
export async function checkOrigin(
    questions: readonly OriginQuestion[],
    timeout: number,
    deps: Pick<Deps, "visit" | "clock" | "random" | "signal" | "log">,
): Promise<ReadonlyMap<string, OriginAnswer>> {
    const { clock, signal, log } = deps;
    const found = new Map<string, Found>();
    const end = clock.monotonic() + timeout * 1000;
    let giveUpAbsent = Number.POSITIVE_INFINITY;
    let open = questions;
    for (let pause = FIRST; ; pause = Math.min(pause * 2, LAST)) {
        for (const one of await findAll(open, Math.max(1, (end - clock.monotonic()) / 1000), deps)) {
            found.set(one.question.sample.url, one);
        }
        const answers = judged([...found.values()]);
        open = open.filter((question) => isWaitedFor(question, answers.get(question.sample.url)));
        const old = open.find(({ sample }) => answers.get(sample.url)?.state === "old");
        const now = clock.monotonic();
        if (old === undefined) {
            giveUpAbsent = Math.min(giveUpAbsent, now + ABSENT * 1000);
        } else {
            giveUpAbsent = Number.POSITIVE_INFINITY;
        }
        if (open.length === 0 || now + pause > Math.min(end, giveUpAbsent) || signal?.aborted) {
            return answers;
        }
        const [first] = old === undefined ? open : [old];
        const what = old === undefined ? "is not there yet" : "still has its old bytes";
        log(`waiting for the origin: ${first?.sample.url} ${what}`);
        await clock.sleep(pause, signal);
    }
}

function isWaitedFor({ patient, wasAbsent }: OriginQuestion, answer: OriginAnswer | undefined): boolean {
    return patient && (answer?.state === "old" || (answer?.state === "absent" && wasAbsent !== true));
}
