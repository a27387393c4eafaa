/** Patterns of policy files: `*` is any text, `:name` a text without a slash; a query does not count. */

/** A part of a pattern that matches more than itself. */
export const PART = /\*|:[A-Za-z]\w*/;
const PARTS = new RegExp(`(${PART.source})`);

/** What matches as Cloudflare matches it. */
export function patternRegExp(pattern: string): RegExp {
    const source = pattern
        .split(PARTS)
        .map((text) => (text === "*" ? ".*" : PART.test(text) ? "[^/]+" : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
        .join("");
    return new RegExp(`^${source}(?:\\?.*)?$`);
}

/** The text before the first part that matches more than itself. */
export function fixedStart(pattern: string): string {
    return pattern.slice(0, PART.exec(pattern)?.index);
}

/** Texts for an asterisk, of a character that no pattern has, so that only an asterisk or a name of another one takes them. */
const EXAMPLES = ["", "\0", "/", "\0/\0/\0"];

/** Whether all that one pattern matches is matched by another too. */
export function isWithin(inner: string, outer: string): boolean {
    const whole = patternRegExp(outer);
    return EXAMPLES.every((example) => {
        const parts = inner.split(PARTS).map((text) => (text === "*" ? example : PART.test(text) ? "\0" : text));
        return whole.test(parts.join(""));
    });
}

/** Whether some URL matches both patterns. */
export function overlap(some: string, other: string): boolean {
    const [left, right] = [stepsOf(some), stepsOf(other)];
    const seen = new Set<number>();
    const open: [number, number][] = [[0, 0]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const [i, j] = next;
        const place = i * (right.length + 1) + j;
        const [a, b] = [left[i], right[j]];
        if (a === undefined && b === undefined) {
            return true;
        }
        if (seen.has(place)) {
            continue;
        }
        seen.add(place);
        if (a?.isMany) {
            open.push([i + 1, j], ...(b !== undefined && meet(a, b) ? [[i, j + 1] as [number, number]] : []));
        }
        if (b?.isMany) {
            open.push([i, j + 1], ...(a !== undefined && meet(a, b) ? [[i + 1, j] as [number, number]] : []));
        }
        if (a !== undefined && b !== undefined && meet(a, b)) {
            open.push([i + 1, j + 1]);
        }
    }
    return false;
}

/** A step of a pattern: one character, or any number of such. */
interface Step {
    /** The character; undefined: any one, but for a slash where `noSlash` says so. */
    readonly char?: string;
    readonly noSlash?: true;
    readonly isMany?: true;
}

function stepsOf(pattern: string): Step[] {
    return pattern.split(PARTS).flatMap((text): Step[] => {
        if (text === "*") {
            return [{ isMany: true }];
        }
        return PART.test(text)
            ? [{ noSlash: true }, { noSlash: true, isMany: true }]
            : [...text].map((char) => ({ char }));
    });
}

function meet(a: Step, b: Step): boolean {
    const [char, other] = a.char === undefined ? [b.char, a] : [a.char, b];
    return char === undefined || (other.char === undefined ? !(other.noSlash && char === "/") : other.char === char);
}
