import type { Selector } from "../plan/selector";
import { hostOf, keyOf } from "../plan/selector";
import { namedFlags, shellWord, zoneFlags } from "../purge/words";

/** Selectors that are named one by one. */
const NAMED = 10;

/** The command that purges some selectors by hand; where they are many, it purges their hosts. */
export function purgeCommand(zone: string, selectors: readonly Selector[], environment?: string): string {
    const everything = selectors.some(({ kind }) => kind === "everything");
    const options = everything
        ? "--everything --yes"
        : (namedFlags(selectors, NAMED) ?? widerFlags(selectors).join(" "));
    const part = environment === undefined ? "" : ` --environment ${shellWord(environment)}`;
    return `npx pulumi-cloudflare-cache-purge purge ${zoneFlags(zone, selectors)}${part} ${options}`;
}

function widerFlags(selectors: readonly Selector[]): string[] {
    const wide = new Map(
        selectors.map((selector) => {
            const host = hostOf(selector);
            const named: Selector = host === undefined ? selector : { kind: "host", value: host, reasons: [] };
            return [keyOf(named), named];
        }),
    );
    return [...wide.values()].map(({ kind, value }) => `--${kind} ${shellWord(value)}`);
}
