import type { Command } from "commander";
import type { Manifest } from "../assets/manifest";
import { isFallback } from "../assets/marks";
import { AssetsError, UsageError } from "../errors/problem";
import type { PlanOptions } from "../plan/plan";
import { pick } from "../settings/check";
import { COMPONENT } from "../settings/componentOptions";
import type { BatchLimits } from "../settings/limits";
import { planLimits } from "../settings/limits";
import type { Given } from "../settings/option";
import type { Io } from "./io";
import { withOptions } from "./options";
import type { ManifestLimit } from "./readManifest";
import { readManifest, withManifestLimit } from "./readManifest";
import type { SiteOptions } from "./siteOptions";
import { withSiteOptions } from "./siteOptions";
import type { Terminal } from "./terminal";

const PLANNING = pick(COMPONENT, "always", "widenAbove", "maxCollateral", "headers", "crossOrigins", "zonePlan");

/** Options that make a plan of two states of a site. */
export interface DifferenceOptions extends SiteOptions, ManifestLimit, Given<typeof PLANNING> {
    readonly from?: string;
    readonly to?: string;
    readonly crossOrigin?: readonly string[];
}

const STATE = "a folder, a manifest's file, or a `pulumi stack export`";

/** Adds those options to a command. */
export function withDifferenceOptions(command: Command): Command {
    command
        .optionsGroup("What changed between two states of a site:")
        .option("--from <dir|manifest>", `what was deployed before: ${STATE}`)
        .option("--to <dir|manifest>", `what is deployed now: ${STATE}`);
    withManifestLimit(command);
    withSiteOptions(command).optionsGroup("How the changes become requests:");
    return withOptions(command, PLANNING);
}

/**
 * Both states of the site.
 *
 * @throws ProblemError when one is missing or cannot be read.
 */
export async function readDifference(
    options: DifferenceOptions,
    io: Io,
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
    const [before, after] = await readSides(from, to, options, io);
    const origins = new Set(originsOf(before));
    if (origins.size > 0 && originsOf(after).length > 0 && !originsOf(after).some((origin) => origins.has(origin))) {
        screen.warn(
            `--from is at ${[...origins].join(", ")} and --to at ${originsOf(after).join(", ")}: every URL of the former counts as removed`,
        );
    }
    return { before, after };
}

/** The fallback page may be new, or gone: it counts where it is there, and one of the two sides must have it. */
async function readSides(from: string, to: string, options: DifferenceOptions, io: Io): Promise<[Manifest, Manifest]> {
    const { fallback, fallbackUnder, ...others } = options;
    let missing: unknown;
    const read = async (place: string): Promise<Manifest> => {
        try {
            return await readManifest(place, options, io);
        } catch (error) {
            if (!(error instanceof AssetsError) || error.option !== "fallback" || missing !== undefined) {
                throw error;
            }
            missing = error;
            return readManifest(place, others, io);
        }
    };
    const sides: [Manifest, Manifest] = [await read(from), await read(to)];
    if (missing !== undefined && !sides.some(({ sections }) => sections.some(({ paths }) => paths.some(isFallback)))) {
        throw missing;
    }
    return sides;
}

/** What `plan` takes of the options. */
export function planOptionsOf(options: DifferenceOptions): PlanOptions {
    const { widenAbove, maxCollateral, always, headers, crossOrigin, exclude } = options;
    return {
        ...(widenAbove === undefined ? {} : { widenAbove }),
        ...(maxCollateral === undefined ? {} : { maxCollateral }),
        ...(always === undefined ? {} : { always }),
        ...(headers === undefined ? {} : { headers }),
        ...(exclude === undefined ? {} : { exclude }),
        ...(crossOrigin === undefined ? {} : { crossOrigins: crossOrigin }),
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
