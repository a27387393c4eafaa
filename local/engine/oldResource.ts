/** Finds the old state of a resource: under its URN, or under one that it had before. */
import { aliasUrns } from "./aliases";
import type { Deployment } from "./deployment";
import type { Goal } from "./goal";
import type { Progress } from "./progress";
import type { ResourceState } from "./resourceState";

/** The old state, and the former URN when that is how it was found. The URN itself counts before any alias. */
export function findOld(
    deployment: Deployment,
    progress: Progress,
    urn: string,
    goal: Pick<Goal, "name" | "type" | "parent" | "aliases">,
): { old?: ResourceState; alias?: string; invalid: boolean } {
    const { stack, project } = deployment.options;
    const candidates = aliasUrns(goal, { stack, project, oldUrn: (of) => progress.aliases.get(of) });
    const claimed = progress.aliased.get(urn);
    let invalid = claimed !== undefined;
    if (claimed !== undefined) {
        deployment.report.diagnostic(
            "error",
            `Duplicate resource URN '${urn}' conflicting with alias on resource with URN '${claimed}'`,
            urn,
        );
    }
    for (const candidate of [urn, ...candidates]) {
        const old = deployment.olds.get(candidate);
        if (!old) {
            continue;
        }
        if (candidate === urn) {
            return { old, invalid };
        }
        const taken = progress.urns.has(candidate) ? urn : progress.aliased.get(candidate);
        if (taken !== undefined) {
            invalid = true;
            const message = `Duplicate resource alias '${candidate}' applied to resource with URN '${urn}' conflicting with resource with URN '${taken}'`;
            deployment.report.diagnostic("error", message, urn);
        }
        progress.aliased.set(candidate, urn);
        progress.aliases.set(urn, candidate);
        deployment.registry.alias(urn, candidate);
        return { old, alias: candidate, invalid };
    }
    return { invalid };
}
