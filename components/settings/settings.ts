import { isDeepStrictEqual } from "node:util";
import { filled } from "./check";
import type { Filled } from "./option";
import { TUNING } from "./tuningOptions";

/** How to purge, with every default filled in: what the table of options says of tuning. */
export type Settings = Filled<typeof TUNING>;

/** The documented defaults. */
export const DEFAULTS: Settings = withDefaults({});

/** The settings with every default filled in. Values are not checked here: see wrongOptions. */
export function withDefaults(given: { readonly [K in keyof Settings]?: unknown }): Settings {
    return filled(TUNING, given);
}

/** The settings that differ from their defaults: what a person wants to see of them. */
export function withoutDefaults(settings: Partial<Settings>): Partial<Settings> {
    const defaults: Readonly<Record<string, unknown>> = DEFAULTS;
    const entries = Object.entries(settings).filter(([name, value]) => !isDeepStrictEqual(value, defaults[name]));
    return Object.fromEntries(entries);
}
