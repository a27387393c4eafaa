import type { Command } from "commander";
import { filled, pick } from "../../settings/check";
import type { Settings } from "../../settings/componentOptions";
import { CHECK, DEFAULTS, TUNING, withDefaults } from "../../settings/componentOptions";
import type { Given } from "../../settings/option";
import { withOptions } from "../options";

/** Options that are the engine's own, by the same name. `timeout` and `retries` are the client's: see ApiOptions. */
const SAME = pick(TUNING, "warm", "connectTo", "batchSize", "rate", "deadline");

/** Options that say how to purge. */
export interface SettingsOptions extends Given<typeof SAME> {
    readonly invalidate?: boolean;
    /** `false`: --no-rebound. */
    readonly rebound?: number | boolean;
    /** `false`: --no-verify. */
    readonly verify?: boolean;
    readonly originReady?: boolean;
    readonly sample?: number;
    readonly wait?: number;
}

/** Adds those options to a command. */
export function withSettings(command: Command): Command {
    const { mode, rebound, originReady, verify } = TUNING;
    return withOptions(command.optionsGroup("How to purge:"), { mode, rebound, originReady, verify, ...SAME });
}

/** The engine's settings. */
export function settingsOf(options: SettingsOptions): Settings {
    const { invalidate, rebound, originReady, verify, sample, wait } = options;
    const check = filled(CHECK, { sample, timeout: wait });
    const same = Object.keys(SAME).map((name) => [name, options[name as keyof typeof SAME]]);
    return withDefaults({
        ...Object.fromEntries(same),
        mode: invalidate ? "invalidate" : "purge",
        rebound: rebound === true ? DEFAULTS.rebound : rebound,
        // Without --origin-ready the origin is asked once, so that a file that is not there yet is not taken for purged.
        originReady: originReady ? check : verify === false ? false : { ...check, timeout: 0 },
        verify: verify === false ? false : check,
    });
}
