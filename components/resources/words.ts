/** What a Purge tells whoever runs `pulumi up`: texts of what purge/ found. */
import type { CloudflareClient } from "../cloudflare/client";
import { CloudflareError } from "../cloudflare/cloudflareError";
import { zoneOf } from "../cloudflare/zone";
import { diagnose } from "../diagnosis/diagnose";
import type { Selector } from "../plan/selector";
import { hostOf, keyOf } from "../plan/selector";
import type { Failure, Outcome } from "../purge/outcome";
import type { OwedEntry, Why } from "../purge/owed";
import type { Voice } from "../purge/words";
import {
    checkedLine,
    countOf,
    edgeStaleText,
    named,
    namedFlags,
    shellWord,
    warningText,
    zoneFlags,
} from "../purge/words";
import type { PurgeInputs } from "./state";

/** How the program calls what these texts point to. */
export interface ProgramVoice extends Voice {
    /** What makes the purge wait for the upload. */
    readonly after: string;
    /** The property that holds the options of a token that the program makes. */
    readonly tokenOptions: string;
}

/** What is the same in every language. */
export const PROGRAM_VOICE = {
    old: "The next `up` purges them again if the origin's answer has changed by then.",
    absent: "The next `up` asks once more.",
    removed: "The next `up` asks once more, and purges what is gone by then.",
    stale: "The next `up` purges them once more.",
    exclude: "`exclude`",
    command: "npx pulumi-cloudflare-cache-purge",
} as const;

/** Of a program in TypeScript. */
export const TYPESCRIPT: ProgramVoice = {
    ...PROGRAM_VOICE,
    checks: "`checkHeaders`, `connectTo`; originReady: false and verify: false switch the checks off",
    after: "`after`",
    tokenOptions: "token",
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
export function linesOf(outcome: Outcome, voice: ProgramVoice): string[] {
    const checked = checkedLine(outcome);
    return [
        ...(checked === undefined ? [] : [checked]),
        ...outcome.warnings.map((one) => `warning: ${warningText(one, voice)}`),
    ];
}

/** Why a purge failed, with cause and remedy; for a refusal with what a few probes found out about its cause. */
export async function explained(
    failure: Failure,
    client: CloudflareClient,
    news: PurgeInputs,
    voice: ProgramVoice,
): Promise<string> {
    if (failure.kind === "origin-old") {
        return (
            `the origin still answers old bytes: ${named(failure.samples)}. Nothing was purged. ` +
            `Upload first, with ${voice.after}, or set originReady.onStale to "warn".`
        );
    }
    if (failure.kind === "edge-stale") {
        return edgeStaleText(failure.checked, false, voice);
    }
    const { zoneId: id, zoneName: name, accountId, zonePlan: plan, zoneStatus: status, environment } = news;
    const { error } = await diagnose(CloudflareError.from(failure.error, "purge"), {
        client,
        credential: { token: news.token },
        ...(news.tokenOwner === "given" ? {} : { remedies: madeTokenRemedies(voice.tokenOptions) }),
        zone: zoneOf({ id, name, accountId, plan, status, ...(environment === undefined ? {} : { environment }) }),
    });
    return error.message;
}

/**
 * Remedies for a token that the program makes, by the key of the problem: what is changed in the dashboard, the next `up`
 * sets back, so they point to the program.
 *
 * @param options The property that holds the options of the token.
 */
function madeTokenRemedies(options: string): Readonly<Record<string, string>> {
    return {
        "token-not-active":
            `The program makes this token: correct ${options}.expiresOn and ${options}.notBefore there, if they are set. If it has ` +
            "expired or was deleted, run `pulumi refresh` next; if it was disabled, enable it. Then run `pulumi up`.",
        "address-not-allowed":
            `The program makes this token: add this machine's address to ${options}.allowedIps there, or take it out of ` +
            `${options}.deniedIps; then run \`pulumi up\`.`,
        "missing-permission":
            `The program makes this token: leave ${options}.permissionGroup out there, so that it gets Cache Purge. If somebody ` +
            "edited the token, run `pulumi refresh` first; then `pulumi up`.",
    };
}

/** Selectors that are named one by one. */
const NAMED = 10;

/** The command that purges some selectors by hand; where they are many, it purges their hosts. */
export function purgeCommand(zone: string, selectors: readonly Selector[], environment?: string): string {
    const everything = selectors.some(({ kind }) => kind === "everything");
    const options = everything
        ? "--everything --yes"
        : (namedFlags(selectors, NAMED) ?? widerFlags(selectors).join(" "));
    const part = environment === undefined ? "" : ` --environment ${shellWord(environment)}`;
    return `npx pulumi-cloudflare-cache-purge purge ${zoneFlags(zone, selectors)}${part} ${options}`;
}

function widerFlags(selectors: readonly Selector[]): string[] {
    const wide = new Map(
        selectors.map((selector) => {
            const host = hostOf(selector);
            const wider: Selector = host === undefined ? selector : { kind: "host", value: host, reasons: [] };
            return [keyOf(wider), wider];
        }),
    );
    return [...wide.values()].map(({ kind, value }) => `--${kind} ${shellWord(value)}`);
}
