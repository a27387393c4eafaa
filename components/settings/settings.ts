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
