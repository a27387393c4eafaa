/** One `up` after the other of a purge, against an origin and an edge that are functions, on a clock that moves by itself. */
import type { CloudflareError } from "../../components/cloudflare/cloudflareError";
import type { PurgeBody, PurgeFile } from "../../components/plan/batches";
import type { Sample } from "../../components/plan/samples";
import type { Change, Selector } from "../../components/plan/selector";
import type { Outcome } from "../../components/purge/outcome";
import type { Owed, OwedEntry } from "../../components/purge/owed";
import { purge } from "../../components/purge/purge";
import type { Answer, Visit } from "../../components/purge/visit";
import { warningText } from "../../components/purge/words";
import type { Settings } from "../../components/settings/componentOptions";
import { DEFAULTS } from "../../components/settings/componentOptions";
import { planLimits } from "../../components/settings/limits";
import { MovingClock } from "../../local/cloudflare/clock";

export const BASE = "https://www.example.com";
const LIMITS = planLimits("free");
export const [NEW, OLD, NONE] = ["n".repeat(32), "o".repeat(32), "-".repeat(32)];
const VOICE = {
    old: "",
    absent: "",
    removed: "",
    stale: "",
    exclude: "`exclude`",
    checks: "let it in",
    command: "cache-purge",
};

export type Files = Readonly<Record<string, Change>>;

/** A deploy that changes some files; each is a URL of its own, and a sample unless it is among `unsampled`. */
export function entry(files: Files, unsampled: readonly string[] = []): OwedEntry {
    const selectors = Object.entries(files).map(
        ([path, change]): Selector => ({
            kind: "url",
            value: BASE + path,
            reasons: [`${change} ${path.slice(1)}`],
            change,
        }),
    );
    const samples = Object.entries(files)
        .filter(([path]) => !unsampled.includes(path))
        .map(
            ([path, change]): Sample => ({
                url: BASE + path,
                digest: change === "removed" ? null : NEW,
                was: change === "added" ? [] : [OLD],
            }),
        );
    return { selectors, samples, changes: { added: 0, changed: 1, removed: 0 }, to: 1 };
}

export const answer = (status: number, digest: string): Answer => ({
    status,
    digest,
    bytes: 1,
    headers: { "cf-ray": "1" },
});
export const there = answer(200, NEW);
export const old = answer(200, OLD);
export const gone = answer(404, NONE);

/** An `up` against an origin; the edge answers as the origin does, unless `edge` says otherwise. */
export async function up(
    owed: Owed,
    origin: (path: string) => Answer,
    more: {
        settings?: Partial<Settings>;
        edge?: (path: string) => Answer | undefined;
        /** What the API answers: to all requests, or to those that are refused, each of one URL. */
        error?: CloudflareError;
        refuse?: (body: PurgeBody) => boolean;
        environment?: string;
    } = {},
) {
    const clock = new MovingClock(0, { auto: true });
    const purged: string[] = [];
    const zones: (string | undefined)[] = [];
    const asked: string[] = [];
    const visit: Visit = async (url, _signal, _seconds, page) => {
        const { pathname, search } = new URL(url);
        asked.push(pathname);
        const path = page === undefined ? pathname : `${pathname} ${page}`;
        return (search === "" ? more.edge?.(path) : undefined) ?? origin(pathname);
    };
    const outcome = await purge(
        owed,
        { id: "z", ...(more.environment === undefined ? {} : { environment: more.environment }) },
        more.refuse === undefined ? LIMITS : { ...LIMITS, urlsPerRequest: 1 },
        { ...DEFAULTS, ...more.settings },
        {
            api: {
                purge: async (zone, body) => {
                    zones.push(zone.environment);
                    if (more.error !== undefined && more.refuse?.(body) !== false) {
                        throw more.error;
                    }
                    purged.push(...("files" in body ? body.files.map(nameOf) : []));
                    return { id: "id" };
                },
            },
            pacer: { acquire: async () => {} },
            visit,
            clock,
            random: () => 0.5,
            log: () => {},
        },
    );
    return {
        outcome,
        zones,
        purged: [...new Set(purged)].map((url) => url.slice(BASE.length)).sort(),
        seconds: clock.now() / 1000,
        owed: Object.fromEntries(
            outcome.owed.map(({ why, selectors }) => [
                why,
                selectors.map(({ value }) => value.slice(BASE.length)).sort(),
            ]),
        ),
        warnings: outcome.warnings.map(({ kind }) => kind),
        asked,
    };
}

/** A URL, and the origin whose pages load it. */
export function nameOf(file: PurgeFile): string {
    return typeof file === "string" ? file : [file.url, ...Object.values(file.headers)].join(" ");
}

export function firstWarning({ warnings: [first] }: Outcome): string {
    return first === undefined ? "" : warningText(first, VOICE);
}

export const next = ({ owed, remembered }: Outcome, ...entries: OwedEntry[]): Owed => ({
    entries: [...owed, ...entries],
    remembered,
});
export const pages = (count: number, change: Change): Files =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`/p${i}.js`, change]));
