import { whole } from "../settings/rules";
import { parser } from "./options";

const count = whole(1, 1_000_000, "URLs, or the word all");

/** How many URLs to look at: a number, or `all`. */
export function sampleSize(text: string): number {
    return text === "all" ? Number.POSITIVE_INFINITY : parser(count)(text);
}

/** Collects an option that may be given several times. */
export function list(text: string, before: readonly string[] | undefined): readonly string[] {
    return [...(before ?? []), text];
}
