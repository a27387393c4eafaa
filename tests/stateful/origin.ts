import { createHash } from "node:crypto";
import type { Clock, Handler, Site, SiteFile } from "../../local/cloudflare";
import { etagOf, LocalOrigin } from "../../local/cloudflare";
import { Faults } from "../../local/cloudflare/faults/faults";
import { fallbackAtOrigin, servedAs, withServersPage } from "./serving";
import type { Setup } from "./setup";
import type { Files } from "./site";
import { pathsOf, universe } from "./site";

/** Copies must outlive a run: what a purge misses shall stay, and be found. */
export const FOR_EVER = { "cache-control": "public, max-age=31536000" };

interface Version {
    readonly at: number;
    readonly content: string | undefined;
    readonly file: SiteFile | undefined;
}

/** What the origin's replicas hold, now and before, and what any URL path therefore has to answer. */
export class Replicas {
    private readonly versions = new Map<string, Version[]>();
    private readonly oracle: Handler;
    private readonly paths: readonly string[];
    private readonly known = new Map<string, Promise<string>>();
    private writing: Promise<void> = Promise.resolve();

    /** @param changed told of each URL path whose answer a write changed */
    constructor(
        private readonly clock: Clock,
        { htmlHandling, serving, pool }: Pick<Setup, "htmlHandling" | "serving" | "pool">,
        private readonly changed: (path: string, at: number, file: string) => void,
    ) {
        // A page that answers for what is missing may change what any path answers.
        this.paths = fallbackAtOrigin(serving).fallback === undefined ? [] : universe(pool);
        for (const [file, content] of withServersPage(new Map(), serving)) {
            this.versions.set(file, [versionOf(content, 0)]);
        }
        // An origin of its own, that no fault strikes.
        const options = { site: this.site(0), htmlHandling, headers: FOR_EVER, ...fallbackAtOrigin(serving) };
        this.oracle = servedAs(serving, new LocalOrigin({ clock, faults: new Faults() }, options).handle);
    }

    /** What a replica serves that learns of each write `lag` ms late. */
    site(lag: number): Site {
        return { read: (path) => this.versionAt(path.slice(1), this.clock.now() - lag)?.file };
    }

    /** The newest files. */
    files(): Files {
        const newest = [...this.versions].map(([path, list]) => [path, list.at(-1)?.content] as const);
        return new Map(newest.filter((one): one is [string, string] => one[1] !== undefined));
    }

    /** Writes a file, or removes it. One write after the other, so that each sees what the one before changed. */
    write(file: string, content: string | undefined): Promise<void> {
        this.writing = this.writing.then(() => this.land(file, content));
        return this.writing;
    }

    /** The answer of a URL path: status, target and body, as one text. */
    answer(path: string): Promise<string> {
        let known = this.known.get(path);
        if (known === undefined) {
            const request = { method: "GET", target: path, headers: { host: "www.example.com" } };
            known = this.oracle(request).then(textOf);
            this.known.set(path, known);
        }
        return known;
    }

    private async land(file: string, content: string | undefined): Promise<void> {
        // Whatever was asked for so far may be answered by this file too.
        const paths = [...new Set([...pathsOf(file), ...this.known.keys(), ...this.paths])];
        const before = await Promise.all(paths.map((path) => this.answer(path)));
        const version = versionOf(content, this.clock.now());
        this.versions.set(file, [...(this.versions.get(file) ?? []), version]);
        for (const path of paths) {
            this.known.delete(path);
        }
        const after = await Promise.all(paths.map((path) => this.answer(path)));
        for (const [i, path] of paths.entries()) {
            if (before[i] !== after[i]) {
                this.changed(path, version.at, file);
            }
        }
    }

    private versionAt(file: string, at: number): Version | undefined {
        return this.versions.get(file)?.findLast((version) => version.at <= at);
    }
}

function versionOf(content: string | undefined, at: number): Version {
    const bytes = content === undefined ? undefined : Buffer.from(content);
    return { at, content, file: bytes === undefined ? undefined : { bytes, etag: etagOf(bytes) } };
}

/** What a visitor can tell apart, as one text. */
export function textOf(answer: { status: number; headers: Record<string, string>; body: Buffer }): string {
    return `${answer.status} ${answer.headers.location ?? ""}\n${answer.body.toString("latin1")}`;
}

/** The digest of some content, as a manifest has it. */
export function digestOf(content: string | Buffer): string {
    return createHash("sha256").update(content).digest("hex").slice(0, 32);
}
