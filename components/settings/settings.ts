/** Tuning of a deploy step. None of it is a reason to purge: a changed setting takes effect at the next purge. */

/** What to do with an answer that has the old bytes: go on and keep the URL owed, or fail. */
export type OnStale = "warn" | "fail";

/** How to look at a sample of the changed URLs. */
export interface Check {
    /** URLs to look at. */
    readonly sample: number;
    /** Seconds until it gives up. */
    readonly timeout: number;
    readonly onStale: OnStale;
}

export interface Settings {
    /** `purge` evicts; `invalidate` makes the edge revalidate at the origin. */
    readonly mode: "purge" | "invalidate";
    /** `warn` lets the deploy pass and keeps the debt. */
    readonly onFailure: "fail" | "warn";
    /** URLs in one request, at most; the zone plan's limit when not given. */
    readonly batchSize?: number;
    /** URLs a second, at most; a share of the zone plan's limit when not given. */
    readonly rate?: number;
    /** Seconds for one API request. */
    readonly timeout: number;
    /** Retries of one API request. */
    readonly retries: number;
    /** Look at the origin before the purge; `false`: do not. */
    readonly originReady: Check | false;
    /** Seconds until every request is sent once more; `false`: never. */
    readonly rebound: number | false;
    /** Look at the edge after the purge; `false`: do not. */
    readonly verify: Check | false;
    /** GET the purged URLs afterwards. */
    readonly warm: boolean;
    /** Host (or `*`) to the address that is asked instead, as curl's --connect-to. */
    readonly connectTo: Readonly<Record<string, string>>;
    /** Seconds for the whole step; what is not done by then stays owed. */
    readonly deadline: number;
}

/** The documented defaults (docs/options.md). */
export const DEFAULTS: Settings = {
    mode: "purge",
    onFailure: "fail",
    timeout: 30,
    retries: 5,
    originReady: { sample: 10, timeout: 30, onStale: "warn" },
    rebound: 2,
    verify: { sample: 10, timeout: 30, onStale: "warn" },
    warm: false,
    connectTo: {},
    deadline: 1800,
};

type Given = { readonly [K in keyof Settings]?: unknown };

/** The settings with every default filled in. Values are not checked here: see checkSettings. */
export function withDefaults(given: Given): Settings {
    return {
        ...DEFAULTS,
        ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
        originReady: checkWithDefaults(given.originReady, DEFAULTS.originReady),
        verify: checkWithDefaults(given.verify, DEFAULTS.verify),
    } as Settings;
}

function checkWithDefaults(given: unknown, defaults: Check | false): Check | false {
    if (given === undefined || given === true) {
        return defaults;
    }
    return typeof given === "object" && given !== null && defaults !== false
        ? { ...defaults, ...given }
        : (given as false);
}
