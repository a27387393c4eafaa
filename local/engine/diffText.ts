/** Changed properties as a person reads them in a plan. */
import type { Bag } from "./values";
import { isObject, isSecret, isUnknown, same } from "./values";

const context = 2;
/** Above this many lines on either side, lines are compared by place instead of by longest common run. */
const maxExact = 4000;

/** The changed members of a bag, one block each; `__provider` and other internals are left out. */
export function changedInputs(before: Bag, after: Bag): string {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
        .filter((key) => !key.startsWith("__"))
        .sort();
    return keys
        .filter((key) => !same(before[key], after[key]))
        .map((key) => propertyText(key, before, after))
        .join("\n");
}

function propertyText(key: string, before: Bag, after: Bag): string {
    if (!(key in before)) {
        return `+ ${key}: ${shown(after[key])}`;
    }
    if (!(key in after)) {
        return `- ${key}: ${shown(before[key])}`;
    }
    const [old, next] = [before[key], after[key]];
    const lines = typeof old === "string" && typeof next === "string" && (old.includes("\n") || next.includes("\n"));
    if (!lines || isUnknown(next) || isUnknown(old)) {
        return `~ ${key}: ${shown(old)} => ${shown(next)}`;
    }
    return [`~ ${key}:`, ...changedLines(old, next).map((line) => `    ${line}`)].join("\n");
}

/** A value in one line: secrets and unknowns by name, long texts cut. */
export function shown(value: unknown): string {
    if (isSecret(value)) {
        return "[secret]";
    }
    if (isUnknown(value)) {
        return "[unknown]";
    }
    if (typeof value === "string") {
        const lines = value.split("\n");
        return JSON.stringify(lines.length > 4 ? `${lines.slice(0, 3).join("\n")}\n...` : value);
    }
    if (Array.isArray(value)) {
        return `[${value.map(shown).join(", ")}]`;
    }
    if (isObject(value)) {
        const members = Object.entries(value).map(([key, member]) => `${key}: ${shown(member)}`);
        return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
    }
    return JSON.stringify(value) ?? "null";
}

/** The changed lines of a text, marked `+` and `-`, with two around them and `...` for what is left out. */
export function changedLines(before: string, after: string): string[] {
    const marked = lineDiff(before.split("\n"), after.split("\n"));
    const near = new Set<number>();
    marked.forEach(({ mark }, at) => {
        if (mark !== " ") {
            for (let i = at - context; i <= at + context; i++) {
                near.add(i);
            }
        }
    });
    const shownLines: string[] = [];
    marked.forEach(({ mark, line }, at) => {
        if (near.has(at)) {
            shownLines.push(mark === " " ? `  ${line}` : `${mark} ${line}`);
        } else if (shownLines.at(-1) !== "  ...") {
            shownLines.push("  ...");
        }
    });
    return shownLines.filter((line, at) => !(line === "  " && at === shownLines.length - 1));
}

interface Marked {
    mark: " " | "+" | "-";
    line: string;
}

function lineDiff(before: string[], after: string[]): Marked[] {
    let start = 0;
    while (start < before.length && start < after.length && before[start] === after[start]) {
        start++;
    }
    let end = 0;
    while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) {
        end++;
    }
    const plain = (line: string): Marked => ({ mark: " ", line });
    const old = before.slice(start, before.length - end);
    const next = after.slice(start, after.length - end);
    return [
        ...before.slice(0, start).map(plain),
        ...middle(old, next),
        ...before.slice(before.length - end).map(plain),
    ];
}

function middle(old: string[], next: string[]): Marked[] {
    if (old.length * next.length > maxExact * maxExact || old.length === 0 || next.length === 0) {
        return bySets(old, next);
    }
    const width = next.length + 1;
    const common = new Uint16Array((old.length + 1) * width);
    for (let i = old.length - 1; i >= 0; i--) {
        for (let j = next.length - 1; j >= 0; j--) {
            common[i * width + j] =
                old[i] === next[j]
                    ? (common[(i + 1) * width + j + 1] ?? 0) + 1
                    : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
        }
    }
    const marked: Marked[] = [];
    let [i, j] = [0, 0];
    while (i < old.length || j < next.length) {
        if (i < old.length && j < next.length && old[i] === next[j]) {
            marked.push({ mark: " ", line: old[i] ?? "" });
            i++;
            j++;
        } else if (
            i < old.length &&
            (j >= next.length || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
        ) {
            marked.push({ mark: "-", line: old[i++] ?? "" });
        } else {
            marked.push({ mark: "+", line: next[j++] ?? "" });
        }
    }
    return marked;
}

/** For long texts: a line that both sides have is unchanged. Right for sorted lines without doubles. */
function bySets(old: string[], next: string[]): Marked[] {
    const kept = new Set(next);
    const known = new Set(old);
    return [
        ...old.filter((line) => !kept.has(line)).map((line): Marked => ({ mark: "-", line })),
        ...next.map((line): Marked => ({ mark: known.has(line) ? " " : "+", line })),
    ];
}
