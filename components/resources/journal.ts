import { createHash, randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { CheckResult, CreateResult, DiffResult, UpdateResult } from "@pulumi/pulumi/dynamic";
import type { Manifest } from "../assets/manifest";
import { decodeManifest, ManifestError, MOST_UNPACKED } from "../assets/manifestText";
import { append, urlsOf } from "../plan/entries";
import { variantsOf } from "../plan/headers";
import type { Plan } from "../plan/plan";
import { isEmpty, plan, planFor } from "../plan/plan";
import type { JournalRecord } from "../plan/record";
import { decodeRecord, emptyRecord, encodeRecord, JournalError } from "../plan/record";
import { summary } from "../plan/render";
import type { Selector } from "../plan/selector";
import { scopeSelectors, scopesOf } from "../plan/selector";
import { checkTargets } from "../plan/targets";
import { listed } from "../purge/words";
import { JOURNAL } from "../settings/componentOptions";
import { wrongOptions } from "../settings/option";
import { excludesSeen, manifestsSeen, removesFiles } from "./inProcess";
import { say } from "./say";
import type { JournalInputs, JournalOutputs } from "./state";
import { isUnknown } from "./state";
import { purgeCommand } from "./words";

/** The engine's check: every wrong value, before anything is changed. */
export async function check(olds: Partial<JournalInputs>, news: JournalInputs): Promise<CheckResult> {
    const options = Object.keys(JOURNAL).map((name) => [name, news[name as keyof JournalInputs]]);
    const failures = wrongOptions(JOURNAL, Object.fromEntries(options), isUnknown);
    const attempt = (property: string, run: () => unknown): void => {
        try {
            run();
        } catch (error) {
            failures.push({ property, reason: error instanceof Error ? error.message : String(error) });
        }
    };
    const manifest = isUnknown(news.manifest) ? news.manifest : inputOf(news.manifest);
    if (manifest !== olds.manifest && !isUnknown(manifest)) {
        attempt("manifest", () => decodedManifest(news.manifest));
    }
    if (!isUnknown(manifest) && !isReference(news.manifest)) {
        manifestsSeen.set(manifest, news.manifest);
        excludesSeen.set(news.manifest, isUnknown(news.exclude) ? [] : (news.exclude ?? []));
    }
    if (news.targets !== undefined && !isUnknown(news.targets)) {
        attempt("targets", () => checkTargets(news.targets as NonNullable<JournalInputs["targets"]>));
    }
    if (!isUnknown(news.headers) && !isUnknown(news.crossOrigins) && failures.length === 0) {
        attempt("crossOrigins", () => variantsOf(news));
    }
    const { exclude: _, ...kept } = news;
    return { inputs: { ...kept, manifest }, failures };
}

/** Changed: the manifest, a trigger, the targets, `always`. Not: tuning, this package's code, `__provider`. */
export async function diff(_id: string, olds: JournalOutputs, news: JournalInputs): Promise<DiffResult> {
    const manifest = manifestOf(news.manifest, olds.manifest);
    if (manifest === undefined) {
        return { changes: true };
    }
    const isPlanned = !isUnknown(manifest) && !isUnknown(news.triggers);
    const deploy = compare(olds, isPlanned ? { ...news, manifest } : { ...news, ...olds });
    // A journal that is recreated has another epoch, about which nothing is said here.
    removesFiles.set(deploy.record.epoch, deploy.plan.gone.length > 0);
    if (!isPlanned) {
        return { changes: true };
    }
    if (!isAppended(deploy)) {
        return { changes: !isSameAsked(olds, news) };
    }
    say(deploy.recreated ?? summary(deploy.plan));
    for (const note of deploy.plan.notes) {
        say(`note: ${note}`);
    }
    return { changes: true };
}

/** The first entry: every URL of the manifest, or none with `onCreate: "record"`. */
export async function create(checked: JournalInputs): Promise<CreateResult> {
    const news = withManifest(checked);
    const manifest = decodedManifest(news.manifest);
    const first = plan(undefined, manifest, { ...news, changedTriggers: Object.keys(news.triggers ?? {}) });
    const epoch = newEpoch();
    const recorded = news.onCreate === "record" ? { ...first, selectors: [], samples: [] } : first;
    const record = append(emptyRecord(epoch), manifest, recorded);
    return { id: epoch, outs: outputs(news, record) };
}

/** Appends what changed, if anything did. */
export async function update(_id: string, olds: JournalOutputs, checked: JournalInputs): Promise<UpdateResult> {
    const news = withManifest(checked, olds.manifest);
    const deploy = compare(olds, news);
    if (deploy.recreated !== undefined) {
        say(`warning: ${deploy.recreated}`);
    }
    const { record, plan: changed } = deploy;
    const after = isAppended(deploy) ? append(record, decodedManifest(news.manifest), changed) : record;
    return { outs: outputs(news, after) };
}

/** Names the URLs that this journal looked after, and that no other one of this process does. Never fails. */
async function remove(_id: string, olds: Partial<JournalOutputs>): Promise<void> {
    try {
        const kept = new Set([...manifestsSeen.values()].flatMap((text) => urlsOf(decodedManifest(text))));
        const left = urlsOf(decodedManifest(olds.manifest ?? "")).filter((url) => !kept.has(url));
        if (left.length > 0) {
            const selectors = left.map((value): Selector => ({ kind: "url", value, reasons: [] }));
            say(
                `warning: no journal records these URLs any more, so they stay cached until they expire: ` +
                    `${listed(left)}. To purge them: ${purgeCommand("ZONE", selectors)}. ` +
                    "A component that was renamed or moved keeps its journal with `aliases`.",
            );
        }
    } catch {
        // Nothing can be read: a delete must not fail for that.
    }
}

export { remove as delete };

/** What a deploy adds to the journal. */
interface Deploy {
    /** The journal so far. */
    readonly record: JournalRecord;
    readonly plan: Plan;
    /** Set when the state could not be read: the journal is recreated, with all hosts owed, and this is why. */
    readonly recreated?: string;
}

/** Whether the deploy becomes an entry. An empty plan means that the manifests are equal and no trigger purges. */
function isAppended(deploy: Deploy): boolean {
    return deploy.recreated !== undefined || !isEmpty(deploy.plan);
}

/** The inputs, with the manifest that theirs stands for. @param stored the one in the outputs. */
function withManifest(news: JournalInputs, stored?: string): JournalInputs {
    const manifest = manifestOf(news.manifest, stored);
    if (manifest === undefined) {
        throw new ManifestError("the manifest was checked in another process: run the update again");
    }
    return { ...news, manifest };
}

function compare(olds: Partial<JournalOutputs>, news: JournalInputs): Deploy {
    try {
        const record = decodeRecord(olds.record ?? "");
        if (olds.manifest === news.manifest && isSameAsked(olds, news)) {
            // Most often nothing changed, and two texts are compared sooner than one of them is read.
            return { record, plan: planFor([]) };
        }
        const after = decodedManifest(news.manifest);
        const before = decodedManifest(olds.manifest ?? "", after);
        const changedTriggers = changedNames(olds.triggers ?? {}, news.triggers ?? {});
        const exclude = excludesSeen.get(news.manifest);
        return { record, plan: plan(before, after, { ...news, changedTriggers, exclude }) };
    } catch (error) {
        if (!(error instanceof JournalError || error instanceof ManifestError) || error.newer) {
            throw error;
        }
        return recreate(news.manifest, error.message);
    }
}

/** Nothing is known of what the edge holds: everything is owed, which is the hosts. */
function recreate(manifest: string, why: string): Deploy {
    const reason = `the journal in the state cannot be read (${why})`;
    const selectors = scopesOf(decodedManifest(manifest)).flatMap((scope) => scopeSelectors(scope, [reason]));
    return {
        record: emptyRecord(newEpoch()),
        plan: planFor(selectors),
        recreated: `${reason}: it is recreated, and the hosts are purged`,
    };
}

function changedNames(olds: Readonly<Record<string, unknown>>, news: Readonly<Record<string, unknown>>): string[] {
    const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
    return names.filter((name) => !isSame(olds[name], news[name]));
}

/** Whether two values are one when they come back from the state, which knows neither -0 nor Infinity. */
function isSame(a: unknown, b: unknown): boolean {
    const kept = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
    return isDeepStrictEqual(kept(a), kept(b));
}

/** Whether triggers, targets and `always` are the same: they have to be stored even where nothing is purged. */
function isSameAsked(olds: Partial<JournalOutputs>, news: JournalInputs): boolean {
    return (
        isSame(olds.triggers ?? {}, news.triggers ?? {}) &&
        isDeepStrictEqual(olds.targets, news.targets) &&
        isDeepStrictEqual(olds.always ?? [], news.always ?? [])
    );
}

function outputs(news: JournalInputs, record: JournalRecord): JournalOutputs {
    return {
        manifest: news.manifest,
        ...(news.triggers === undefined ? {} : { triggers: news.triggers }),
        ...(news.targets === undefined ? {} : { targets: news.targets }),
        ...(news.always === undefined ? {} : { always: news.always }),
        record: encodeRecord(record),
    };
}

/** 64 random bits: two journals of one name never meet in the same epoch. */
function newEpoch(): string {
    return randomBytes(8).toString("hex");
}

const PACKED = /^cache-purge manifest \d+ packed\n[^\n]*\n/;
const REFERENCE = /^cache-purge manifest \d+ packed\n[^\n]*\nsha256 [0-9a-f]{64}\n$/;

/**
 * What the inputs in the state hold of a manifest. The outputs have all of it, since they are what the engine hands back
 * for the next comparison. A plain one is an input as well, for the lines of a preview's diff; a packed one has nothing to
 * show, and its digest stands for it.
 */
export function inputOf(manifest: string): string {
    const head = PACKED.exec(manifest)?.[0];
    return head === undefined || isReference(manifest)
        ? manifest
        : `${head}sha256 ${createHash("sha256").update(manifest).digest("hex")}\n`;
}

/** Whether an input stands for a manifest instead of being one. */
export function isReference(input: string): boolean {
    return REFERENCE.test(input);
}

/**
 * The manifest that an input stands for: one that this process has checked, or the one in the outputs.
 * @returns Undefined where it is neither, as in a refresh after an update that failed.
 */
export function manifestOf(input: string, stored: string | undefined): string | undefined {
    if (!isReference(input)) {
        return input;
    }
    return manifestsSeen.get(input) ?? (stored !== undefined && inputOf(stored) === input ? stored : undefined);
}

/** How many manifests stay decoded: those before and after a deploy, of two journals at once. */
const KEPT = 4;
const decoded = new Map<string, Manifest>();

/**
 * {@link decodeManifest}, once for each text: the engine asks several times of the same one, and each journal of a site.
 * @param like The manifest that it is compared with.
 */
export function decodedManifest(text: string, like?: Manifest): Manifest {
    const manifest = decoded.get(text) ?? decodeManifest(text, MOST_UNPACKED, like);
    decoded.delete(text);
    decoded.set(text, manifest);
    for (const oldest of [...decoded.keys()].slice(0, -KEPT)) {
        decoded.delete(oldest);
    }
    return manifest;
}
