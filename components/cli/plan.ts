import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import type { Manifest } from "../assets/manifest";
import { UsageError } from "../errors/problem";
import type { PlanOptions } from "../plan/plan";
import { plan } from "../plan/plan";
import { renderJson, renderMarkdown, renderTable } from "../plan/render";
import { COMPONENT } from "../settings/componentOptions";
import { planLimits } from "../settings/limits";
import type { Given } from "../settings/option";
import { pick } from "../settings/option";
import type { ManifestLimit, SiteOptions } from "./manifest";
import { readStates, withManifestLimit, withSiteOptions } from "./manifest";
import { withOptions } from "./options";
import type { Done, Io, Terminal } from "./terminal";
import { jsonText, terminal } from "./terminal";

/** `cache-purge plan`: what a purge would send, and why. No token, no network. */
export function planCommand(io: Io, _done: Done, root: Command): Command {
    const command = new Command("plan").description(
        "Show what would be purged between two states of a site, and why. Needs no token and no network.",
    );
    return withDifferenceOptions(command)
        .optionsGroup("Output:")
        .option("--json", "print JSON: changes, selectors with reasons, requests as sent, collateral, seconds")
        .option("--markdown", "print Markdown, for a pull request or a job's summary")
        .addHelpText(
            "after",
            `
Examples:
  $ cache-purge plan --from before --to after --base-url https://www.example.com
  $ cache-purge plan --from deployed.manifest --to dist --base-url https://www.example.com --json
  $ pulumi stack export | cache-purge plan --from - --to dist --base-url https://www.example.com`,
        )
        .action(async (options: DifferenceOptions & { json?: boolean; markdown?: boolean }) => {
            const screen = terminal(io, { ...root.opts(), ...options });
            const { before, after } = await readDifference(options, io, screen);
            const changed = plan(before, after, planOptionsOf(options));
            const note = changed.selectors.length === 0 ? undefined : buildIdNoteOf(options);
            const found = note === undefined ? changed : { ...changed, notes: [...changed.notes, note] };
            if (options.json) {
                const { notes, ...json } = renderJson(found, planLimits(options.zonePlan));
                screen.data(jsonText(json));
                for (const text of notes) {
                    screen.note(`note: ${text}`);
                }
            } else {
                const [show, render] = options.markdown ? [screen.data, renderMarkdown] : [screen.out, renderTable];
                show(render(found, planLimits(options.zonePlan)).trimEnd());
            }
        });
}

/** With two folders at hand, what is behind many changes. It only explains: what cannot be read is passed over. */
function buildIdNoteOf({ from = "", to = "" }: DifferenceOptions): string | undefined {
    const areFolders = [from, to].every((place) => statSync(place, { throwIfNoEntry: false })?.isDirectory() === true);
    try {
        return areFolders ? buildIdNote(from, to) : undefined;
    } catch {
        return undefined;
    }
}

const PLANNING = pick(COMPONENT, "always", "widenAbove", "maxCollateral", "headers", "crossOrigins", "zonePlan");

/** Options that make a plan of two states of a site. */
export interface DifferenceOptions extends SiteOptions, ManifestLimit, Given<typeof PLANNING> {
    readonly from?: string;
    readonly to?: string;
    readonly crossOrigin?: readonly string[];
}

const STATE = "a folder, a manifest's file, or a `pulumi stack export`";

/** Adds those options to a command. */
export function withDifferenceOptions(command: Command): Command {
    command
        .optionsGroup("What changed between two states of a site:")
        .option("--from <dir|manifest>", `what was deployed before: ${STATE}`)
        .option("--to <dir|manifest>", `what is deployed now: ${STATE}`);
    withManifestLimit(command);
    withSiteOptions(command).optionsGroup("How the changes become requests:");
    return withOptions(command, PLANNING);
}

/**
 * Both states of the site.
 *
 * @throws ProblemError when one is missing or cannot be read.
 */
export async function readDifference(
    options: DifferenceOptions,
    io: Io,
    screen: Terminal,
): Promise<{ before: Manifest; after: Manifest }> {
    const { from, to } = options;
    if (from === undefined || to === undefined) {
        const missing = from === undefined ? "--from" : "--to";
        throw new UsageError(
            `${missing} is missing: a difference has two sides.`,
            `Add ${missing} DIR or ${missing} MANIFEST.`,
        );
    }
    if (from === "-" && to === "-") {
        throw new UsageError("--from and --to are both stdin.", "Give one of them as a file.");
    }
    const [before, after] = await readStates([from, to] as const, options, io);
    const origins = new Set(originsOf(before));
    if (origins.size > 0 && originsOf(after).length > 0 && !originsOf(after).some((origin) => origins.has(origin))) {
        screen.warn(
            `--from is at ${[...origins].join(", ")} and --to at ${originsOf(after).join(", ")}: every URL of the former counts as removed`,
        );
    }
    return { before, after };
}

/** What `plan` takes of the options. */
export function planOptionsOf(options: DifferenceOptions): PlanOptions {
    const { widenAbove, maxCollateral, always, headers, crossOrigin, exclude } = options;
    return {
        ...(widenAbove === undefined ? {} : { widenAbove }),
        ...(maxCollateral === undefined ? {} : { maxCollateral }),
        ...(always === undefined ? {} : { always }),
        ...(headers === undefined ? {} : { headers }),
        ...(exclude === undefined ? {} : { exclude }),
        ...(crossOrigin === undefined ? {} : { crossOrigins: crossOrigin }),
        limits: planLimits(options.zonePlan),
    };
}

function originsOf(manifest: Manifest): string[] {
    return manifest.sections.flatMap(({ baseUrls }) => baseUrls);
}

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
function buildIdNote(from: string, to: string): string | undefined {
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
