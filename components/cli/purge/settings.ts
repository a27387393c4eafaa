import type { Command } from "commander";
import type { Settings } from "../../settings/settings";
import { DEFAULTS } from "../../settings/settings";
import { address, number } from "../parse";

/** Options that say how to purge. */
export interface SettingsOptions {
    readonly invalidate?: boolean;
    /** `false`: --no-rebound. */
    readonly rebound?: number | false | true;
    /** `false`: --no-verify. */
    readonly verify?: boolean;
    readonly originReady?: boolean;
    readonly sample?: number;
    readonly wait?: number;
    readonly warm?: boolean;
    readonly batchSize?: number;
    readonly rate?: number;
    readonly timeout?: number;
    readonly retries?: number;
    readonly deadline?: number;
    readonly connectTo?: Readonly<Record<string, string>>;
}

/** Adds those options to a command. */
export function withSettings(command: Command): Command {
    return command
        .optionsGroup("How to purge:")
        .option("--invalidate", "soft purge: the edge asks the origin again, and a 304 keeps its copy")
        .option("--rebound <seconds>", "purge once more after this time (default: 2)", number(0, 600, "seconds"))
        .option("--no-rebound", "do not purge once more")
        .option("--origin-ready", "first wait until the origin has the new bytes (with --from and --to)")
        .option("--no-verify", "do not compare bytes at the edge afterwards")
        .option("--sample <n>", "URLs to look at, at origin and edge (default: 10)", number(1, 1000, "URLs", true))
        .option("--wait <seconds>", "for the origin, and for the edge (default: 30)", number(0, 3600, "seconds"))
        .option("--warm", "GET the purged URLs afterwards")
        .option("--connect-to <host=address>", "look at this address for a host (or *), as curl does", address)
        .option("--batch-size <n>", "URLs in one request (default: the plan's limit)", number(1, 500, "URLs", true))
        .option("--rate <n>", "URLs a second (default: below the plan's limit)", number(1, 3000, "URLs a second"))
        .option("--deadline <seconds>", "stop after this time (default: 1800)", number(1, 86_400, "seconds"));
}

/** The engine's settings. */
export function settingsOf(options: SettingsOptions): Settings {
    const { batchSize, rate, sample, wait } = options;
    const check = { sample: sample ?? 10, timeout: wait ?? 30, onStale: "warn" } as const;
    return {
        ...DEFAULTS,
        mode: options.invalidate ? "invalidate" : "purge",
        rebound:
            typeof options.rebound === "boolean"
                ? options.rebound && DEFAULTS.rebound
                : (options.rebound ?? DEFAULTS.rebound),
        originReady: options.originReady ? check : false,
        verify: options.verify === false ? false : check,
        warm: options.warm ?? false,
        connectTo: options.connectTo ?? {},
        timeout: options.timeout ?? DEFAULTS.timeout,
        retries: options.retries ?? DEFAULTS.retries,
        deadline: options.deadline ?? DEFAULTS.deadline,
        ...(batchSize === undefined ? {} : { batchSize }),
        ...(rate === undefined ? {} : { rate }),
    };
}
