import { deepStrictEqual, strictEqual } from "node:assert";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { decodeManifest } from "../../components/assets/manifestText";
import type { PurgeOutputs } from "../../components/resources/state";
import type { LocalCloudflare, LocalCloudflareOptions } from "../../local/cloudflare";
import { startLocalCloudflare } from "../../local/cloudflare";
import { startCloudflareProvider } from "../../local/cloudflare/provider";
import { visitRequest } from "../../local/cloudflare/visitor";
import { urlsOf } from "../../local/demo/urls";
import type { Result, Run, RunOptions, Stack } from "../../local/engine/stack";
import { openStack } from "../../local/engine/stack";
import type { RunningProvider } from "../../local/engine/unary";
import { QUICK_START } from "../quickStart";
import { Leaks } from "./leaks";
import { compiledProgram } from "./programs";

export const BASE = "https://www.example.com";

/** Quick settings: a scenario is about what happens, not about how long one waits for it. */
const QUICK = {
    rebound: 0.05,
    originReady: { sample: 20, timeout: 0.5 },
    verify: { sample: 20, timeout: 0.5 },
    retries: 2,
};

export type Files = Readonly<Record<string, string>>;

export interface SiteOptions {
    /** What is deployed first. */
    readonly files?: Files;
    readonly cloudflare?: LocalCloudflareOptions;
    /** Options of CachePurge, over the quick ones. */
    readonly options?: object;
    readonly baseUrls?: readonly string[];
    readonly config?: Readonly<Record<string, string>>;
    readonly programDir?: string;
    /** Ports of further providers, by package. */
    readonly providers?: Readonly<Record<string, number>>;
    readonly env?: Readonly<Record<string, string>>;
    /** Another site, whose Cloudflare this one shares: a second stack of the same zone. */
    readonly beside?: Site;
    /** The deploy credential; default: one that may make tokens and read zones. */
    readonly token?: (cloudflare: LocalCloudflare) => string;
}

/** A resource in an exported state. */
export interface StoredResource {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Record<string, unknown>;
    readonly outputs?: Record<string, unknown>;
}

/** A site in front of a local Cloudflare, deployed by the engine: folder, origin, edge, stack. */
export class Site {
    private constructor(
        readonly place: string,
        readonly cloudflare: LocalCloudflare,
        readonly stack: Stack,
        readonly provider: RunningProvider,
        private readonly options: SiteOptions,
        /** Searches every run for tokens. */
        readonly leaks: Leaks,
    ) {}

    static async start(options: SiteOptions = {}): Promise<Site> {
        const place = mkdtempSync(path.join(tmpdir(), "cache-purge-scenario-"));
        const origin = path.join(options.beside?.place ?? place, "origin");
        mkdirSync(origin, { recursive: true });
        mkdirSync(path.join(place, "site"));
        const cloudflare =
            options.beside?.cloudflare ??
            (await startLocalCloudflare({
                ...options.cloudflare,
                origin: { dir: origin, ...options.cloudflare?.origin },
            }));
        const token = options.token?.(cloudflare) ?? cloudflare.token;
        const leaks = new Leaks(cloudflare, [cloudflare.token, token]);
        const provider = await startCloudflareProvider();
        const stack = await openStack({
            programDir: options.programDir ?? compiledProgram(),
            stack: "dev",
            stateDir: path.join(place, "state"),
            config: {
                dir: path.join(place, "site"),
                baseUrls: JSON.stringify(options.baseUrls ?? [BASE]),
                origin,
                edge: cloudflare.edgeBaseUrl,
                options: JSON.stringify({ ...QUICK, ...options.options }),
                "cloudflare:baseUrl": cloudflare.apiBaseUrl,
                ...options.config,
            },
            secretConfig: { "cloudflare:apiToken": token },
            providers: { cloudflare: provider.port, ...options.providers },
            passphrase: "scenario",
            env: { ...QUICK_START, ...options.env },
        });
        const watched = leaks.watched(stack, () => textOf(path.join(place, "state")));
        const site = new Site(place, cloudflare, watched, provider, options, leaks);
        if (options.files !== undefined) {
            site.write(options.files);
        }
        return site;
    }

    get dir(): string {
        return path.join(this.place, "site");
    }

    /** The folder holds these files and no other. */
    write(files: Files): void {
        rmSync(this.dir, { recursive: true, force: true });
        mkdirSync(this.dir);
        this.files = { ...files };
        for (const [name, text] of Object.entries(files)) {
            const file = path.join(this.dir, name);
            mkdirSync(path.dirname(file), { recursive: true });
            writeFileSync(file, text);
        }
    }

    private files: Record<string, string> = {};

    /** Puts a file in place without a deploy. */
    atOrigin(name: string, text: string): void {
        writeFileSync(path.join(this.place, "origin", name), text);
    }

    /** Changes some files; `null` removes one. */
    edit(change: Readonly<Record<string, string | null>>): void {
        const next: Record<string, string> = { ...this.files };
        for (const [name, text] of Object.entries(change)) {
            if (text === null) {
                delete next[name];
            } else {
                next[name] = text;
            }
        }
        this.write(next);
    }

