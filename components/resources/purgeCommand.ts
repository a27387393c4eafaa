import type { Selector } from "../plan/selector";
import { hostOf, keyOf } from "../plan/selector";
import { shellWord, zoneFlags } from "../purge/words";

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
        kind === "everything" ? "--everything --yes" : `--${kind} ${shellWord(value)}`,
    );
    return `npx pulumi-cloudflare-cache-purge purge ${zoneFlags(zone, selectors)} ${options.join(" ")}`;
}
