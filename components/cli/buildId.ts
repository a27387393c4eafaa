import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Files that are compared, and bytes of one, at the most: this explains, and must not take long. */
const FILES = 5_000;
const BYTES = 1_000_000;

/** Words that may differ in a file, and the length from which one can be an ID. */
const WORDS = 4;
const LENGTH = 6;

/** What generators write into each page at each build, and how that is stopped. */
const REMEDIES: [file: string, remedy: string][] = [
    ["_next", "Next.js keeps it with generateBuildId in next.config.js"],
    ["_app/version.json", "SvelteKit keeps it with kit.version.name in svelte.config.js"],
    ["_nuxt", "Nuxt keeps it with buildId in nuxt.config.ts"],
    ["hashmap.json", "VitePress keeps page hashes out of each page with metaChunk: true in its config"],
];

/**
 * What is behind it when most of the changed files of two folders differ in the same word alone, such as a build ID that a
 * generator writes into every page; undefined when they do not.
 */
export function buildIdNote(from: string, to: string): string | undefined {
    const counts = new Map<string, number>();
    let changed = 0;
    for (const name of filesOf(from).slice(0, FILES)) {
        const [old, now] = [textOf(join(from, name)), textOf(join(to, name))];
        if (old === undefined || now === undefined || old === now) {
            continue;
        }
        changed++;
        const words = wordsBetween(old, now).join(", ");
        counts.set(words, (counts.get(words) ?? 0) + 1);
    }
    counts.delete("");
    const [words, count] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? ["", 0];
    if (count < 3 || count * 2 < changed) {
        return undefined;
    }
    const remedy = REMEDIES.find(([file]) => existsSync(join(to, file)))?.[1];
    return (
        `${count} of ${changed} changed files differ only in ${words} (a build ID)` +
        (remedy === undefined
            ? "; a generator that keeps it from build to build leaves them as they are"
            : `; ${remedy}`)
    );
}

/** The words in which alone two texts differ, `old → new`; none when there is more to it. */
function wordsBetween(before: string, after: string): string[] {
    const words: string[] = [];
    let text = before;
    for (let i = 0; i < WORDS && text !== after; i++) {
        const start = startOfDifference(text, after);
        const [old = "", now = ""] = [text, after].map((some) => /^[\w-]*/.exec(some.slice(start))?.[0]);
        if (old.length < LENGTH || now.length < LENGTH) {
            return [];
        }
        words.push(`${old} → ${now}`);
        text = text.replaceAll(old, now);
    }
    return text === after ? words : [];
}

/** Where the word begins in which two texts first differ. */
function startOfDifference(a: string, b: string): number {
    let at = 0;
    while (at < a.length && a[at] === b[at]) {
        at++;
    }
    while (at > 0 && /[\w-]/.test(a[at - 1] ?? "")) {
        at--;
    }
    return at;
}

function filesOf(dir: string): string[] {
    return readdirSync(dir, { recursive: true, encoding: "utf8" });
}

/** The text of a file of both folders; undefined for what is no file, is large, or is not text. */
function textOf(file: string): string | undefined {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined || !stats.isFile() || stats.size > BYTES) {
        return undefined;
    }
    const text = readFileSync(file, "utf8");
    return text.includes("\0") ? undefined : text;
}
