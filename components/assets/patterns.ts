/** The languages of patterns: those of policy files, of `include` and of `exclude`. */
import picomatch = require("picomatch");

/* Patterns of policy files: `*` is any text, `:name` a text without a slash; a query does not count. */

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

/* Globs of `include`. */

/** Says which files are taken, and remembers which globs ever matched one. */
export interface Includes {
    readonly matches: (path: string) => boolean;
    /** The globs that nothing matched so far. */
    readonly unused: () => string[];
}

/** Globs as picomatch has them; without any, every file is taken. */
export function includes(globs: readonly string[] = []): Includes {
    const rules = globs.map((glob) => ({ glob, matches: picomatch(glob, { dot: true }), isUsed: false }));
    return {
        matches(path) {
            let isIn = rules.length === 0;
            for (const rule of rules) {
                if (!(isIn && rule.isUsed) && rule.matches(path)) {
                    isIn = rule.isUsed = true;
                }
            }
            return isIn;
        },
        unused: () => rules.filter(({ isUsed }) => !isUsed).map(({ glob }) => glob),
    };
}

/** Whether a glob is the name of one file. */
export function isLiteral(glob: string): boolean {
    const { isGlob, negated } = picomatch.scan(glob);
    return !isGlob && !negated;
}

/* Patterns of `exclude`. */

/** Says which files and folders are left out, and remembers which patterns ever did so. */
export interface Excludes {
    /** @param isFolder A folder that is left out is not entered. */
    readonly matches: (path: string, isFolder: boolean) => boolean;
    /** The patterns that nothing matched so far. */
    readonly unused: () => string[];
}

interface Rule {
    readonly pattern: string;
    readonly matches: (path: string) => boolean;
    readonly foldersOnly: boolean;
    /** `!keep.map` takes back what an earlier pattern left out. */
    readonly isBack: boolean;
    isUsed: boolean;
}

/**
 * Patterns as in .gitignore (https://git-scm.com/docs/gitignore): without a slash inside they match at any depth, with one
 * from the root on; a slash at the end means folders; the last one that matches decides, and `!` takes back, but not out of
 * a folder that is left out. Beside that, braces (`*.{map,txt}`) and `!(a|b)` are what they are in globs.
 */
export function excludes(patterns: readonly string[] = []): Excludes {
    const rules = patterns.map(ruleOf);
    return {
        matches(path, isFolder) {
            let isOut = false;
            for (const rule of rules) {
                if ((isFolder || !rule.foldersOnly) && rule.matches(path)) {
                    rule.isUsed = true;
                    isOut = !rule.isBack;
                }
            }
            return isOut;
        },
        unused: () => rules.filter(({ isUsed }) => !isUsed).map(({ pattern }) => pattern),
    };
}

/** The patterns that leave a file out, or a folder that it is in. */
export function patternsFor(file: string, patterns: readonly string[]): string[] {
    const parts = file.split("/");
    const places = parts.map((_, i) => parts.slice(0, i + 1).join("/"));
    const { matches, unused } = excludes(patterns);
    const isOut = places.some((place) => matches(place, place !== file));
    const others = unused();
    return isOut ? patterns.filter((pattern) => !others.includes(pattern)) : [];
}

function ruleOf(pattern: string): Rule {
    // picomatch's !(a|b) is no negation of the pattern.
    const isBack = /^!(?!\()/.test(pattern);
    const text = globOf((isBack ? pattern.slice(1) : pattern).replace(/(?<!\\)[ \t]+$/, ""));
    const foldersOnly = text.endsWith("/");
    const name = foldersOnly ? text.slice(0, -1) : text;
    const anchored = name.replace(/^\.?\//, "");
    // `d/**` is all that is in the folder, and not the folder itself.
    const glob = (name.includes("/") ? anchored : `**/${name}`).replace(/\/\*\*$/, "/**/*");
    return { pattern, matches: picomatch(glob, { dot: true, nonegate: true }), foldersOnly, isBack, isUsed: false };
}

/**
 * A pattern in picomatch's words, where its own differ from git's: `[!a]` is `[^a]`, and parentheses, bars and quotes are
 * part of a name, as in `(app)/[id]`, unless `?*+@!` stands before the parenthesis.
 */
function globOf(pattern: string): string {
    let glob = "";
    const open: boolean[] = [];
    for (const [part = "", escaped, set, before] of pattern.matchAll(/(\\.)|\[([!^]?\]?[^\]]*)\]|([?*+@!])\(|./gs)) {
        if (escaped !== undefined) {
            glob += part;
        } else if (set !== undefined) {
            glob += `[${set.replace(/^!/, "^")}]`;
        } else if (before !== undefined) {
            open.push(true);
            glob += part;
        } else if (part === "(") {
            open.push(false);
            glob += "\\(";
        } else if (part === ")") {
            glob += open.pop() ? ")" : "\\)";
        } else {
            glob += part === "|" && open.at(-1) ? part : /["|[]/.test(part) ? `\\${part}` : part;
        }
    }
    return glob;
}
