/**
 * Real sites, release by release: the last 12 releases of three packages that are static sites, each deployed over the one
 * before, against purging the host and purging everything.
 *
 *     npx ts-node bench/replay.ts [--write] [--packages DIR]
 *
 * Needs the npm registry and `tar`: it runs `npm view` and `npm pack` once for each release, into DIR or a temporary folder.
 * `--write` puts the figures into bench/results/replay.json.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { siteAssets } from "../components/assets/siteAssets";
import { batches, expectedSeconds } from "../components/plan/batches";
import { plan } from "../components/plan/plan";
import { planLimits } from "../components/settings/limits";

const PACKAGES = ["swagger-ui-dist", "reveal.js", "@fortawesome/fontawesome-free"];
const RELEASES = 12;
const FREE = planLimits("free");

interface Step {
    readonly from: string;
    readonly to: string;
    /** URLs that the later release answers. */
    readonly urls: number;
    readonly changes: { readonly added: number; readonly changed: number; readonly removed: number };
    readonly exact: Way;
    /** With `widenAbove: 500`. */
    readonly widened: Way;
    /** What purging the host, or everything, evicts though it did not change. */
    readonly byHost: Way;
}

interface Way {
    readonly requests: number;
    readonly selectors: number;
    readonly collateral: number;
    readonly seconds: number;
}

function releasesOf(name: string): string[] {
    const versions = JSON.parse(
        execFileSync("npm", ["view", name, "versions", "--json"], { encoding: "utf8" }),
    ) as string[];
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
    const folder = join(packages, `${name.replace("/", "+")}-${version}`);
    if (!existsSync(folder)) {
        const pack = ["pack", `${name}@${version}`, "--silent", "--pack-destination", packages];
        const file = execFileSync("npm", pack, { encoding: "utf8" }).trim().split("\n").at(-1) ?? "";
        mkdirSync(folder);
        execFileSync("tar", ["-xzf", join(packages, file), "-C", folder, "--strip-components=1"]);
        rmSync(join(packages, file));
    }
    return folder;
}

function replay(packages: string, name: string): Step[] {
    const sites = releasesOf(name).map((version) => ({
        version,
        assets: siteAssets(release(packages, name, version), { baseUrls: ["https://www.example.com"] }),
    }));
    return sites.slice(1).flatMap(({ version, assets }, i) => {
        const before = sites[i];
        if (before === undefined) {
            return [];
        }
        const exact = plan(before.assets.manifest, assets.manifest);
        const widened = plan(before.assets.manifest, assets.manifest, { widenAbove: 500 });
        const trigger = { changedTriggers: ["host"], targets: { hosts: ["www.example.com"] } };
        const byHost = plan(before.assets.manifest, assets.manifest, trigger);
        return {
            from: before.version,
            to: version,
            urls: assets.manifest.sections[0]?.paths.length ?? 0,
            changes: {
                added: exact.changes.added.length,
                changed: exact.changes.changed.length,
                removed: exact.changes.removed.length,
            },
            exact: wayOf(exact),
            widened: wayOf(widened),
            byHost: wayOf(byHost),
        };
    });
}

function wayOf({ selectors, collateral }: ReturnType<typeof plan>): Way {
    const sent = batches(selectors, FREE);
    return { requests: sent.length, selectors: selectors.length, collateral, seconds: expectedSeconds(sent, FREE) };
}

function main(): void {
    const given = process.argv[process.argv.indexOf("--packages") + 1];
    const own = !process.argv.includes("--packages") || given === undefined;
    const packages = own ? mkdtempSync(join(tmpdir(), "cache-purge-replay-")) : given;
    try {
        mkdirSync(packages, { recursive: true });
        const replays = PACKAGES.map((name) => ({ name, steps: replay(packages, name) }));
        for (const { name, steps } of replays) {
            console.log(`\n${name}`);
            console.table(
                steps.map(({ from, to, urls, changes, exact, widened, byHost }) => ({
                    step: `${from} → ${to}`,
                    urls,
                    "+/~/-": `${changes.added}/${changes.changed}/${changes.removed}`,
                    requests: exact.requests,
                    collateral: exact.collateral,
                    "widened requests": widened.requests,
                    "widened collateral": widened.collateral,
                    "host's collateral": byHost.collateral,
                })),
            );
        }
        if (process.argv.includes("--write")) {
            writeFileSync(join(__dirname, "results", "replay.json"), `${JSON.stringify(replays, null, 2)}\n`);
        }
    } finally {
        if (own) {
            rmSync(packages, { recursive: true, force: true });
        }
    }
}

main();
