/**
 * Real sites, release by release: each deployed over the one before, with a visitor who asks for every URL in between, against
 * other ways to purge. Needs the npm registry and `tar`; without a registry there are no rows.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import type { Manifest } from "../components/assets/manifest";
import { siteAssets } from "../components/assets/siteAssets";
import { batches } from "../components/plan/batches";
import { urlsOf } from "../components/plan/entries";
import type { Plan } from "../components/plan/plan";
import { plan } from "../components/plan/plan";
import { planLimits } from "../components/settings/limits";
import type { Row } from "./row";
import { rowOf } from "./row";

/** Packages, and the folder of each that is a site. */
const SITES: readonly [name: string, folder: string][] = [
    ["swagger-ui-dist", ""],
    ["reveal.js", ""],
    ["@fortawesome/fontawesome-free", ""],
    ["bootstrap", "dist"],
    ["katex", "dist"],
    ["video.js", "dist"],
    // With pages, and names that a bundler made.
    ["zigbee2mqtt-frontend", "dist"],
    ["@bull-board/ui", "dist"],
    ["speedscope", "dist/release"],
];
const RELEASES = 12;
const FREE = planLimits("free");
const HOST = "www.example.com";

/** What a way to purge comes to over all releases. */
interface Way {
    requests: number;
    /** Unchanged URLs that the visitor did not get from the cache. */
    cold: number;
    /** Old bytes that the visitor got. */
    stale: number;
}

/** What is purged by each way, as URLs or all of them, and in how many requests. */
type Purge = (
    planned: Plan,
    before: Manifest,
    after: Manifest,
) => { urls: readonly string[] | "all"; requests: number };

const WAYS: Readonly<Record<string, Purge>> = {
    ours: ({ selectors }, before, after) => ({
        urls: purgedBy(selectors, before, after),
        requests: batches(selectors, FREE).length,
    }),
    "batches of 30": ({ changes }) => {
        const urls = changedUrls(changes);
        return { urls, requests: Math.ceil(urls.length / 30) };
    },
    "the host, or purge_everything": ({ changes }) => ({
        urls: "all",
        requests: changedUrls(changes).length > 0 ? 1 : 0,
    }),
    "URLs up to 500, then the host": ({ changes }) => {
        const urls = changedUrls(changes);
        return urls.length > 500 ? { urls: "all", requests: 1 } : { urls, requests: Math.ceil(urls.length / 30) };
    },
};

/** The fewest requests that evict nothing which did not change: prefixes where all below changed, and URLs. */
function fewest(before: Manifest, after: Manifest): number {
    return batches(plan(before, after, { widenAbove: 0, maxCollateral: 0 }).selectors, FREE).length;
}

export async function replay(packages: string): Promise<Row[]> {
    mkdirSync(packages, { recursive: true });
    return SITES.flatMap(([name, folder]) => {
        let versions: string[];
        try {
            versions = releasesOf(name);
        } catch {
            console.error(`${name}: the registry does not answer, so there is no replay of it`);
            return [];
        }
        assert.ok(versions.length >= RELEASES, `${name} has only ${versions.length} releases`);
        const manifests = versions.map((version) => {
            const site = path.join(release(packages, name, version), folder);
            return siteAssets(site, { baseUrls: [`https://${HOST}`] }).manifest;
        });
        return rowsOf(name, manifests);
    });
}

function rowsOf(name: string, manifests: readonly Manifest[]): Row[] {
    const ways = Object.entries(WAYS).map(([way, purge]) => [way, visited(manifests, purge)] as const);
    const [, ours] = ways[0] ?? [];
    assert.ok(ours !== undefined);
    const least = manifests.slice(1).reduce((sum, after, i) => sum + fewest(manifests[i] ?? after, after), 0);
    const size = manifests.length;
    const row = (what: string, unit: string, value: number, against: string, other: number, most: number) =>
        rowOf(`${name}: ${what}`, unit, [{ size, ours: [value], theirs: [other] }], [{ of: "value", most }], against);
    return ways.slice(1).flatMap(([way, theirs]) => {
        assert.deepEqual([ours.stale, theirs.stale], [0, 0], `${name}: a visitor got old bytes`);
        return [
            row("requests", "requests", ours.requests, way, theirs.requests, least),
            row("unchanged URLs made cold", "URLs", ours.cold, way, theirs.cold, 0),
        ];
    });
}

/** Deploys one release after the other; after each, a visitor asks for every URL, and the cache keeps all that it answers. */
function visited(manifests: readonly Manifest[], purge: Purge): Way {
    const way: Way = { requests: 0, cold: 0, stale: 0 };
    const cache = new Map<string, string>();
    for (const [i, after] of manifests.entries()) {
        const before = manifests[i - 1];
        if (before !== undefined) {
            const { urls, requests } = purge(plan(before, after), before, after);
            way.requests += requests;
            for (const url of urls === "all" ? [...cache.keys()] : urls) {
                cache.delete(url);
            }
        }
        const old = before === undefined ? new Map<string, string>() : answersOf(before);
        for (const [url, digest] of answersOf(after)) {
            const kept = cache.get(url);
            way.stale += kept !== undefined && kept !== digest ? 1 : 0;
            way.cold += kept === undefined && old.get(url) === digest ? 1 : 0;
            cache.set(url, digest);
        }
    }
    return way;
}

function answersOf(manifest: Manifest): Map<string, string> {
    return new Map(
        manifest.sections.flatMap(({ baseUrls, paths, digests }) =>
            baseUrls.flatMap((base) => paths.map((name, i) => [base + name, digests[i] ?? ""] as const)),
        ),
    );
}

function changedUrls({ added, changed, removed }: Plan["changes"]): string[] {
    return [...added, ...changed, ...removed].map((name) => `https://${HOST}${name}`);
}

/** The URLs that some selectors purge, of all that were ever answered. */
function purgedBy(selectors: Plan["selectors"], before: Manifest, after: Manifest): string[] {
    const all = [...new Set([before, after].flatMap(urlsOf))];
    const urls = new Set(selectors.filter(({ kind }) => kind === "url").map(({ value }) => value));
    const prefixes = selectors.filter(({ kind }) => kind === "prefix").map(({ value }) => `https://${value}`);
    const isAll = selectors.some(({ kind }) => kind === "host" || kind === "everything");
    return all.filter((url) => isAll || urls.has(url) || prefixes.some((prefix) => url.startsWith(prefix)));
}

function releasesOf(name: string): string[] {
    const shown = execFileSync("npm", ["view", name, "versions", "--json"], { encoding: "utf8", stdio: "pipe" });
    const versions = JSON.parse(shown) as string[];
    return versions
        .filter((version) => /^\d+\.\d+\.\d+$/.test(version))
        .sort(byVersion)
        .slice(-RELEASES);
}

function byVersion(a: string, b: string): number {
    const right = b.split(".").map(Number);
    const differences = a.split(".").map((part, i) => Number(part) - (right[i] ?? 0));
    return differences.find((difference) => difference !== 0) ?? 0;
}

/** The folder of a release's files; downloaded unless it is there. */
function release(packages: string, name: string, version: string): string {
    const folder = path.join(packages, `${name.replace("/", "+")}-${version}`);
    if (!existsSync(folder)) {
        const pack = ["pack", `${name}@${version}`, "--silent", "--pack-destination", packages];
        const file = execFileSync("npm", pack, { encoding: "utf8" }).trim().split("\n").at(-1) ?? "";
        mkdirSync(folder);
        execFileSync("tar", ["-xzf", path.join(packages, file), "-C", folder, "--strip-components=1"]);
        rmSync(path.join(packages, file));
    }
    return folder;
}
