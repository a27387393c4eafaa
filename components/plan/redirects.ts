import { markOf } from "../assets/marks";
import { PART } from "../assets/patterns";
import { otherSpellings } from "../assets/spellings";
import type { Changes } from "./changes";
import { nameable } from "./fallback";
import type { Selector } from "./selector";
import { hostOfUrl } from "./selector";

/**
 * What to purge for redirects that changed, came or went: their source, or the folder of a source that matches more than
 * one URL.
 */
export function redirectSelectors(groups: readonly Changes[]): Selector[] {
    return groups.flatMap(({ origins, changed }) =>
        changed.flatMap(({ path, change }) => {
            const { pattern, kind } = markOf(path) ?? {};
            if (pattern === undefined || kind !== "redirect") {
                return [];
            }
            const reasons = [`${change} the redirect of ${pattern}`];
            return origins.flatMap((origin) =>
                sourceSelectors(origin, pattern).map((source) => ({ ...source, reasons })),
            );
        }),
    );
}

function sourceSelectors(origin: string, pattern: string): Pick<Selector, "kind" | "value">[] {
    const part = PART.exec(pattern);
    if (part === null) {
        return [pattern, ...otherSpellings(pattern)].map((path) => ({ kind: "url", value: origin + path }));
    }
    const folder = pattern.slice(0, pattern.lastIndexOf("/", part.index) + 1);
    const host = hostOfUrl(origin);
    return [folder === "/" ? { kind: "host", value: host } : { kind: "prefix", value: host + nameable(folder) }];
}
