import type { Command } from "commander";
import { Option } from "commander";
import type { Manifest } from "../assets/manifest";
import { UsageError } from "../errors/usageError";
import type { PlanOptions } from "../plan/plan";
import type { BatchLimits, ZonePlan } from "../settings/zonePlan";
import { planLimits } from "../settings/zonePlan";
import { headerSet, list, number } from "./parse";
import { readManifest } from "./readManifest";
import type { SiteOptions } from "./siteOptions";
import { withSiteOptions } from "./siteOptions";
import type { Terminal } from "./terminal";
import type { World } from "./world";

/** Options that make a plan of two states of a site. */
export interface DifferenceOptions extends SiteOptions {
    readonly from?: string;
    readonly to?: string;
    readonly widenAbove?: number;
    readonly maxCollateral?: number;
    readonly always?: readonly string[];
    readonly headers?: readonly Readonly<Record<string, string>>[];
    readonly zonePlan?: ZonePlan;
}

const STATE = "a folder, a manifest's file, or a `pulumi stack export`";

/** Adds those options to a command. */
export function withDifferenceOptions(command: Command): Command {
    command
        .optionsGroup("What changed between two states of a site:")
        .option("--from <dir|manifest>", `what was deployed before: ${STATE}`)
        .option("--to <dir|manifest>", `what is deployed now: ${STATE}`);
    return withSiteOptions(command)
        .optionsGroup("How the changes become requests:")
        .option("--always <url>", "goes with every change: a URL, or a path under each base URL; may be repeated", list)
        .option("--widen-above <n>", "URLs above which prefixes and hosts may stand for them (default: 5000)", whole)
        .option("--max-collateral <n>", "unchanged URLs that this may evict (default: as many as changed)", whole)
        .option("--headers <json>", "a header set of a custom cache key; may be repeated", headerSet)
        .addOption(
            new Option(
                "--zone-plan <plan>",
                "the zone's plan, whose limits count (default: free, or the zone's own)",
            ).choices(["free", "pro", "business", "enterprise"]),
        );
}

/**
 * Both states of the site.
 *
 * @throws ProblemError when one is missing or cannot be read.
 */
export async function readDifference(
    options: DifferenceOptions,
    world: World,
    screen: Terminal,
): Promise<{ before: Manifest; after: Manifest }> {
    const { from, to } = options;
    if (from === undefined || to === undefined) {
        const missing = from === undefined ? "--from" : "--to";
        throw new UsageError(
            `${missing} is missing: a difference has two sides.`,
            `Add ${missing} DIR or ${missing} MANIFEST.`,
        );
    }
    if (from === "-" && to === "-") {
        throw new UsageError("--from and --to are both stdin.", "Give one of them as a file.");
    }
    const before = await readManifest(from, options, world);
    const after = await readManifest(to, options, world);
    const origins = new Set(originsOf(before));
    if (origins.size > 0 && originsOf(after).length > 0 && !originsOf(after).some((origin) => origins.has(origin))) {
        screen.warn(
            `--from is at ${[...origins].join(", ")} and --to at ${originsOf(after).join(", ")}: every URL of the former counts as removed`,
        );
    }
    return { before, after };
}

/** What `plan` takes of the options. */
export function planOptionsOf(options: DifferenceOptions): PlanOptions {
    const { widenAbove, maxCollateral, always, headers } = options;
    return {
        ...(widenAbove === undefined ? {} : { widenAbove }),
        ...(maxCollateral === undefined ? {} : { maxCollateral }),
        ...(always === undefined ? {} : { always }),
        ...(headers === undefined ? {} : { headers }),
        limits: limitsFor(options),
    };
}

/** The limits of a plan that was named, else of the zone's, else of the free one. */
export function limitsFor({ zonePlan }: DifferenceOptions, ofZone?: string): BatchLimits {
    return planLimits(zonePlan ?? ofZone);
}

function originsOf(manifest: Manifest): string[] {
    return manifest.sections.flatMap(({ baseUrls }) => baseUrls);
}

function whole(text: string): number {
    return number(0, Number.MAX_SAFE_INTEGER, "URLs", true)(text);
}
