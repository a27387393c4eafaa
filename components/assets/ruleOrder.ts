import type { MarkKind } from "./marks";
import { fixedStart, isWithin, overlap } from "./patterns";

/**
 * Where two rules match a URL, the first redirect holds, and headers of one name come in the rules' order. Rules mostly stand
 * in the usual order: redirects from the special to the general, headers the other way round, and by name where neither is
 * more special.
 * @returns By pattern, those with which it stands in the other order: the URLs that this concerns match it.
 */
export function turnedAround(effects: ReadonlyMap<string, readonly string[]>, kind: MarkKind): Map<string, string[]> {
    const patterns = [...effects.keys()];
    const byStart = new Map<string, number[]>();
    for (const [i, pattern] of patterns.entries()) {
        const start = fixedStart(pattern);
        if (start !== pattern) {
            byStart.set(start, [...(byStart.get(start) ?? []), i]);
        }
    }
    const turned = new Map<string, string[]>();
    for (const [i, pattern] of patterns.entries()) {
        const start = fixedStart(pattern);
        // What matches more than itself can only meet it where one begins as the other does.
        const near = Array.from(
            { length: start.length + 1 },
            (_, length) => byStart.get(start.slice(0, length)) ?? [],
        ).flat();
        for (const j of near) {
            const other = patterns[j] ?? "";
            // Of two that begin alike, each finds the other.
            if (i === j || (fixedStart(other) === start && start !== pattern && j < i) || !overlap(pattern, other)) {
                continue;
            }
            const [special, general] = inOrder(pattern, other);
            const isSpecialFirst = (special === pattern ? i : j) < (general === pattern ? i : j);
            if (
                isSpecialFirst !== (kind === "redirect") &&
                isOrdered(effects.get(special), effects.get(general), kind)
            ) {
                turned.set(special, [...(turned.get(special) ?? []), general]);
            }
        }
    }
    return turned;
}

/** The more special of two patterns first; where neither is, the one that sorts first is taken for it. */
function inOrder(some: string, other: string): [special: string, general: string] {
    const [isSome, isOther] = [isWithin(some, other), isWithin(other, some)];
    const isFirst = isSome === isOther ? some < other : isSome;
    return isFirst ? [some, other] : [other, some];
}

/** Whether it matters which of two rules comes first: where they say other things, of headers about one name. */
function isOrdered(some: readonly string[] = [], other: readonly string[] = [], kind: MarkKind): boolean {
    if (kind === "redirect") {
        return some.join("\n") !== other.join("\n") || some.some((effect) => effect.includes(":"));
    }
    const of = (effects: readonly string[], name: string) =>
        effects.filter((effect) => nameOf(effect) === name).join("\n");
    return some.map(nameOf).some((name) => of(other, name) !== "" && of(some, name) !== of(other, name));
}

/** The header that a line of a rule is about: `X-A: 1`, or `! X-A`. */
function nameOf(effect: string): string {
    return effect
        .replace(/^!\s*/, "")
        .replace(/\s*:.*$/s, "")
        .toLowerCase();
}
