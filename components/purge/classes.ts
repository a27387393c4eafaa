import type { Sample } from "../plan/samples";
import type { Change, Selector } from "../plan/selector";
import { covers, fileOf, KINDS, samplesWithChange } from "./files";
import type { OriginAnswer } from "./originAnswers";
import type { OwedEntry, Why } from "./owed";
import { NO_CHANGES } from "./owed";
import type { Seen } from "./seen";

/** What the origin answered, by URL. */
export type Answers = ReadonlyMap<string, OriginAnswer>;

/** A sample, and what the origin answered for it. */
interface Judged {
    readonly sample: Sample;
    readonly change: Change;
    readonly answer?: OriginAnswer;
}

/**
 * What of an entry is not right at the origin, by class: it stays owed when its purge is accepted. What was not asked for
 * shares the fate of its class.
 *
 * @param isLeft whether a removed file is left to a later step of this deploy.
 */
export function openClasses(
    entry: OwedEntry,
    answers: Answers,
    now: string,
    isLeft: (url: string) => boolean = () => false,
): OwedEntry[] {
    const judged = samplesWithChange(entry).map((one): Judged => {
        const answer = answers.get(one.sample.url);
        return { ...one, ...(answer === undefined ? {} : { answer }) };
    });
    const wide = entry.selectors.filter(({ change }) => change === undefined);
    const old = judged.filter(({ change, answer }) => change !== "removed" && answer?.state === "old");
    const classes = KINDS.flatMap((kind): OwedEntry[] => {
        const urls = entry.selectors.filter(({ change }) => change === kind);
        const answered = judged.filter(({ change, answer }) => change === kind && answer !== undefined);
        const inState = (state: OriginAnswer["state"]) => answered.filter(({ answer }) => answer?.state === state);
        const there = filesOf(inState("there"));
        const open = urls.filter(({ value }) => !there.has(fileOf(value)));
        // Of what was not asked for, nothing could tell by the next time that it has changed.
        const rest = answered.filter(({ answer }) => answer?.state !== "there");
        // Where no URL of the kind is named by itself, prefixes and hosts stand for them. Else those are kept that cover one:
        // it may be the page that answers wherever there is no file.
        const own = [...open.map(({ value }) => value), ...rest.map(({ sample }) => sample.url)];
        const named = [...open, ...wide.filter((one) => urls.length === 0 || own.some((url) => covers(one, url)))];
        const keep = (why: Why, selectors: readonly Selector[], samples: readonly Judged[]): OwedEntry[] =>
            selectors.length === 0 ? [] : [classOf(entry, why, selectors, samples, now)];
        if (kind === "removed") {
            const served = rest.filter(({ sample }) => !isLeft(sample.url));
            const kept = named.filter(({ value }) => !isLeft(value));
            return served.some(({ answer }) => answer?.state === "old") ? keep("removed", kept, served) : [];
        }
        if (inState("old").length > 0) {
            return keep("old", named, rest);
        }
        if (old.length > 0 && answered.length === 0 && urls.length > 0) {
            // The upload is not done, and nothing is known of this kind: it shares the fate of the others.
            return keep("old", urls, old);
        }
        const absent = answered.filter(({ answer }) => answer?.state === "absent" || answer?.isHidden === true);
        if (absent.length === 0) {
            return [];
        }
        const isHidden = absent.every(({ answer }) => answer?.isHidden === true);
        if (there.size === 0) {
            return keep("absent", named, absent).map((one) => (isHidden ? { ...one, isPartial: true } : one));
        }
        const [missing, looked] = [filesOf(absent), filesOf(answered)];
        const some = named.filter(
            ({ value, change }) =>
                change === undefined || missing.has(fileOf(value)) || (kind === "added" && !looked.has(fileOf(value))),
        );
        return keep("absent", some, absent).map((one) => ({ ...one, isPartial: true }));
    });
    // What was only asked for is kept with each, so that it goes once more with the last of them.
    return classes.map((one) =>
        one.why === "old" ? { ...one, selectors: [...new Set([...one.selectors, ...wide])] } : one,
    );
}

function filesOf(judged: readonly Judged[]): ReadonlySet<string> {
    return new Set(judged.map(({ sample }) => fileOf(sample.url)));
}

function classOf(
    { to }: OwedEntry,
    why: Why,
    selectors: readonly Selector[],
    samples: readonly Judged[],
    now: string,
): OwedEntry {
    const seen = samples.flatMap(({ sample: { url }, answer }): [string, Seen][] =>
        answer?.seen === undefined ? [] : [[url, answer.seen]],
    );
    return {
        selectors,
        samples: samples.map(({ sample }) => sample),
        changes: NO_CHANGES,
        to,
        why,
        since: now,
        seen: Object.fromEntries(seen),
    };
}
