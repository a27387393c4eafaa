import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { CheckResult, CreateResult, DiffResult, UpdateResult } from "@pulumi/pulumi/dynamic";
import type { Manifest } from "../assets/manifest";
import { decodeManifest, ManifestError } from "../assets/manifest";
import { append, hostsOf } from "../plan/entries";
import type { Plan } from "../plan/plan";
import { isEmpty, plan } from "../plan/plan";
import type { JournalRecord } from "../plan/record";
import { decodeRecord, emptyRecord, encodeRecord, JournalError } from "../plan/record";
import { summary } from "../plan/render";
import { checkTargets } from "../plan/targets";
import type { Failure } from "../settings/checkSettings";
import type { JournalInputs, JournalOutputs } from "./state";
import { isUnknown } from "./state";

/** The engine's check: every wrong value, before anything is changed. */
export async function check(_olds: JournalInputs, news: JournalInputs): Promise<CheckResult> {
    const failures: Failure[] = [];
    const attempt = (property: string, run: () => unknown): void => {
        try {
            run();
        } catch (error) {
            failures.push({ property, reason: error instanceof Error ? error.message : String(error) });
        }
    };
    if (!isUnknown(news.manifest)) {
        attempt("manifest", () => decodeManifest(news.manifest));
    }
    if (news.targets !== undefined && !isUnknown(news.targets)) {
        attempt("targets", () => checkTargets(news.targets as NonNullable<JournalInputs["targets"]>));
    }
    if (news.onCreate !== undefined && !isUnknown(news.onCreate) && !["purge", "record"].includes(news.onCreate)) {
        failures.push({ property: "onCreate", reason: `onCreate is "${news.onCreate}": it is "purge" or "record"` });
    }
    return { inputs: news, failures };
}

/** Changed: the manifest, a trigger, the targets, `always`. Not: tuning, this package's code, `__provider`. */
export async function diff(_id: string, olds: JournalOutputs, news: JournalInputs): Promise<DiffResult> {
    if (isUnknown(news.manifest) || isUnknown(news.triggers)) {
        return { changes: true };
    }
    const told = planned(olds, news);
    if (!isAppended(told)) {
        return { changes: !sameTold(olds, news) };
    }
    console.log(`cache-purge: ${told.again ?? summary(told.plan)}`);
    return { changes: true };
}

/** The first entry: every URL of the manifest, or none with `onCreate: "record"`. */
export async function create(news: JournalInputs): Promise<CreateResult> {
    const manifest = decodeManifest(news.manifest);
    const first = plan(undefined, manifest, { ...optionsOf(news), changedTriggers: Object.keys(news.triggers ?? {}) });
    const epoch = newEpoch();
    const recorded = news.onCreate === "record" ? { ...first, selectors: [] } : first;
    const record = append(emptyRecord(epoch), undefined, manifest, recorded);
    return { id: epoch, outs: outputs(news, record) };
}

/** Appends what changed, if anything did. */
export async function update(_id: string, olds: JournalOutputs, news: JournalInputs): Promise<UpdateResult> {
    const told = planned(olds, news);
    if (told.again !== undefined) {
        console.log(`cache-purge: warning: ${told.again}`);
    }
    const { record, before, after, plan: changed } = told;
    return { outs: outputs(news, isAppended(told) ? append(record, before, after, changed) : record) };
}

interface Told {
    readonly record: JournalRecord;
    readonly before: Manifest | undefined;
    readonly after: Manifest;
    readonly plan: Plan;
    /** Set when the state could not be read: the journal begins again, with all hosts owed, and this is why. */
    readonly again?: string;
}

/** Whether the deploy becomes an entry. An empty plan means that the manifests are equal and no trigger purges. */
function isAppended(told: Told): boolean {
    return told.again !== undefined || !isEmpty(told.plan);
}

function planned(olds: JournalOutputs, news: JournalInputs): Told {
    const after = decodeManifest(news.manifest);
    try {
        const record = decodeRecord(olds.record);
        const before = decodeManifest(olds.manifest);
        const changedTriggers = changedNames(olds.triggers ?? {}, news.triggers ?? {});
        return { record, before, after, plan: plan(before, after, { ...optionsOf(news), changedTriggers }) };
    } catch (error) {
        if (!(error instanceof JournalError || error instanceof ManifestError) || error.newer) {
            throw error;
        }
        return beginAgain(after, error.message);
    }
}

/** Nothing is known of what the edge holds: everything is owed, which is the hosts. */
function beginAgain(after: Manifest, why: string): Told {
    const reason = `the journal in the state cannot be read (${why})`;
    const selectors = hostsOf(after).map((value) => ({ kind: "host" as const, value, reasons: [reason] }));
    const changes = { added: [], changed: [], removed: [] };
    return {
        record: emptyRecord(newEpoch()),
        before: undefined,
        after,
        plan: { changes, selectors, collateral: 0, notes: [] },
        again: `${reason}: it begins again, and the hosts are purged`,
    };
}

function optionsOf(news: JournalInputs) {
    return {
        ...(news.always === undefined ? {} : { always: [...news.always] }),
        ...(news.targets === undefined ? {} : { targets: news.targets }),
        ...(news.headers === undefined ? {} : { headers: news.headers.map((set) => ({ ...set })) }),
        ...(news.widenAbove === undefined ? {} : { widenAbove: news.widenAbove }),
        ...(news.maxCollateral === undefined ? {} : { maxCollateral: news.maxCollateral }),
    };
}

function changedNames(olds: Readonly<Record<string, unknown>>, news: Readonly<Record<string, unknown>>): string[] {
    const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
    return names.filter((name) => !isDeepStrictEqual(olds[name], news[name]));
}

/** Whether the rest of what is recorded is the same, which has to be stored even where nothing is purged. */
function sameTold(olds: JournalOutputs, news: JournalInputs): boolean {
    return (
        isDeepStrictEqual(olds.triggers ?? {}, news.triggers ?? {}) &&
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
