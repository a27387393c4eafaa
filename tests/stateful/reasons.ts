import type { Manifest } from "../../components/assets/manifest";
import type { PurgeRecord } from "../../local/cloudflare";
import type { Body } from "./ledger";
import { keysOf, reaches } from "./ledger";
import type { Files } from "./site";
import { BASES, urlsOf } from "./site";

/** A URL was purged that neither changed nor is owed for itself. */
export class NeedlessPurge extends Error {
    override readonly name = "NeedlessPurge";
}

/**
 * Why a purge may name a URL, counted from outside: by what was deployed, and by what the origin answers. All forms of a
 * page count as one.
 */
export class Reasons {
    /** What the last deploy said of each URL. */
    private said = new Map<string, string>();
    /** Changed by a deploy, and not purged since. */
    private readonly deployed = new Set<string>();
    /** What triggers ever asked for, and the hosts that any deploy named: what a purge without a history names. */
    private readonly ever = new Set<string>();
    /** Whether a purge is due whatever the URLs say, and none came to a good end since. */
    private isDue = false;
    /** Changed at the origin, and not purged since: when, ms. */
    private readonly written = new Map<string, number>();
    /** Not as deployed when it was last purged. */
    private readonly amiss = new Set<string>();
    /**
     * What triggers asked for, and prefixes and hosts that were purged, since all was last as deployed: nobody knows for which
     * files they stand.
     */
    private readonly wide = new Set<string>();
    /** Left to a Sweep, which comes after the Purge: that one finds their answers changed, once it sees them. */
    private readonly swept = new Set<string>();
    /** Whether the last purge came to a good end and saw the origin. */
    private wasClear = false;

    /**
     * @param always URLs that go along with each purge, as paths
     * @param asksForAll whether there is a sample of each file
     */
    constructor(
        private readonly always: readonly string[],
        private readonly asksForAll: boolean,
    ) {}

    /** @returns the URLs for which a deploy says something else than the one before */
    deploy({ sections }: Manifest): string[] {
        const says = new Map(
            sections.flatMap(({ baseUrls, paths, digests }) =>
                baseUrls.flatMap((base) => paths.map((path, i) => [base + path, digests[i] ?? ""] as const)),
            ),
        );
        const changed = [...new Set([...this.said.keys(), ...says.keys()])].filter(
            (url) => this.said.get(url) !== says.get(url),
        );
        for (const url of changed) {
            this.deployed.add(stemOf(url));
        }
        this.said = says;
        for (const url of says.keys()) {
            this.ever.add(`host ${new URL(url).host}`);
        }
        return changed;
    }

    /** The URLs that the last deploy said something of. */
    urls(): string[] {
        return [...this.said.keys()];
    }

    /** What was purged is not known any more. */
    forget(): void {
        for (const url of this.said.keys()) {
            this.deployed.add(stemOf(url));
        }
        this.ask([...this.ever]);
    }

    /** A trigger asked for some keys of a purge request. */
    ask(keys: readonly string[]): void {
        this.isDue = true;
        for (const key of keys) {
            this.ever.add(key);
            this.wide.add(key);
        }
    }

    write(path: string, at: number): void {
        for (const base of BASES) {
            this.written.set(stemOf(base + path), at);
        }
    }

    /** Of a Sweep. @param due URLs that it is to look after. @throws NeedlessPurge */
    checkSweep(records: readonly PurgeRecord[], due: ReadonlySet<string>): void {
        const stems = [...due].map(stemOf);
        this.checkAll(records, true, stems);
        for (const stem of stems) {
            this.swept.add(stem);
        }
    }

    /** Of a Purge. @throws NeedlessPurge */
    check(records: readonly PurgeRecord[], isBlind: boolean): void {
        this.checkAll(records, isBlind, []);
        for (const key of records.flatMap(({ body }) => keysOf(body as Body))) {
            this.swept.delete(stemOf(key.split(" ")[1] ?? ""));
        }
    }

    private checkAll(records: readonly PurgeRecord[], isBlind: boolean, due: readonly string[]): void {
        const hasNews = this.deployed.size > 0 || this.written.size > 0 || this.isDue;
        const hasEvidence = hasNews || !this.wasClear || isBlind;
        const allowed = [
            ...due,
            ...this.deployed,
            ...this.written.keys(),
            ...(hasEvidence ? [...this.amiss, ...this.swept] : []),
            ...(hasEvidence ? this.always.flatMap((path) => BASES.map((base) => stemOf(base + path))) : []),
        ];
        for (const key of records.flatMap(({ body }) => keysOf(body as Body))) {
            const [kind = "", value = ""] = key.split(" ");
            // What leads to a folder's page goes along with every purge of its deploy, as URLs that always go do.
            const goesAlong = hasEvidence && /\/index\/(index(\.html)?)?$/.test(value);
            const isAllowed =
                goesAlong ||
                (hasEvidence && this.isWide(key)) ||
                (kind === "url" ? allowed.includes(stemOf(value)) : allowed.some((one) => isBelow(one, kind, value)));
            if (!isAllowed) {
                throw new NeedlessPurge(`needless: ${key} was purged; reasons were for ${allowed.join(", ")}`);
            }
            if (kind !== "url") {
                this.wide.add(key);
            }
        }
    }

    /** Whether it was asked for, or is a prefix or a host that was purged, or is below one that was. */
    private isWide(key: string): boolean {
        return this.wide.has(key) || (!key.startsWith("url ") && [...this.wide].some((one) => reaches(one, key)));
    }

    /** After a purge: what of it is done, and what is not as deployed. */
    end(isClear: boolean, since: number, wanted: Files, there: Files): void {
        const files = [...new Set([...wanted.keys(), ...there.keys()])];
        const amiss = files.filter((file) => wanted.get(file) !== there.get(file));
        const stems = amiss.flatMap((file) => urlsOf(file).map(stemOf));
        // What was not asked for may be amiss as well where something is, be it at a replica alone, and stays so while nothing
        // is seen or accepted.
        const unasked = [...this.deployed, ...(this.wasClear ? [] : this.amiss)];
        const isDone = amiss.length === 0 && ![...this.written.values()].some((at) => at >= since);
        const asWell = this.asksForAll || isDone ? [] : unasked;
        if (isClear) {
            this.isDue = false;
            this.deployed.clear();
            this.amiss.clear();
            if (isDone) {
                this.wide.clear();
            }
            for (const [stem, at] of this.written) {
                if (at < since) {
                    this.written.delete(stem);
                }
            }
        }
        this.wasClear = isClear;
        for (const stem of [...stems, ...asWell]) {
            this.amiss.add(stem);
        }
    }
}

/** The same text for all forms of a page. */
function stemOf(url: string): string {
    return url.replace(/(\.html|\/index|\/)+$/, "");
}

function isBelow(url: string, kind: string, value: string): boolean {
    const { host } = new URL(url);
    return (
        kind === "everything" ||
        (kind === "host" ? host === value : `${url.slice(url.indexOf("//") + 2)}/`.startsWith(value))
    );
}
