import type { Selector } from "../plan/selector";
import { hostOf, keyOf } from "../plan/selector";

/** Selectors that are named one by one. */
const NAMED = 10;

/** The command that purges some selectors by hand; where they are many, it purges their hosts. */
export function purgeCommand(zone: string, selectors: readonly Selector[]): string {
    const isNamed = selectors.length <= NAMED && selectors.every(({ headers }) => headers === undefined);
    const wide = new Map(
        selectors.map((selector) => {
            const host = isNamed ? undefined : hostOf(selector);
            const named: Selector = host === undefined ? selector : { kind: "host", value: host, reasons: [] };
            return [keyOf(named), named];
        }),
    );
    const options = [...wide.values()].map(({ kind, value }) =>
        kind === "everything" ? "--everything --yes" : `--${kind} ${quoted(value)}`,
    );
    return `npx pulumi-cloudflare-cache-purge purge --zone ${zone} ${options.join(" ")}`;
}

/** The first few of some names: `a, b, c and 7 more`. */
export function listed(names: readonly string[]): string {
    const more = names.length - 3;
    return names.slice(0, 3).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** A word that a POSIX shell takes as it is. */
function quoted(value: string): string {
    return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
