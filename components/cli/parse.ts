import { InvalidArgumentError } from "commander";

/** Reads a number of an option. @throws InvalidArgumentError, which commander tells with the option's name. */
export function number(min: number, max: number, unit = "", whole = false): (text: string) => number {
    return (text) => {
        const value = Number(text);
        const fits = text.trim() !== "" && value >= min && value <= max && (!whole || Number.isInteger(value));
        if (!fits) {
            const kind = whole ? "a whole number" : "a number";
            throw new InvalidArgumentError(`Write ${kind} from ${min} to ${max}${unit === "" ? "" : ` (${unit})`}.`);
        }
        return value;
    };
}

/** Collects an option that may be given several times. */
export function list(text: string, before: readonly string[] | undefined): readonly string[] {
    return [...(before ?? []), text];
}

/** Collects HOST=ADDRESS. */
export function address(
    text: string,
    before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
    const [, host, target] = /^([^=\s]+)=(\S+)$/.exec(text) ?? [];
    if (host === undefined || target === undefined) {
        throw new InvalidArgumentError("Write HOST=ADDRESS, such as www.example.com=203.0.113.7:443.");
    }
    return { ...before, [host]: target };
}

/** Collects header sets as JSON: {"CF-Device-Type": "mobile"}. */
export function headerSet(
    text: string,
    before: readonly Readonly<Record<string, string>>[] | undefined,
): readonly Readonly<Record<string, string>>[] {
    let set: unknown;
    try {
        set = JSON.parse(text);
    } catch {
        set = undefined;
    }
    const good =
        typeof set === "object" &&
        set !== null &&
        !Array.isArray(set) &&
        Object.values(set).every((value) => typeof value === "string");
    if (!good) {
        throw new InvalidArgumentError(`Write a JSON object, such as '{"CF-Device-Type": "mobile"}'.`);
    }
    return [...(before ?? []), set as Record<string, string>];
}

/** How many URLs to look at: a number, or `all`. */
export function sampleSize(text: string): number {
    return text === "all" ? Number.POSITIVE_INFINITY : number(1, 1_000_000, "URLs, or the word all", true)(text);
}
