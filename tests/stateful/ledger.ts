import type { Selector } from "../../components/plan/selector";
import type { PurgeRecord } from "../../local/cloudflare";

/**
 * What is owed, told by the outside alone: by what the origin was seen to change, and by what the API was seen to
 * accept. It knows nothing of journals.
 */
export class Ledger {
    /** URL path → when its answer last changed, ms. */
    private readonly changedAt = new Map<string, number>();
    private readonly paidAt = new Map<string, number>();
    private read = 0;

    /** @param window ms in which the edge may still be handed old bytes after a change: replicas' lag and the longest fetch */
    constructor(private readonly window: number) {}

    readonly changed = (path: string, at: number): void => {
        this.changedAt.set(path, at);
    };

    /** Takes note of the purges since the last time. */
    note(log: readonly PurgeRecord[]): void {
        for (; this.read < log.length; this.read++) {
            const { accepted, body, at } = log[this.read] as PurgeRecord;
            if (accepted) {
                for (const key of keysOf(body as Body)) {
                    this.paidAt.set(key, at);
                }
            }
        }
    }

    /** Those of some URLs that changed, and that no purge has reached since the window was over. */
    owed(urls: Iterable<string>): string[] {
        return [...urls].filter((url) => {
            const at = this.changedAt.get(url.slice(url.indexOf("/", "https://".length)));
            return at !== undefined && this.lastPaid(url) < at + this.window;
        });
    }

    private lastPaid(url: string): number {
        const keys = [`url ${url}`, `host ${new URL(url).host}`, "everything"];
        const times = keys.map((key) => this.paidAt.get(key) ?? Number.NEGATIVE_INFINITY);
        const below = [...this.paidAt].filter(([key]) => key.startsWith("prefix ") && hits(key.slice(7), url));
        return Math.max(...times, ...below.map(([, at]) => at));
    }
}

/** Whether any of some selectors purges a URL. */
export function covers(selectors: readonly Selector[], url: string): boolean {
    return selectors.some(({ kind, value }) => {
        switch (kind) {
            case "url":
                return value === url;
            case "host":
                return value === new URL(url).host;
            case "prefix":
                return hits(value, url);
            default:
                return kind === "everything";
        }
    });
}

export interface Body {
    readonly files?: readonly string[];
    readonly hosts?: readonly string[];
    readonly prefixes?: readonly string[];
    readonly purge_everything?: true;
}

export function keysOf({ files = [], hosts = [], prefixes = [], purge_everything: everything }: Body): string[] {
    return [
        ...files.map((url) => `url ${url}`),
        ...hosts.map((host) => `host ${host}`),
        ...prefixes.map((prefix) => `prefix ${prefix}`),
        ...(everything ? ["everything"] : []),
    ];
}

function hits(prefix: string, url: string): boolean {
    return url.slice(url.indexOf("//") + 2).startsWith(prefix);
}
