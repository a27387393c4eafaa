import type { CheckResult, CreateResult, DiffResult, UpdateResult } from "@pulumi/pulumi/dynamic";
import { checkToken } from "../cloudflare/credential";
import { zoneIdProblem } from "../cloudflare/zone";
import { problemText } from "../errors/problem";
import { decodeRecord } from "../plan/record";
import { wrongOptions } from "../settings/check";
import { withDefaults, withoutDefaults } from "../settings/settings";
import { TUNING } from "../settings/tuningOptions";
import { markSwept, sweepsSince } from "./inProcess";
import type { Due } from "./owed";
import { dueOf, isSettled } from "./owed";
import { pay } from "./pay";
import { listed, purgeCommand } from "./purgeCommand";
import type { PurgeInputs, PurgeOutputs } from "./state";
import { isUnknown, PROVIDER_KEY } from "./state";

/** The engine's check: every wrong value, before anything is changed. */
export async function check(_olds: PurgeInputs, news: PurgeInputs): Promise<CheckResult> {
    const failures = wrongOptions(TUNING, news.settings, isUnknown);
    if (!isUnknown(news.token)) {
        const problem = checkToken(news.token ?? "");
        if (problem !== undefined) {
            failures.push({ property: "token", reason: problemText(problem) });
        }
    }
    const wrongId = isUnknown(news.zoneId) ? undefined : zoneIdProblem(news.zoneId);
    if (wrongId !== undefined) {
        failures.push({ property: "zoneId", reason: problemText(wrongId) });
    }
    // What stays as it is would be printed in full beside the journal's change, since a dynamic provider can give no
    // detailed diff. So the state keeps what differs from the defaults, and they are filled in again when it is used.
    return { inputs: { ...news, settings: withoutDefaults(news.settings) }, failures };
}

/** Changed: what the journal holds and is not paid, anything owed, the zone. Not: the token, tuning, `__provider`. */
export async function diff(_id: string, olds: PurgeOutputs, news: PurgeInputs): Promise<DiffResult> {
    if (!isUnknown(news.zoneId) && olds.zoneId !== news.zoneId) {
        const owed = olds.receipt?.owed ?? 0;
        console.log(
            `cache-purge: the zone changed from ${olds.zoneName || olds.zoneId} to ${news.zoneName || news.zoneId}: its hosts are purged` +
                (owed > 0 ? `; what is still owed to the old zone (${owed} selectors) can no longer be paid` : ""),
        );
        return { changes: true, replaces: ["zoneId"] };
    }
    return { changes: isUnknown(news.journal) || !isSettled(olds, news.journal) };
}

export async function create(checked: PurgeInputs): Promise<CreateResult> {
    const news = { ...checked, settings: withDefaults(checked.settings) };
    const { outs } = await paid(dueOf(undefined, news.journal, news.zoneName), news);
    return { id: news.zoneId, outs };
}

export async function update(_id: string, olds: PurgeOutputs, checked: PurgeInputs): Promise<UpdateResult> {
    const news = { ...checked, settings: withDefaults(checked.settings) };
    const since = sweepsSince.get(decodeRecord(news.journal).epoch);
    return paid(dueOf(olds, news.journal, news.zoneName, { since, isLast: news.isSwept }), news);
}

/** Says what is still owed: nobody purges it any more. Never fails. */
async function remove(_id: string, olds: Partial<PurgeOutputs>): Promise<void> {
    try {
        const selectors = olds.owed ? decodeRecord(olds.owed).entries.flatMap((entry) => entry.selectors) : [];
        const zone = olds.zoneName || olds.zoneId || "ZONE";
        if (selectors.length > 0) {
            console.log(
                `cache-purge: warning: still owed in zone ${zone}, and nobody purges it any more: ` +
                    `${listed(selectors.map(({ value }) => value))}. To purge by hand: ${purgeCommand(zone, selectors)}`,
            );
        }
    } catch {
        // What was owed cannot be read: a delete must not fail for that.
    }
}

export { remove as delete };

/** Where all removed files that were asked for were gone before the purge, there is nothing left to sweep. */
function markGone({ removed = new Map(), paid: { epoch } }: Due, gone: ReadonlyMap<string, boolean>): void {
    const asked = [...gone].filter(([url]) => removed.has(url));
    if (asked.length > 0 && asked.every(([, isGone]) => isGone)) {
        markSwept(epoch, removed);
    }
}

function owesRemovedFiles({ owed }: PurgeOutputs): boolean {
    const entries = owed === "" ? [] : decodeRecord(owed).entries;
    return entries.some(({ samples }) => samples.some(({ digest }) => digest === null));
}

/**
 * Pays, and turns what is left into what the engine keeps. A failure is thrown as the SDK's partial failure, whose
 * `properties` are stored with it: the complete outputs and `__provider`, or every later refresh and replace would fail.
 */
async function paid(due: Due, news: PurgeInputs): Promise<{ outs: PurgeOutputs }> {
    if (due.why !== undefined) {
        console.log(`cache-purge: warning: ${due.why}: the hosts are purged`);
    }
    const { outs, failure, warnings, gone } = await pay(due, news);
    const outside =
        due.outside.length === 0
            ? []
            : [`${due.outside.join(", ")}: not in the zone ${news.zoneName}, so nothing was purged there`];
    for (const warning of [...outside, ...warnings]) {
        console.log(`cache-purge: warning: ${warning}`);
    }
    if (news.isSwept === false && owesRemovedFiles(outs)) {
        console.log(
            "cache-purge: note: objects of removed files that Pulumi deletes are deleted after this purge. To have them purged in the " +
                "same `up`, let `after` be a function, and each object depend on the journal: { dependsOn: journal }, or " +
                "{ transforms: [journal.transform] } among the options of a component.",
        );
    }
    if (failure === undefined) {
        markGone(due, gone);
        return { outs };
    }
    if (news.settings.onFailure === "warn") {
        console.log(
            `cache-purge: warning: ${failure}\nThe deploy passes, and the purge stays owed: the next \`up\` pays it.`,
        );
        return { outs };
    }
    const provider = (news as unknown as Record<string, unknown>)[PROVIDER_KEY];
    throw Object.assign(new Error(failure), {
        id: news.zoneId,
        properties: { ...outs, [PROVIDER_KEY]: provider },
        reasons: [failure],
    });
}
