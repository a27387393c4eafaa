import type { Selector } from "../../components/plan/selector";
import type { PurgeRecord } from "../../local/cloudflare";
import { isLoadedByOthers } from "./site";

/**
 * What is owed, told by the outside alone: by what the origin was seen to change, and by what the API was seen to
 * accept. It knows nothing of journals.
 */
export class Ledger {
    /** URL path → when its answer last changed, ms. */
    private readonly changedAt = new Map<string, number>();
    /** What triggers asked for, and no purge has named since. */
    private readonly asked = new Set<string>();
    private readonly paidAt = new Map<string, number>();
    private read = 0;

    /**
     * @param window ms in which the edge may still be handed old bytes after a change: replicas' lag and the longest fetch
     * @param crossOrigins whose pages load the site's files
     */
    constructor(
        private readonly window: number,
        private readonly crossOrigins: readonly string[] = [],
    ) {}

    readonly changed = (path: string, at: number): void => {
        this.changedAt.set(path, at);
    };

    /** A trigger asked for some keys of a purge request, after the purges of a log. */
    ask(keys: readonly string[], log: readonly PurgeRecord[]): void {
        this.note(log);
        for (const key of keys) {
            this.asked.add(key);
        }
    }

    /** The stack's history was thrown away, and what was asked for with it. */
    forget(): void {
        this.asked.clear();
    }

    /** What triggers asked for, and no purge has named since. */
    unanswered(): string[] {
        return [...this.asked];
    }

    /** Takes note of the purges since the last time. */
    note(log: readonly PurgeRecord[]): void {
        for (; this.read < log.length; this.read++) {
            const { accepted, body, at } = log[this.read] as PurgeRecord;
            if (accepted) {
                for (const key of keysOf(body as Body)) {
                    this.paidAt.set(key, at);
                    this.answer(key);
                }
            }
        }
    }

    /** The copies of some URLs that changed, and that no purge has reached since the window was over. */
    owed(urls: Iterable<string>): Copy[] {
        const others = this.crossOrigins;
        const copies = [...urls].flatMap((url): Copy[] => [
            { url },
            ...(isLoadedByOthers(url) ? others : []).map((origin) => ({ url, origin })),
        ]);
        return copies.filter((copy) => {
            const at = this.changedAt.get(copy.url.slice(copy.url.indexOf("/", "https://".length)));
            return at !== undefined && this.lastPaid(copy) < at + this.window;
        });
    }

    private answer(key: string): void {
        for (const asked of this.asked) {
            if (reaches(key, asked)) {
                this.asked.delete(asked);
            }
        }
    }

    private lastPaid(copy: Copy): number {
        const own = copyKey(copy);
        const paid = [...this.paidAt].filter(([key]) => reaches(key, own));
        return Math.max(Number.NEGATIVE_INFINITY, ...paid.map(([, at]) => at));
    }
}

/** What the edge keeps of a URL: of a file that other sites load, a copy for each of their origins too. */
export interface Copy {
    readonly url: string;
    readonly origin?: string | undefined;
}

/** Whether what one key of a purge request names is purged with what another does. */
export function reaches(key: string, other: string): boolean {
    if (key === other || key === "everything") {
        return true;
    }
    const place = other.replace(/^(url https:\/\/|prefix )/, "");
    return key.startsWith("host ")
        ? place.slice(0, place.indexOf("/")) === key.slice("host ".length)
        : key.startsWith("prefix ") && place.startsWith(key.slice("prefix ".length));
}

/** Whether any of some selectors purges a copy. */
export function covers(selectors: readonly Selector[], copy: Copy): boolean {
    const own = copyKey(copy);
    return selectors.some((selector) => reaches(selectorKey(selector), own));
}

/** A selector as a key of the purge request that names it. */
export function selectorKey({ kind, value, headers }: Selector): string {
    return kind === "everything"
        ? kind
        : kind === "url"
          ? copyKey({ url: value, origin: headers?.Origin })
          : `${kind} ${value}`;
}

export interface Body {
    readonly files?: readonly (string | { readonly url: string; readonly headers: Readonly<Record<string, string>> })[];
    readonly hosts?: readonly string[];
    readonly prefixes?: readonly string[];
    readonly purge_everything?: true;
}

export function keysOf({ files = [], hosts = [], prefixes = [], purge_everything: everything }: Body): string[] {
    return [
        ...files.map((file) =>
            copyKey(typeof file === "string" ? { url: file } : { url: file.url, origin: file.headers.Origin }),
        ),
        ...hosts.map((host) => `host ${host}`),
        ...prefixes.map((prefix) => `prefix ${prefix}`),
        ...(everything ? ["everything"] : []),
    ];
}

function copyKey({ url, origin }: Copy): string {
    return origin === undefined ? `url ${url}` : `url ${url} ${origin}`;
}
