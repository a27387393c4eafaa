import type { CheckResult, CreateResult, DiffResult, UpdateResult } from "@pulumi/pulumi/dynamic";
import type { CloudflareClient } from "../cloudflare/client";
import { waitUntilActive } from "../cloudflare/client";
import { systemClock } from "../cloudflare/clock";
import { checkToken } from "../cloudflare/credential";
import { retryLine } from "../cloudflare/retry";
import { zoneIdProblem } from "../cloudflare/zone";
import { problemText } from "../errors/problem";
import { variantsOf } from "../plan/headers";
import { decodeRecord } from "../plan/record";
import type { Deps } from "../purge/deps";
import { httpDeps, limitsOf } from "../purge/deps";
import type { Outcome } from "../purge/outcome";
import { receiptOf } from "../purge/outcome";
import { purge } from "../purge/purge";
import type { PurgeApi } from "../purge/send";
import { doneLine, listed } from "../purge/words";
import { TUNING, withDefaults, withoutDefaults } from "../settings/componentOptions";
import { TOKEN_SETTLES } from "../settings/limits";
import { wrongOptions } from "../settings/option";
import { abortWithEngine } from "./abortWithEngine";
import { markSwept, sweepsSince } from "./inProcess";
import { say } from "./say";
import type { OwedState, PurgeInputs, PurgeOutputs } from "./state";
import { encodeOwed, isSettled, isUnknown, owedOf, PROVIDER_KEY } from "./state";
import type { ProgramVoice } from "./words";
import { explained, linesOf, owedLine, purgeCommand, TYPESCRIPT } from "./words";

/** The engine's check: every wrong value, before anything is changed. */
export async function check(_olds: PurgeInputs, news: PurgeInputs): Promise<CheckResult> {
    const failures = wrongOptions(TUNING, news.settings, isUnknown);
    const problems = {
        token: isUnknown(news.token) ? undefined : checkToken(news.token ?? ""),
        zoneId: isUnknown(news.zoneId) ? undefined : zoneIdProblem(news.zoneId),
    };
    for (const [property, problem] of Object.entries(problems)) {
        if (problem !== undefined) {
            failures.push({ property, reason: problemText(problem) });
        }
    }
    // What stays as it is would be printed in full beside the journal's change, since a dynamic provider can give no
    // detailed diff. So the state keeps what differs from the defaults, and they are filled in again when it is used.
    return { inputs: { ...news, settings: withoutDefaults(news.settings) }, failures };
}

/** Changed: what the journal holds and is not purged, anything owed, the zone. Not: the token, tuning, `__provider`. */
export async function diff(_id: string, olds: PurgeOutputs, news: PurgeInputs): Promise<DiffResult> {
    const moved = movedTo(olds, news);
    if (moved !== undefined) {
        const [what, before, now] = moved;
        const owed = olds.receipt?.owed ?? 0;
        say(
            `the ${what} changed from ${before} to ${now}: what its journal holds is purged` +
                (owed > 0 ? `; what is still owed to the old ${what} (${owed} selectors) can no longer be purged` : ""),
        );
        return { changes: true, replaces: [what === "zone" ? "zoneId" : what] };
    }
    if (isUnknown(news.journal)) {
        return { changes: true };
    }
    const changes = !isSettled(olds, news.journal);
    const line = changes ? owedLine(owedOf(olds, news.journal, boundsOf(news)).owed.entries) : "";
    if (line !== "") {
        say(line);
    }
    return { changes };
}

/** The other zone or environment that is purged from now on. */
function movedTo(
    olds: PurgeOutputs,
    news: PurgeInputs,
): readonly [what: "zone" | "environment", before: string, now: string] | undefined {
    if (!isUnknown(news.zoneId) && olds.zoneId !== news.zoneId) {
        return ["zone", olds.zoneName || olds.zoneId, news.zoneName || news.zoneId];
    }
    return isUnknown(news.environment) || olds.environment === news.environment
        ? undefined
        : ["environment", olds.environment ?? "production", news.environment ?? "production"];
}

