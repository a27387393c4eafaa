import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { siteAssets } from "pulumi-cloudflare-cache-purge";
import type { LocalCloudflare } from "../cloudflare";
import { startLocalCloudflare } from "../cloudflare";
import { startCloudflareProvider } from "../cloudflare/provider";
import type { Result, Stack } from "../engine/stack";
import { openStack } from "../engine/stack";
import type { DemoOptions } from "./options";
import { urlsOf } from "./urls";
import type { Round } from "./visitors";
import { visitAll } from "./visitors";

export interface Deploy {
    readonly name: "first" | "second" | "unchanged";
    readonly resources: Result["summary"];
    readonly purgeRequests: number;
    /** Sorted, each once, as the API received them. */
    readonly purgedUrls: readonly string[];
    readonly seconds: number;
}

export interface DemoResult {
    readonly engine: string;
    readonly deploys: readonly Deploy[];
    readonly edge: { readonly urls: number; readonly fresh: number; readonly stale: number; readonly hits: number };
}

/** What the demo tells while it runs. */
export interface Narrator {
    started(facts: {
        engine: string;
        api: string;
        edge: string;
        page: string;
        zone: string;
        files: number;
        urls: number;
    }): void;
    deploying(name: Deploy["name"], what: string): void;
    deployed(deploy: Deploy, log: string): void;
    previewed(lines: readonly string[]): void;
    visited(round: Round, what: string): void;
}

/** The demo did not show what it says: a sentence for each thing that did not hold. */
export class DemoFailure extends Error {
    override readonly name = "DemoFailure";
}

/**
 * Deploys two releases and then nothing, behind a local Cloudflare, and looks at the edge.
 *
 * @param pause is waited for between two steps.
 * @throws DemoFailure when anything that the demo is there to show does not hold.
 */
export async function runDemo(
    options: DemoOptions,
    label: string,
    narrator: Narrator,
    pause: () => Promise<void> = () => Promise.resolve(),
): Promise<DemoResult> {
    const place = mkdtempSync(path.join(tmpdir(), "cache-purge-demo-"));
    mkdirSync(path.join(place, "origin"));
    const host = new URL(options.baseUrl).hostname;
    const zone = host.split(".").slice(-2).join(".");
    const cloudflare = await startLocalCloudflare({
        zones: [{ name: zone, cacheEverything: true }],
        origin: { dir: path.join(place, "origin"), htmlHandling: "auto-trailing-slash" },
    });
    const provider = await startCloudflareProvider();
    try {
        const stack = await openStack({
            programDir: path.join(__dirname, "..", "program"),
            stack: "demo",
            stateDir: path.join(place, "state"),
            config: {
                zone,
                dir: options.from,
                baseUrls: JSON.stringify([options.baseUrl]),
                origin: path.join(place, "origin"),
                edge: cloudflare.edgeBaseUrl,
                "cloudflare:baseUrl": cloudflare.apiBaseUrl,
            },
            secretConfig: { "cloudflare:apiToken": cloudflare.token },
            providers: { cloudflare: provider.port },
            passphrase: "demo",
            ...(options.engine === undefined ? {} : { engine: options.engine }),
        });
        return await play(options, label, zone, cloudflare, stack, narrator, pause);
    } finally {
        await provider.close();
        await cloudflare.close();
        rmSync(place, { recursive: true, force: true });
    }
}

async function play(
    options: DemoOptions,
    label: string,
    zone: string,
    cloudflare: LocalCloudflare,
    stack: Stack,
    narrator: Narrator,
    pause: () => Promise<void>,
): Promise<DemoResult> {
    const before = siteAssets(options.from, { baseUrls: [options.baseUrl] });
    const after = siteAssets(options.to, { baseUrls: [options.baseUrl] });
    narrator.started({
        engine: label,
        api: cloudflare.apiBaseUrl,
        edge: cloudflare.edgeBaseUrl,
        page: `${cloudflare.adminBaseUrl}/#${cloudflare.adminToken}`,
        zone,
        files: before.files,
        urls: urlsOf(before.manifest).length,
    });

    await pause();
    narrator.deploying("first", options.from);
    const first = await deploy("first", stack, cloudflare, narrator);
    await visitAll(cloudflare, urlsOf(before.manifest));
    narrator.visited(await visitAll(cloudflare, urlsOf(before.manifest)), "every URL, twice");

    await pause();
    await stack.setConfig("dir", options.to);
    narrator.deploying("second", options.to);
    narrator.previewed(changedLines(await succeeded("preview", stack.preview())));
    await pause();
    const second = await deploy("second", stack, cloudflare, narrator);
    await pause();
    const round = await visitAll(cloudflare, urlsOf(after.manifest));
    narrator.visited(round, "every URL again");

    await pause();
    narrator.deploying("unchanged", "the same files");
    const unchanged = await deploy("unchanged", stack, cloudflare, narrator);
    const deploys = [first, second, unchanged];
    hold(deploys, round);
    const edge = { urls: round.urls, fresh: round.fresh, stale: round.stale.length, hits: round.hits.length };
    return { engine: label, deploys, edge };
}

async function deploy(
    name: Deploy["name"],
    stack: Stack,
    cloudflare: LocalCloudflare,
    narrator: Narrator,
): Promise<Deploy> {
    const from = cloudflare.purgeLog.length;
    const result = await succeeded(`the ${name} up`, stack.up());
    const calls = cloudflare.purgeLog.slice(from);
    const urls = calls.flatMap(({ body }) => (body as { files?: (string | { url: string })[] }).files ?? []);
    const done: Deploy = {
        name,
        resources: result.summary,
        purgeRequests: calls.length,
        purgedUrls: [...new Set(urls.map((url) => (typeof url === "string" ? url : url.url)))].sort(),
        seconds: Math.round(result.seconds * 10) / 10,
    };
    narrator.deployed(done, result.log);
    return done;
}

async function succeeded(what: string, run: Promise<Result>): Promise<Result> {
    const result = await run;
    if (!result.succeeded) {
        throw new DemoFailure(`${what} failed:\n${result.log}`);
    }
    return result;
}

/** The lines of the manifest that the preview shows as changed. */
function changedLines(preview: Result): string[] {
    return preview.steps
        .filter((step) => step.type.endsWith(":Journal"))
        .flatMap((step) => (step.diffText ?? "").split("\n"))
        .filter((line) => /^\s*[+~-].*\s\//.test(line));
}

/** What the demo is there to show. */
function hold(deploys: readonly Deploy[], round: Round): void {
    const second = deploys[1] as Deploy;
    const third = deploys[2] as Deploy;
    const purged = new Set(second.purgedUrls);
    const problems: string[] = [];
    if (round.stale.length > 0) {
        problems.push(`${round.stale.length} URLs are stale: ${round.stale.join(", ")}`);
    }
    const hits = new Set(round.hits);
    const cold = round.visited.filter((url) => !purged.has(url) && !hits.has(url));
    if (cold.length > 0) {
        problems.push(`${cold.length} unchanged URLs were not warm: ${cold.join(", ")}`);
    }
    if (third.purgeRequests > 0 || third.resources.updated + third.resources.replaced + third.resources.created > 0) {
        problems.push("the unchanged up was not quiet");
    }
    if (problems.length > 0) {
        throw new DemoFailure(problems.join("\n"));
    }
}
