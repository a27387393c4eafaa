import type { CheckResult, CreateResult, DiffResult, UpdateResult } from "@pulumi/pulumi/dynamic";
import { checkToken } from "../cloudflare/credential";
import { zoneIdProblem } from "../cloudflare/zone";
import { problemText } from "../errors/problem";
import { wrongOptions } from "../settings/check";
import { TUNING } from "../settings/tuningOptions";
import type { Due } from "./owed";
import { dueOf, isSettled } from "./owed";
import { pay } from "./pay";
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
    return { inputs: news, failures };
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

export async function create(news: PurgeInputs): Promise<CreateResult> {
    const { outs } = await paid(dueOf(undefined, news.journal, news.zoneName), news);
    return { id: news.zoneId, outs };
}

export async function update(_id: string, olds: PurgeOutputs, news: PurgeInputs): Promise<UpdateResult> {
    return paid(dueOf(olds, news.journal, news.zoneName), news);
}

/**
 * Pays, and turns what is left into what the engine keeps. A failure is thrown as the SDK's partial failure, whose
 * `properties` are stored with it: the complete outputs and `__provider`, or every later refresh and replace would fail.
 */
async function paid(due: Due, news: PurgeInputs): Promise<{ outs: PurgeOutputs }> {
    const { outs, failure, warnings } = await pay(due, news);
    const outside =
        due.outside.length === 0
            ? []
            : [`${due.outside.join(", ")}: not in the zone ${news.zoneName}, so nothing was purged there`];
    for (const warning of [...outside, ...warnings]) {
        console.log(`cache-purge: warning: ${warning}`);
    }
    if (failure === undefined) {
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
