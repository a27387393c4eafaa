import { digestOf } from "./hash";
import type { MarkKind } from "./marks";
import { markText } from "./marks";
import { fixedStart, isWithin, overlap } from "./patterns";

/**
 * Files that say how others are served, and are not served themselves:
 * https://developers.cloudflare.com/workers/static-assets/headers/ and the pages beside it.
 */
export const POLICY_FILES = ["_headers", "_redirects", ".assetsignore"] as const;

/** A policy file of a site. */
export interface PolicyFile {
    readonly name: (typeof POLICY_FILES)[number];
    readonly digest: string;
    readonly text: string;
}

/** What a rule says of the URLs that its pattern matches. */
interface Rule {
    readonly pattern: string;
    readonly effect: string;
}

/** The marks of a site's policy files at one origin: one for each file, and one for each pattern of its rules. */
export function policyLines(files: readonly PolicyFile[], origin: string): [mark: string, digest: string][] {
    return files.flatMap(({ name, digest, text }) => {
        const own = [markText({ pattern: `/${name}`, kind: "policy" }), digest] as [string, string];
        const rules = name === "_headers" ? headerRules(text) : name === "_redirects" ? redirectRules(text) : [];
        const kind: MarkKind = name === "_headers" ? "headers" : "redirect";
        return [
            own,
            ...rulesAt(rules, kind, origin).map(([pattern, rule]) => [markText({ pattern, kind }), rule] as const),
        ];
    }) as [string, string][];
}

/** The patterns of `.assetsignore`, as `exclude` takes them. */
export function ignorePatterns(text: string): string[] {
    return linesOf(text).filter((line) => line !== "" && !line.startsWith("#"));
}

/** The digest of all that is said of each pattern, for rules that hold at an origin. */
function rulesAt(rules: readonly Rule[], kind: MarkKind, origin: string): [pattern: string, digest: string][] {
    const effects = new Map<string, string[]>();
    const { host } = new URL(origin);
    for (const { pattern, effect } of rules) {
        const [, own, path] = /^(?:https?:\/\/([^/]*))?(.*)$/i.exec(pattern) ?? [];
        if (path !== undefined && (own === undefined || own.toLowerCase() === host)) {
            const name = pathOf(path);
            effects.set(name, [...(effects.get(name) ?? []), effect]);
        }
    }
    const turned = turnedAround(effects, kind);
    return [...effects].map(([pattern, all]) => {
        const behind = turned.get(pattern)?.sort() ?? [];
        return [pattern, digestOf([...all, ...(behind.length === 0 ? [] : ["", ...behind])].join("\n"))];
    });
}

/** A pattern as URLs are written, with its asterisks and names of parts. */
function pathOf(path: string): string {
    return new URL(path.startsWith("/") ? path : `/${path}`, "https://localhost").pathname.replaceAll("|", "%7C");
}

/** `/from /to 301`, one rule a line. What stands behind the source is taken as it is: other hosts know more than Cloudflare. */
function redirectRules(text: string): Rule[] {
    return linesOf(text).flatMap((line) => {
        const [pattern, ...effect] = line.split(/\s+/);
        return pattern !== undefined && isPattern(pattern) && effect.length > 0
            ? [{ pattern, effect: effect.join(" ") }]
            : [];
    });
}

/** A line with a pattern, and below it `Name: value` or `! Name` for what is taken away. */
function headerRules(text: string): Rule[] {
    let pattern: string | undefined;
    return linesOf(text).flatMap((line) => {
        if (isPattern(line)) {
            pattern = line;
            return [];
        }
        return pattern === undefined || line === "" || line.startsWith("#") ? [] : [{ pattern, effect: line }];
    });
}

function isPattern(text: string): boolean {
    return /^(?:\/|https?:\/\/)/i.test(text);
}

function linesOf(text: string): string[] {
    return text.split(/\r?\n/).map((line) => line.trim());
}

/**
 * Where two rules match a URL, the first redirect holds, and headers of one name come in the rules' order. Rules mostly stand
 * in the usual order: redirects from the special to the general, headers the other way round, and by name where neither is
 * more special.
 * @returns By pattern, those with which it stands in the other order: the URLs that this concerns match it.
 */
function turnedAround(effects: ReadonlyMap<string, readonly string[]>, kind: MarkKind): Map<string, string[]> {
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
