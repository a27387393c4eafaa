/** Reads every resource and takes what is there as the new base state. */
import type { Deployment } from "./deployment";
import { Executor } from "./executor";
import type { ResourceState } from "./resourceState";
import type { Snapshot } from "./snapshot";
import type { Step } from "./steps";

/** Whether every read succeeded. Failures leave a resource as it was. */
export async function refreshed(
    deployment: Deployment,
    snapshot: Snapshot | undefined,
    parallel: number,
): Promise<boolean> {
    const { targets, excludes } = deployment.options;
    const included = ({ urn }: ResourceState) =>
        targets.contains(urn) && (!excludes.constrained || !excludes.contains(urn));
    const steps = new Map<ResourceState, Step>();
    for (const old of deployment.prev.filter(included)) {
        await deployment.ensureProvider(old.provider);
        steps.set(old, { op: "refresh", urn: old.urn, old, new: old });
    }
    const executor = new Executor(deployment, snapshot, parallel, () => undefined, true);
    await Promise.all([...steps.values()].map((step) => executor.run([step])));
    const states = deployment.prev.map((old) => {
        const step = steps.get(old);
        return step ? step.new : old;
    });
    const rebuilt = withoutDangling(deployment.prev, states);
    deployment.rebase(rebuilt);
    snapshot?.rebase(rebuilt);
    return !executor.failed;
}

/** The states without those that are gone, and without references to them; children go to the next living parent. */
function withoutDangling(before: ResourceState[], after: (ResourceState | undefined)[]): ResourceState[] {
    const living = new Set<string>();
    const parentOf = new Map(before.map(({ urn, parent }) => [urn, parent]));
    return after.flatMap((state) => {
        if (!state) {
            return [];
        }
        const alive = (urn: string) => living.has(urn);
        living.add(state.urn);
        let parent = state.parent;
        while (parent !== undefined && !living.has(parent)) {
            parent = parentOf.get(parent);
        }
        const { parent: _old, ...rest } = state;
        return [
            {
                ...rest,
                ...(parent ? { parent } : {}),
                dependencies: state.dependencies.filter(alive),
                ...(state.propertyDependencies
                    ? {
                          propertyDependencies: Object.fromEntries(
                              Object.entries(state.propertyDependencies)
                                  .map(([key, urns]) => [key, urns.filter(alive)] as const)
                                  .filter(([, urns]) => urns.length > 0),
                          ),
                      }
                    : {}),
            },
        ];
    });
}
