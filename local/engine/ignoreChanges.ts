/** The option `ignoreChanges`: https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/ */
import type { Bag } from "./values";

/** The inputs with each ignored key as it was before: with its old value, or missing. Property paths are refused. */
export function ignoreChanges(inputs: Bag, old: Bag, keys: string[]): Bag {
    const ignored = keys.filter((key) => key in old).map((key) => [key, old[key]] as const);
    const others = Object.entries(inputs).filter(([key]) => !keys.includes(key));
    return { ...Object.fromEntries(others), ...Object.fromEntries(ignored) };
}