    /** Other options of CachePurge from the next run on. */
    async setOptions(options: object): Promise<void> {
        await this.stack.setConfig("options", JSON.stringify({ ...QUICK, ...this.options.options, ...options }));
    }

    /** An `up` that has to succeed. */
    async up(options?: RunOptions): Promise<Result> {
        const result = await this.stack.up(options);
        strictEqual(result.succeeded, true, result.log);
        return result;
    }

    /** An `up` that has to fail. */
    async failing(options?: RunOptions): Promise<Result> {
        const result = await this.stack.up(options);
        strictEqual(result.succeeded, false, result.log);
        return result;
    }

    start(operation: Parameters<Stack["start"]>[0] = "up", options?: RunOptions): Run {
        return this.stack.start(operation, options);
    }

    /** Every purge request since the last time this was asked, accepted or not. */
    private seen = 0;
    purges(): LocalCloudflare["purgeLog"] {
        const calls = this.cloudflare.purgeLog.slice(this.seen);
        this.seen = this.cloudflare.purgeLog.length;
        return calls;
    }

    /** The URLs of accepted requests since the last time, each once, sorted, as paths under the base URL. */
    purgedUrls(): string[] {
        const files = this.purges()
            .filter(({ accepted }) => accepted)
            .flatMap(({ body }) => (body as { files?: string[] }).files ?? []);
        return [...new Set(files)].map((url) => url.replace(BASE, "")).sort();
    }

    /** The hosts of accepted requests since the last time. */
    purgedHosts(): string[] {
        const hosts = this.purges()
            .filter(({ accepted }) => accepted)
            .flatMap(({ body }) => (body as { hosts?: string[] }).hosts ?? []);
        return [...new Set(hosts)].sort();
    }

    /** Visits URLs at every data centre, so that they are cached. */
    async warm(paths: readonly string[]): Promise<void> {
        for (const url of paths.map((p) => (p.startsWith("/") ? BASE + p : p))) {
            for (const dataCentre of [0, 1]) {
                await this.cloudflare.visit(url, { dataCentre });
            }
        }
    }

    /** Every path at every data centre has the origin's present answer. */
    async expectFresh(paths: readonly string[]): Promise<void> {
        for (const url of paths.map((p) => (p.startsWith("/") ? BASE + p : p))) {
            const origin = await this.cloudflare.origin.handle(visitRequest(url));
            for (const dataCentre of [0, 1]) {
                const edge = await this.cloudflare.visit(url, { dataCentre });
                deepStrictEqual(
                    [url, edge.status, edge.headers.location, edge.body.toString()],
                    [url, origin.status, origin.headers.location, origin.body.toString()],
                );
            }
        }
    }

    /** Every path is in the cache at every data centre. */
    async expectHits(paths: readonly string[]): Promise<void> {
        for (const url of paths.map((p) => (p.startsWith("/") ? BASE + p : p))) {
            for (const dataCentre of [0, 1]) {
                strictEqual((await this.cloudflare.visit(url, { dataCentre })).cacheStatus, "HIT", url);
            }
        }
    }

    /** The URLs of the manifest in the state. */
    async urls(): Promise<string[]> {
        const journals = (await this.resources()).filter(({ outputs }) => outputs?.manifest !== undefined);
        strictEqual(journals.length, 1, "journals");
        return urlsOf(decodeManifest(journals[0]?.outputs?.manifest as string));
    }

    private async resources(): Promise<StoredResource[]> {
        const { resources = [] } = (await this.stack.exportState()).deployment;
        return resources as unknown as StoredResource[];
    }

    /** The one resource of a type in the state. */
    async resource(suffix: string): Promise<StoredResource> {
        const found = (await this.resources()).filter(({ type }) => type.endsWith(suffix));
        strictEqual(found.length, 1, `resources of type ${suffix}`);
        return found[0] as StoredResource;
    }

    /** Everything that the engine keeps on the disk, as it stands there. */
    stored(): string {
        return textOf(path.join(this.place, "state"));
    }

    /** The Purge's outputs in the state. */
    async purge(): Promise<PurgeOutputs> {
        return (await this.resource(":Purge")).outputs as unknown as PurgeOutputs;
    }

    /** Fails when any run of this site showed a token. @param isMeant Whether the scenario is about that. */
    async close(isMeant: (leak: string) => boolean = () => false): Promise<void> {
        if (this.options.beside === undefined) {
            await this.cloudflare.close();
        }
        await this.provider.close();
        rmSync(this.place, { recursive: true, force: true });
        const leaks = this.leaks.report().filter((leak) => !isMeant(leak));
        deepStrictEqual(leaks, [], "tokens where they must not be");
    }
}

/** The text of every file in a folder. */
function textOf(dir: string): string {
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8")).join("\n");
}

/** The numbers of a run, without those that are 0. */
export function counts(result: Result): Record<string, number> {
    return Object.fromEntries(Object.entries(result.summary).filter(([, n]) => n > 0));
}
