import { OptionError } from "../errors/usageError";
import type { Selector } from "./selector";
import { headersKey } from "./selector";

/** A set of request headers that a custom cache key holds; undefined: none. */
export type HeaderSet = Readonly<Record<string, string>> | undefined;

/** A header's name, https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * The header sets with which to purge each URL, without repeats; one without headers when none are given.
 * @throws OptionError for what is not a header.
 */
export function headerSets(sets: readonly Readonly<Record<string, string>>[] = []): HeaderSet[] {
    const unique = new Map<string, HeaderSet>();
    for (const [i, set] of sets.entries()) {
        for (const [name, value] of Object.entries(set ?? {})) {
            if (!NAME.test(name) || typeof value !== "string" || /[\r\n]/.test(value)) {
                throw new OptionError(
                    `headers[${i}]`,
                    `${name}: ${value}`,
                    "not a header",
                    'Write { "CF-Device-Type": "mobile" }: names and texts',
                );
            }
        }
        const key = headersKey(set ?? {});
        unique.set(key, unique.get(key) ?? (key === "" ? undefined : set));
    }
    // Sorted, so that the order in which sets are written does not matter; the one without headers comes first.
    return unique.size === 0 ? [undefined] : [...unique.keys()].sort().map((key) => unique.get(key));
}

/** A selector once for each header set; only URLs take headers. */
export function withHeaders(selector: Selector, sets: readonly HeaderSet[]): Selector[] {
    return selector.kind === "url"
        ? sets.map((headers) => (headers === undefined ? selector : { ...selector, headers }))
        : [selector];
}