/** The methods that purge, for programs of one kind. */
export function purgeIn(voice: ProgramVoice) {
    return {
        create: async (news: PurgeInputs): Promise<CreateResult> => {
            const { outs } = await run(undefined, news, voice);
            return { id: news.zoneId, outs };
        },
        update: async (_id: string, olds: PurgeOutputs, news: PurgeInputs): Promise<UpdateResult> =>
            run(olds, news, voice),
    };
}

export const { create, update } = purgeIn(TYPESCRIPT);

/** Says what is still owed: nobody purges it any more. Never fails. */
async function remove(_id: string, olds: Partial<PurgeOutputs>): Promise<void> {
    try {
        const selectors = olds.owed ? decodeRecord(olds.owed).entries.flatMap((entry) => entry.selectors) : [];
        const zone = olds.zoneName || olds.zoneId || "ZONE";
        if (selectors.length > 0) {
            say(
                `warning: still owed in zone ${zone}, and nobody purges it any more: ` +
                    `${listed(selectors.map(({ value }) => value))}. To purge by hand: ${purgeCommand(zone, selectors, olds.environment)}`,
            );
        }
    } catch {
        // What was owed cannot be read: a delete must not fail for that.
    }
}

export { remove as delete };

async function run(
    olds: PurgeOutputs | undefined,
    checked: PurgeInputs,
    voice: ProgramVoice,
): Promise<{ outs: PurgeOutputs }> {
    const news = { ...checked, settings: withDefaults(checked.settings) };
    const state = owedNow(olds, news);
    const { outs, outcome, failure } = await purgeNow(state, news, voice);
    for (const line of [...stateLines(state, news), ...linesOf(outcome, voice), ...sweepLines(outs, news)]) {
        say(line);
    }
    const isFailed = failure !== undefined && news.settings.onFailure !== "warn";
    if (failure !== undefined && !isFailed) {
        say(`warning: ${failure}\nThe deploy passes, and the purge stays owed: the next \`up\` purges it.`);
    }
    // The last line holds the counts, so that a log of which only the end is kept has them.
    say(doneLine({ id: news.zoneId, name: news.zoneName }, outs.receipt, news.settings.mode));
    if (isFailed) {
        throw failed(failure, outs, news);
    }
    if (failure === undefined) {
        markGone(state, outcome.gone);
    }
    return { outs };
}

/** What is owed in this deploy: what its Sweep will do is left to that. */
export function owedNow(olds: PurgeOutputs | undefined, news: PurgeInputs): OwedState {
    const since = olds === undefined ? undefined : sweepsSince.get(decodeRecord(news.journal).epoch);
    return owedOf(olds, news.journal, boundsOf(news), { since, isLast: news.isSwept }, variantsOf(news));
}

/** Purges what is owed with real HTTP, within the settings' deadline and while the engine lives. */
export async function purgeNow(
    state: OwedState,
    news: PurgeInputs,
    voice: ProgramVoice,
): Promise<{ outs: PurgeOutputs; outcome: Outcome; failure?: string }> {
    const { settings, token, apiBaseUrl: baseUrl, tokenOwner, checkHeaders } = news;
    const guard = abortWithEngine(settings.deadline);
    try {
        const deps = httpDeps({
            credential: { token },
            baseUrl,
            limits: limitsOf(news.zonePlan, settings),
            settings,
            clock: systemClock,
            random: Math.random,
            signal: guard.signal,
            log: say,
            onRetry: (event) => say(retryLine(event)),
            ...(tokenOwner === "given" ? {} : { tokenSettles: TOKEN_SETTLES }),
            ...(checkHeaders === undefined ? {} : { checkHeaders }),
        });
        const api = tokenOwner === "given" ? deps.client : onceVerified(deps.client, news);
        const { outs, outcome } = await purgeOwed(state, news, { ...deps, api });
        const { failure } = outcome;
        return failure === undefined
            ? { outs, outcome }
            : { outs, outcome, failure: await explained(failure, deps.client, news, voice) };
    } finally {
        guard.stop();
    }
}

