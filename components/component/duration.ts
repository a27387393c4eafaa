import { OptionError } from "../errors/usageError";
import { TUNING } from "../settings/tuningOptions";
import { ProgramError } from "./programError";

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/**
 * Seconds of a duration as `customTimeouts` has it: `"5m"`, `"1h30m"`, `"90s"` (Go's time.ParseDuration).
 *
 * @throws ProgramError when it is not one, or not one in which a purge can be done.
 */
export function seconds(duration: string | undefined): number | undefined {
    if (duration === undefined) {
        return undefined;
    }
    const wrong = (what: string, remedy: string) =>
        new ProgramError(new OptionError("customTimeouts", duration, what, remedy));
    if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(duration)) {
        throw wrong("it is not a duration", 'Write one such as "5m" or "1h30m"');
    }
    let sum = 0;
    for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)) {
        sum += Number(amount) * (UNITS[unit as string] as number);
    }
    const { accepts, must } = TUNING.deadline.rule;
    if (!accepts(sum)) {
        throw wrong(`it must be ${must}`, "Correct it, or leave it out");
    }
    return sum;
}
