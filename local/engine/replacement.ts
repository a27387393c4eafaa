/** The steps of a replacement: the new resource is created; the old one is deleted at the end of the deployment. */
import type { Deployment } from "./deployment";
import type { Progress } from "./progress";
import type { Diff } from "./provider";
import type { Registering } from "./registering";
import { isTargetedReplace } from "./resourceDiff";
import type { ResourceState } from "./resourceState";
import type { Step } from "./steps";
import { Reported } from "./steps";

export async function replacementSteps(
    deployment: Deployment,
    progress: Progress,
    of: Registering & { old: ResourceState },
    diff: Diff,
): Promise<Step[]> {
    const { goal, old, next, provider, registration, randomSeed } = of;
    const { urn } = next;
    if (next.protect && old.protect) {
        refuseProtected(deployment, progress, urn);
    }
    if (diff.deleteBeforeReplace) {
        throw deployment.fail(
            `the provider of ${urn} asks to delete it before it is replaced, which the local engine does not support. ` +
                "Use the Pulumi CLI for it",
            urn,
        );
    }
    progress.replaces.add(urn);
    if (provider && !isTargetedReplace(deployment, old, urn)) {
        // Defaults that check had carried over from the old inputs are not those of a new resource.
        const checked = await provider.check({
            urn,
            olds: {},
            news: goal.inputs,
            preview: deployment.options.preview,
            randomSeed,
        });
        if (checked.failures.length > 0) {
            throw deployment.fail(
                `resource ${urn} has check errors: ${checked.failures.map((f) => f.reason).join("; ")}`,
                urn,
            );
        }
        next.inputs = checked.inputs;
    }
    const { replaceKeys, changedKeys } = diff;
    const keys = { replaceKeys, changedKeys, ...(diff.detailed ? { detailed: diff.detailed } : {}) };
    const both = { urn, old, new: next };
    return [
        { op: "create-replacement", ...both, ...keys, registration, pendingDelete: true },
        { op: "replace", ...both, ...keys, pendingDelete: true },
    ];
}

function refuseProtected(deployment: Deployment, progress: Progress, urn: string): void {
    const message =
        `unable to replace resource "${urn}"\nas it is currently marked for protection. To unprotect the resource, ` +
        "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`";
    deployment.report.diagnostic("error", message, urn);
    progress.sawError = true;
    // A preview goes on, so that the diff behind it is seen.
    if (!deployment.options.preview) {
        throw new Reported(message);
    }
}