/** Purges what is owed with given dependencies, and writes down what came of it. */
export async function purgeOwed(
    { owed, paid }: OwedState,
    news: PurgeInputs,
    deps: Deps,
): Promise<{ outs: PurgeOutputs; outcome: Outcome }> {
    const { zoneId, zoneName, accountId, settings } = news;
    const environment = news.environment === undefined ? {} : { environment: news.environment };
    const zone = { id: zoneId, name: zoneName, accountId, ...environment };
    const outcome = await purge(owed, zone, limitsOf(news.zonePlan, settings), settings, deps);
    const outs: PurgeOutputs = {
        zoneId,
        zoneName,
        ...environment,
        paid,
        owed: encodeOwed(outcome.owed, paid),
        receipt: receiptOf(outcome),
        ...(outcome.remembered.length === 0 ? {} : { remembered: outcome.remembered }),
    };
    return { outs, outcome };
}

/** The zone in which hosts have to be; empty: it is not known, or its custom hostnames may have any name. */
function boundsOf({ zoneName, customHostnames }: Pick<PurgeInputs, "zoneName" | "customHostnames">): string {
    return customHostnames === true ? "" : zoneName;
}

/** What the state itself gives reason to say. */
function stateLines({ outside, why }: OwedState, { zoneName }: PurgeInputs): string[] {
    return [
        ...(why === undefined ? [] : [`warning: ${why}: the hosts are purged`]),
        ...(outside.length === 0
            ? []
            : [`warning: ${outside.join(", ")}: not in the zone ${zoneName}, so nothing was purged there`]),
    ];
}

/** Where objects of removed files may be deleted after this purge, and some are still served: what to write. */
function sweepLines({ owed }: PurgeOutputs, { isSwept }: PurgeInputs): string[] {
    const entries = owed === "" ? [] : decodeRecord(owed).entries;
    return isSwept === false && entries.some(({ samples }) => samples.some(({ digest }) => digest === null))
        ? [
              "note: objects of removed files that Pulumi deletes are deleted after this purge. To have them purged in the " +
                  "same `up`, let `after` be a function, and each object depend on the journal: { dependsOn: journal }, or " +
                  "{ transforms: [journal.transform] } among the options of a component.",
          ]
        : [];
}

/** Where all removed files that were asked for were gone before the purge, there is nothing left to sweep. */
export function markGone({ removed, paid: { epoch } }: OwedState, gone: ReadonlyMap<string, boolean>): void {
    const asked = [...gone].filter(([url]) => removed.has(url));
    if (asked.length > 0 && asked.every(([, isGone]) => isGone)) {
        markSwept(epoch, removed);
    }
}

/**
 * A failure as the SDK's partial failure, whose `properties` are stored with it: the complete outputs and `__provider`, or
 * every later refresh and replace would fail.
 */
function failed(failure: string, outs: PurgeOutputs, news: PurgeInputs): Error {
    const provider = (news as unknown as Record<string, unknown>)[PROVIDER_KEY];
    return Object.assign(new Error(failure), {
        id: news.zoneId,
        properties: { ...outs, [PROVIDER_KEY]: provider },
        reasons: [failure],
    });
}

/** The token may have been made by this very `up`: the first request waits until it verifies. */
function onceVerified(client: CloudflareClient, news: PurgeInputs): PurgeApi {
    const accountId = news.tokenOwner === "account" ? { accountId: news.accountId } : {};
    let verified: Promise<unknown> | undefined;
    return {
        purge: async (zone, body, mode) => {
            verified ??= waitUntilActive(client, { ...accountId, timeout: TOKEN_SETTLES });
            await verified;
            return client.purge(zone, body, mode);
        },
    };
}
