/** Holds plans against the answers of Cloudflare's own asset server. */
import * as fc from "fast-check";
import type { HtmlHandling } from "../../components/assets/route";
import { HTML_HANDLING } from "../../components/assets/route";
import type { MappingOptions, SiteAssets } from "../../components/assets/siteAssets";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { plan } from "../../components/plan/plan";
import type { AssetConfig, AssetServer, Tree } from "./assetServer";
import { NOT_FOUND } from "./assetServer";
import type { Pair } from "./pairs";
import { pairs } from "./pairs";
import { answersOf, differing, nearForms } from "./truth";

const ORIGIN = "https://site.example";

export const CONFIGS: readonly AssetConfig[] = HTML_HANDLING.flatMap((htmlHandling: HtmlHandling) =>
    NOT_FOUND.map((notFound) => ({ htmlHandling, notFound })),
);

type Origin = NonNullable<MappingOptions["origin"]>;

/** A plan that is not what the server says. */
export interface Finding {
    readonly config: AssetConfig;
    readonly before: Tree;
    readonly after: Tree;
    /** URLs that change and that the plan does not name. */
    readonly missing: readonly string[];
    /** URLs that the plan names, that do not change, and that are no near forms of a file that does. */
    readonly needless: readonly string[];
}

export interface Verdict {
    readonly deploys: number;
    /** URLs that change. */
    readonly changed: number;
    readonly planned: number;
    readonly missing: number;
    readonly needless: number;
    readonly findings: readonly Finding[];
}

/** Some random pairs. The same seed gives the same ones. */
export function randomPairs(count: number, seed: number): Pair[] {
    return fc.sample(pairs(), { numRuns: count, seed });
}

/** Plans every pair in every configuration, and compares each plan with the server's answers. */
export async function judge(
    server: AssetServer,
    tested: readonly Pair[],
    configs: readonly AssetConfig[] = CONFIGS,
    origin: Origin = "any",
): Promise<Verdict> {
    let [deploys, changed, planned, missing, needless] = [0, 0, 0, 0, 0];
    const findings: Finding[] = [];
    for (const pair of tested) {
        const deploysOfPair = configs.map((config) => ({ ...pair, config, ...planOf(pair, config, origin) }));
        const answers = await answersOf(server, deploysOfPair);
        for (const [i, deploy] of deploysOfPair.entries()) {
            const near = nearForms(deploy, origin === "cloudflare-assets");
            const named = new Set(deploy.planned);
            const differ = new Set(differing(answers[i] ?? new Map()));
            const finding: Finding = {
                config: deploy.config,
                before: pair.before,
                after: pair.after,
                missing: [...differ].filter((url) => !named.has(url) && !deploy.everything),
                needless: deploy.planned.filter((url) => !differ.has(url) && !near.has(url)),
            };
            if (finding.missing.length + finding.needless.length > 0) {
                findings.push(finding);
            }
            deploys++;
            changed += differ.size;
            planned += deploy.planned.length;
            missing += finding.missing.length;
            needless += finding.needless.length;
        }
    }
    return { deploys, changed, planned, missing, needless, findings };
}

/** The paths of the URLs that a deploy's plan names, and whether it takes the host. */
function planOf(
    { before, after }: Pair,
    config: AssetConfig,
    origin: Origin,
): { planned: string[]; everything: boolean } {
    const { selectors } = plan(assetsOf(before, config, origin).manifest, assetsOf(after, config, origin).manifest);
    return {
        planned: selectors.filter(({ kind }) => kind === "url").map(({ value }) => value.slice(ORIGIN.length)),
        everything: selectors.some(({ kind }) => kind === "host"),
    };
}

function assetsOf(tree: Tree, { htmlHandling, notFound }: AssetConfig, origin: Origin): SiteAssets {
    const options: MappingOptions = {
        baseUrls: [ORIGIN],
        htmlHandling,
        origin,
        allowEmpty: true,
        ...(notFound === "single-page-application" && tree.has("/index.html") ? { fallback: "index.html" } : {}),
    };
    return assetsFromDigests(Object.fromEntries(tree), options);
}
