import { inZone, isZoneName } from "../cloudflare/zone";
import { edgeProblem, notProxied } from "../diagnosis/edgeWords";
import type { Problem } from "../errors/problem";
import { problemText } from "../errors/problem";
import { counted, grouped } from "../errors/text";
import { originOf } from "../plan/headers";
import type { Selector } from "../plan/selector";
import { hostOf } from "../plan/selector";
import { wildcardStart } from "../plan/targets";
import { browserSeconds, isGone } from "./evidence";
import type { Outcome, Receipt, Warning } from "./outcome";
import type { Checked, Look, Target } from "./verify";
import { variantOf } from "./verify";

/** URLs that are named in a sentence, at most. */
const NAMED = 3;

/** `a, b, c and 4 more`. */
export function listed(names: readonly string[]): string {
    const more = names.length - NAMED;
    return names.slice(0, NAMED).join(", ") + (more > 0 ? ` and ${grouped(more)} more` : "");
}

/** The same of things that have a URL. */
export function named(items: readonly Pick<Target, "url" | "origin">[]): string {
    return listed(items.map(variantOf));
}

/** A word that a POSIX shell takes as it is. */
export function shellWord(value: string): string {
    return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** The flags of a command that purges in a zone: `--zone example.com`, and what its custom hostnames need. */
export function zoneFlags(zone: string, selectors: readonly Selector[]): string {
    const hosts = selectors.flatMap((selector) => hostOf(selector) ?? []);
    const isForeign = isZoneName(zone) && hosts.some((host) => !inZone(host, zone));
    return `--zone ${shellWord(zone)}${isForeign ? " --custom-hostnames" : ""}`;
}

/**
 * The flags of a command that purges some selectors by name: `--url … --cross-origin …`. `undefined`: they are more than
 * `most`, or a header other than a page's origin belongs to one, so that no such command names them.
 */
export function namedFlags(selectors: readonly Selector[], most: number): string | undefined {
    const names = new Set(selectors.map(({ kind, value }) => `--${kind} ${shellWord(value)}`));
    const sets = selectors.flatMap(({ headers }) => (headers === undefined ? [] : [headers]));
    const origins = new Set(sets.map((set) => (Object.keys(set).length === 1 ? originOf(set) : undefined)));
    if (names.size > most || origins.has(undefined)) {
        return undefined;
    }
    const isLiteral = selectors.some(({ kind, value }) => kind === "url" && wildcardStart(value) !== undefined);
    return [
        ...(isLiteral ? ["--literal"] : []),
        ...names,
        ...[...origins].map((origin) => `--cross-origin ${shellWord(origin ?? "")}`),
    ].join(" ");
}

/** What a look at the edge found, as cause and remedy. `undefined`: nothing to complain about. */
export function lookProblem(look: Look): Problem | undefined {
    if ("noAnswer" in look) {
        const { host } = new URL(look.url);
        const cause = `${host} cannot be reached from here: ${look.noAnswer}.`;
        return { key: "unreachable", cause, remedy: "Name another address with connectTo (--connect-to)." };
    }
    const { facts, verdict } = look;
    if (verdict.why !== undefined) {
        return edgeProblem(verdict.why, {
            ...facts,
            url: variantOf(facts),
            browserSeconds: browserSeconds(facts.edge),
        });
    }
    return facts.edge.status >= 500 ? edgeProblem("error", facts) : undefined;
}

/** What was looked at, with counts: `checked 4 URLs at the origin (3 there, 1 absent), 10 at the edge (10 verified)`. */
export function checkedLine({ origin, checked }: Outcome): string | undefined {
    const { there, old, absent, served, unverifiable } = origin;
    const atOrigin = countsText({ there, "still old": old, absent, "removed and still served": served, unverifiable });
    const count = (state: string): number => checked.filter((one) => one.state === state).length;
    const atEdge = countsText({
        verified: count("verified"),
        stale: count("stale"),
        unverifiable: count("unverifiable"),
    });
    const parts = [
        ...(atOrigin === undefined ? [] : [`${atOrigin.total} at the origin (${atOrigin.text})`]),
        ...(atEdge === undefined ? [] : [`${atEdge.total} at the edge (${atEdge.text})`]),
    ];
    return parts.length === 0 ? undefined : `checked ${parts.join(", ")}`;
}

function countsText(counts: Readonly<Record<string, number>>): { total: number; text: string } | undefined {
    const some = Object.entries(counts).filter(([, count]) => count > 0);
    const total = some.reduce((sum, [, count]) => sum + count, 0);
    return total === 0 ? undefined : { total: total, text: some.map(([word, count]) => `${count} ${word}`).join(", ") };
}

/** What was purged, by kind: `12 URLs, 1 host`. */
export function purgedText({ urls, prefixes, hosts, tags, everything }: Receipt): string {
    const kinds = [
        [urls, "URL"],
        [prefixes, "prefix"],
        [hosts, "host"],
        [tags, "tag"],
    ] as const;
    const some = kinds.filter(([count]) => count > 0).map(([count, noun]) => counted(count, noun));
    return everything ? "everything" : some.join(", ") || "nothing";
}

/** How many files changed: `2 added, 10 changed`; empty: none. */
export function changesText({ changes }: Receipt): string {
    return (["added", "changed", "removed"] as const)
        .filter((change) => changes[change] > 0)
        .map((change) => `${grouped(changes[change])} ${change}`)
        .join(", ");
}

/** `2 requests and 2 rebounds, 2.4 s`. */
export function requestsText({ requests, rebounds, seconds }: Receipt): string {
    const once = counted(requests - rebounds, "request");
    return `${rebounds === 0 ? once : `${once} and ${counted(rebounds, "rebound")}`}, ${seconds.toFixed(1)} s`;
}

/** `10 of 10 verified at the edge`; empty: nothing was looked at. */
export function verifiedText({ verified, stale, unverifiable }: Receipt): string {
    const looked = verified + stale + unverifiable;
    return looked === 0 ? "" : `${verified} of ${looked} verified at the edge`;
}

/** All of it in a line: `purged 12 URLs in example.com (12 changed): 1 request, 2.4 s; 10 of 10 verified at the edge`. */
export function doneLine(
    zone: { readonly id: string; readonly name?: string },
    receipt: Receipt,
    mode: "purge" | "invalidate",
): string {
    const changes = changesText(receipt);
    const verified = verifiedText(receipt);
    return (
        `${mode === "invalidate" ? "invalidated" : "purged"} ${purgedText(receipt)} in ${zone.name || `zone ${zone.id}`}` +
        `${changes === "" ? "" : ` (${changes})`}: ${requestsText(receipt)}${verified === "" ? "" : `; ${verified}`}` +
        (receipt.owed === 0 ? "" : `; ${grouped(receipt.owed)} still owed`)
    );
}

/** `2 URLs and 1 prefix`, as far as they are of one kind: else selectors. */
export function countOf(selectors: readonly { readonly kind: string }[]): string {
    return counted(selectors.length, selectors.every(({ kind }) => kind === "url") ? "URL" : "selector");
}

/** How an edge calls what only it has. */
export interface Voice {
    /** What becomes of it next, a sentence each: old bytes at the origin, absent and removed files, stale copies. */
    readonly old: string;
    readonly absent: string;
    readonly removed: string;
    readonly stale: string;
    readonly exclude: string;
    /** What lets this machine's checks through, or switches them off. */
    readonly checks: string;
    /** The command line. */
    readonly command: string;
}

/** A warning as one edge words it. */
export function warningText(warning: Warning, voice: Voice): string {
    switch (warning.kind) {
        case "origin-old": {
            const since =
                warning.since === undefined ? "" : ` (owed since ${warning.since.slice(0, 16).replace("T", " ")}Z)`;
            return (
                `the origin still answers old bytes: ${named(warning.samples)}${since}. They were purged, and stay owed. ` +
                `${voice.old} Finish the upload, or leave the files out with ${voice.exclude}.`
            );
        }
        case "absent": {
            const { status } = warning;
            const how = isGone(warning) ? `${status}` : `${status}, as for a missing file`;
            return (
                `the origin does not have ${named(warning.samples)} (${how}). ${voice.absent} If your upload ` +
                `leaves these files out, leave them out here too with ${voice.exclude}.`
            );
        }
        case "still-served":
            return `the origin still serves removed files: ${named(warning.samples)}. ${voice.removed}`;
        case "let-go":
            return letGoText(warning, voice);
        case "not-proxied":
            return problemText(notProxied(warning.host));
        case "edge-stale":
            return edgeStaleText(warning.checked, warning.letGo, voice);
        case "nothing-verified": {
            const problem = firstProblem(warning.checked);
            return (
                "nothing could be verified: no answer of the origin or the edge had bytes to compare." +
                `${problem === undefined ? "" : ` ${problemText(problem)}`} Let this machine in (${voice.checks}).`
            );
        }
    }
}

function letGoText({ why, samples }: Extract<Warning, { kind: "let-go" }>, voice: Voice): string {
    if (why === "removed") {
        return (
            `the origin keeps serving removed files, so nothing is stale: ${named(samples)}. When you delete them, run ` +
            `\`${voice.command} purge --zone ZONE --url URL\` for them.`
        );
    }
    return (
        `the origin does not have ${named(samples)}, so nothing is purged for them. If your upload leaves them out, leave ` +
        `them out here too with ${voice.exclude}.`
    );
}

/** URLs that the edge served stale after their purge. */
export function edgeStaleText(checked: readonly Checked[], letGo: boolean, voice: Voice): string {
    const problem = firstProblem(checked);
    const head = letGo
        ? `the edge is still stale after a second purge: ${named(checked)}. Nothing more is purged for it.`
        : `the edge still serves old bytes after the purge: ${named(checked)}. They stay owed. ${voice.stale}`;
    return `${head}${problem === undefined ? "" : ` ${problemText(problem)}`} See \`${voice.command} explain stale\`.`;
}

function firstProblem(checked: readonly Checked[]): Problem | undefined {
    return checked.map(({ look }) => lookProblem(look)).find((one) => one !== undefined);
}
