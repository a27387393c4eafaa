import type { Sample } from "../plan/samples";
import { hostOfUrl } from "../plan/selector";
import type { Answers } from "./classes";
import type { OwedEntry, Why } from "./owed";
import type { Checked } from "./verify";

/** Something that a person should know; the edges word it. */
export type Warning =
    /** The origin still answers old bytes of files that changed. They were purged all the same, and stay owed. */
    | { readonly kind: "origin-old"; readonly samples: readonly Sample[]; readonly since?: string }
    /** The origin has no file where the manifest has one, and with which status it says so. */
    | { readonly kind: "absent"; readonly samples: readonly Sample[]; readonly status: number; readonly owed: number }
    /** The origin still serves removed files. */
    | { readonly kind: "still-served"; readonly samples: readonly Sample[]; readonly owed: number }
    /** What was kept for one more purge is not asked for any more. */
    | { readonly kind: "let-go"; readonly why: Why; readonly samples: readonly Sample[] }
    | { readonly kind: "not-proxied"; readonly host: string }
    /** The edge serves other bytes than the origin after its purge; for the second time: they are let go. */
    | { readonly kind: "edge-stale"; readonly checked: readonly Checked[]; readonly letGo: boolean }
    /** Nothing that was looked at proves anything. */
    | { readonly kind: "nothing-verified"; readonly checked: readonly Checked[]; readonly origin: number };

/** What the origin has wrong. */
export function originWarnings(entries: readonly OwedEntry[], answers: Answers | undefined): Warning[] {
    const of = (why: Why) => entries.filter((entry) => entry.why === why);
    const samples = (why: Why) =>
        proven(
            of(why).flatMap((entry) => entry.samples),
            answers,
        );
    const owed = (why: Why) => of(why).reduce((sum, { selectors }) => sum + selectors.length, 0);
    const old = of("old");
    const since = old.map((entry) => entry.since ?? "").sort()[0];
    const absent = samples("absent");
    const [status = 404] = absent.flatMap(({ url }) => answers?.get(url)?.seen?.[0] ?? []);
    const list: Warning[] = [
        { kind: "origin-old", samples: samples("old"), ...(since === undefined ? {} : { since }) },
        { kind: "absent", samples: absent, status, owed: owed("absent") },
        { kind: "still-served", samples: samples("removed"), owed: owed("removed") },
    ];
    return list.filter((warning) => "samples" in warning && warning.samples.length > 0);
}

/** What the edge has wrong. */
export function edgeWarnings(stale: readonly Checked[], isAgain: (one: Checked) => boolean): Warning[] {
    const groups = [
        { checked: stale.filter((one) => !isAgain(one)), letGo: false },
        { checked: stale.filter(isAgain), letGo: true },
    ];
    return groups
        .filter(({ checked }) => checked.length > 0)
        .map((group) => ({ kind: "edge-stale" as const, ...group }));
}

/** All that was looked at, at the origin and at the edge, proves nothing. */
export function nothingVerified(answers: Answers | undefined, checked: readonly Checked[]): Warning[] {
    const states = [...(answers?.values() ?? [])].map(({ state }) => state);
    const all = [...states, ...checked.map(({ state }) => state)];
    return all.length === 0 || all.some((state) => state !== "unverifiable")
        ? []
        : [{ kind: "nothing-verified", checked, origin: states.length }];
}

/** What is not asked for any more. */
export function letGoWarnings(letGo: readonly OwedEntry[], answers: Answers | undefined): Warning[] {
    return letGo
        .map(({ why = "absent", samples }) => ({ kind: "let-go" as const, why, samples: proven(samples, answers) }))
        .filter(({ samples }) => samples.length > 0);
}

/** Not those that the origin may have, while everything is hidden from here. */
function proven(samples: readonly Sample[], answers: Answers | undefined): readonly Sample[] {
    return samples.filter(({ url }) => answers?.get(url)?.isHidden !== true);
}

/** Hosts whose answers did not come through Cloudflare. */
export function notProxiedWarnings(checked: readonly Checked[]): Warning[] {
    const hosts = checked.filter(({ proxied }) => proxied === false).map(({ url }) => hostOfUrl(url));
    return [...new Set(hosts)].map((host) => ({ kind: "not-proxied" as const, host }));
}
