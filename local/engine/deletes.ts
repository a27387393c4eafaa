/** What is to be deleted once the program is done, and in which order. */
import type { Deployment } from "./deployment";
import { DependencyGraph } from "./graph";
import type { Progress } from "./progress";
import type { ResourceState } from "./resourceState";
import type { Step } from "./steps";
import { Reported, stateOfStep } from "./steps";

/** Deletes of what the program names no more or was replaced, and `same` steps for what `--target` leaves out. */
export async function deleteSteps(
    deployment: Deployment,
    progress: Progress,
): Promise<{ sames: Step[]; deletes: Step[] }> {
    const included = inclusion(deployment);
    const sames: Step[] = [];
    const deletes: Step[] = [];
    for (const old of deployment.prev) {
        const { urn } = old;
        if (!included(old)) {
            if (!progress.isOperatedOn(urn) && !old.delete) {
                sames.push({ op: "same", urn, old, new: { ...old }, untargeted: true });
            }
            continue;
        }
        if (old.delete) {
            progress.deletes.add(urn);
            deletes.push({ op: old.external ? "discard-replaced" : "delete-replaced", urn, old });
        } else if (!progress.isOperatedOn(urn)) {
            progress.deletes.add(urn);
            deletes.push({ op: old.external ? "discard" : "delete", urn, old });
        }
        if (progress.deletes.has(urn)) {
            await deployment.ensureProvider(old.provider);
        }
    }
    refuseUntargeted(deployment, progress, deletes);
    return { sames, deletes };
}

function inclusion(deployment: Deployment): (state: ResourceState) => boolean {
    const { targets, excludes } = deployment.options;
    if (targets.constrained) {
        // Dependents of a target count, so that the error can name them.
        const allowed = closure(
            deployment,
            (state) => targets.contains(state.urn),
            (state) => deployment.graph.dependentsOf(state),
        );
        return ({ urn }) => allowed.has(urn);
    }
    if (excludes.constrained) {
        // What an excluded resource depends on stays as well.
        const kept = closure(
            deployment,
            (state) => excludes.contains(state.urn),
            (state) => [...deployment.graph.dependenciesOf(state)],
        );
        return ({ urn }) => !kept.has(urn);
    }
    return () => true;
}

function closure(
    deployment: Deployment,
    starts: (state: ResourceState) => boolean,
    next: (state: ResourceState) => ResourceState[],
): Set<string> {
    const reached = new Set<string>();
    const frontier = deployment.prev.filter(starts);
    for (let state = frontier.pop(); state; state = frontier.pop()) {
        if (reached.has(state.urn)) {
            continue;
        }
        reached.add(state.urn);
        frontier.push(...next(state));
    }
    return reached;
}

function refuseUntargeted(deployment: Deployment, progress: Progress, deletes: Step[]): void {
    const { targets, preview } = deployment.options;
    const refused = deletes.filter(({ urn }) => !targets.contains(urn));
    for (const { urn } of refused) {
        const message =
            `Resource '${urn}' will be destroyed but was not specified in --target list.\n` +
            "Include the resource in the --target list to proceed.";
        deployment.report.diagnostic("error", message, urn);
        progress.sawError = true;
    }
    if (refused.length > 0 && !preview) {
        throw new Reported("delete untargeted resource");
    }
}

/**
 * The deletes in groups: all of a group can run at once, each group after the one before, so that a resource goes
 * only when nothing depends on it any more.
 */
export function schedule(deployment: Deployment, deletes: Step[]): Step[][] {
    const graph = new DependencyGraph(deployment.prev);
    const remaining = new Map(deletes.map((step) => [stateOfStep(step), step]));
    const groups: Step[][] = [];
    while (remaining.size > 0) {
        const free = [...remaining.keys()].filter(
            (state) => ![...graph.dependenciesOf(state)].some((needed) => remaining.has(needed)),
        );
        if (free.length === 0) {
            throw new Error("The state holds resources that depend on each other in a circle");
        }
        groups.push(free.map((state) => remaining.get(state) as Step));
        for (const state of free) {
            remaining.delete(state);
        }
    }
    return groups.reverse();
}
