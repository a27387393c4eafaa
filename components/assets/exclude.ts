import picomatch = require("picomatch");

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
