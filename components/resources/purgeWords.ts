/** What a Purge tells whoever runs `pulumi up`: texts of what purge/ found. */

import type { CloudflareClient } from "../cloudflare/client";
import { CloudflareError } from "../cloudflare/cloudflareError";
import { zoneOf } from "../cloudflare/zone";
import { diagnose } from "../diagnosis/diagnose";
import type { Failure, Outcome } from "../purge/outcome";
import type { OwedEntry, Why } from "../purge/owed";
import type { Voice } from "../purge/words";
import { checkedLine, countOf, edgeStaleText, named, warningText } from "../purge/words";
import type { PurgeInputs } from "./state";
import { MADE_TOKEN_REMEDIES } from "./tokenRemedies";

const VOICE: Voice = {
    old: "The next `up` purges them again if the origin's answer has changed by then.",
    absent: "The next `up` asks once more.",
    removed: "The next `up` asks once more, and purges what is gone by then.",
    stale: "The next `up` purges them once more.",
    exclude: "`exclude`",
    checks: "`checkHeaders`, `connectTo`; originReady: false and verify: false (or enabled: false in them) switch the checks off",
    command: "npx pulumi-cloudflare-cache-purge",
};

/** Why something is owed, in a few words. */
const REASONS: Readonly<Record<Why, string>> = {
    "not-purged": "its purge was not accepted",
    old: "the origin still had old bytes",
    absent: "the origin did not have the files",
    removed: "the origin still served removed files",
    stale: "the edge was stale after its purge",
};

/** `still owed: 4 URLs since 2026-11-25 (the origin did not have the files)`; empty: nothing is owed from earlier. */
export function owedLine(entries: readonly OwedEntry[]): string {
    const kept = entries.filter(({ why }) => why !== undefined);
    const groups = new Map<string, OwedEntry[]>();
    for (const entry of kept) {
        const key = `${(entry.since ?? "").slice(0, 16).replace("T", " ")}|${entry.why}`;
        groups.set(key, [...(groups.get(key) ?? []), entry]);
    }
    const parts = [...groups].map(([key, group]) => {
        const [since, why] = key.split("|");
        const count = countOf(group.flatMap(({ selectors }) => selectors));
        return `${count}${since === "" ? "" : ` since ${since}Z`} (${REASONS[why as Why]})`;
    });
    return parts.length === 0 ? "" : `still owed: ${parts.join("; ")}`;
}

/** What was checked, then a sentence for each warning. */
export function linesOf(outcome: Outcome): string[] {
    const checked = checkedLine(outcome);
    return [
        ...(checked === undefined ? [] : [checked]),
        ...outcome.warnings.map((one) => `warning: ${warningText(one, VOICE)}`),
    ];
}

/** Why a purge failed, with cause and remedy; for a refusal with what a few probes found out about its cause. */
export async function explained(failure: Failure, client: CloudflareClient, news: PurgeInputs): Promise<string> {
    if (failure.kind === "origin-old") {
        return (
            `the origin still answers old bytes: ${named(failure.samples)}. Nothing was purged. ` +
            'Upload first (`after`; `dependsOn` of a Purge), or set originReady.onStale to "warn".'
        );
    }
    if (failure.kind === "edge-stale") {
        return edgeStaleText(failure.checked, false, VOICE);
    }
    const { zoneId: id, zoneName: name, accountId, zonePlan: plan, zoneStatus: status, environment } = news;
    const { error } = await diagnose(CloudflareError.from(failure.error, "purge"), {
        client,
        credential: { token: news.token },
        ...(news.tokenOwner === "given" ? {} : { remedies: MADE_TOKEN_REMEDIES }),
        zone: zoneOf({ id, name, accountId, plan, status, ...(environment === undefined ? {} : { environment }) }),
    });
    return error.message;
}
