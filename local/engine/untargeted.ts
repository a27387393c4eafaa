/** Resources outside of `--target` or `--exclude`: their old state is carried over, with what it depends on. */
import type { Deployment } from "./deployment";
import type { Progress } from "./progress";
import type { ResourceState } from "./resourceState";
import { dependenciesOf } from "./resourceState";
import type { Registration, Step } from "./steps";
import { Reported } from "./steps";
import { parseReference } from "./urn";

/** A `same` step for the state and, before it, for everything that it depends on and that has no step yet. */
export function untargetedSames(
    deployment: Deployment,
    progress: Progress,
    old: ResourceState,
    registration: Registration | undefined,
    urn: string,
): Step[] {
    // A state that only waits for its deletion stays where it is.
    if (old.delete) {
        return [];
    }
    progress.urns.add(old.urn);
    progress.sames.add(urn);
    progress.sames.add(old.urn);
    const steps: Step[] = [];
    if (old.provider) {
        const reference = parseReference(old.provider);
        const provider = deployment.olds.get(reference.urn);
        const done = progress.hasStep(reference.urn) || progress.isOperatedOn(reference.urn);
        if (!done && provider?.id === reference.id) {
            steps.push(...untargetedSames(deployment, progress, provider, undefined, provider.urn));
        }
    }
    for (const dependency of dependenciesOf(old)) {
        if (progress.hasStep(dependency.urn)) {
            continue;
        }
        const needed = deployment.olds.get(dependency.urn);
        if (!needed) {
            throw new Reported(`${dependency.kind} ${dependency.urn} of untargeted resource ${urn} has no old state`);
        }
        steps.push(...untargetedSames(deployment, progress, needed, undefined, needed.urn));
    }
    steps.push({
        op: "same",
        urn: old.urn,
        old,
        new: { ...old },
        untargeted: true,
        ...(registration ? { registration } : {}),
    });
    return steps;
}

/** With `--target`, old resources that the program names no more but a targeted one still depends on. */
export function oldDependencies(deployment: Deployment, progress: Progress, next: ResourceState): Step[] {
    if (!deployment.options.targets.constrained) {
        return [];
    }
    return dependenciesOf(next).flatMap(({ urn }) => {
        const old = deployment.olds.get(urn);
        return old && !progress.hasStep(urn) ? untargetedSames(deployment, progress, old, undefined, urn) : [];
    });
}

/** Refuses a step that needs a resource whose create `--target` left out. A preview names all such steps. */
export function refuseSkippedDependencies(deployment: Deployment, progress: Progress, steps: Step[]): void {
    const { options, report } = deployment;
    if (!options.targets.constrained && !options.replaces.constrained) {
        return;
    }
    for (const { new: state, skippedCreate, urn } of steps) {
        if (!state || skippedCreate) {
            continue;
        }
        const provider = state.provider ? [parseReference(state.provider).urn] : [];
        for (const needed of [...dependenciesOf(state).map((one) => one.urn), ...provider]) {
            if (!progress.skippedCreates.has(needed)) {
                continue;
            }
            const message =
                `Resource '${urn}' depends on '${needed}' which was not specified in --target list.\n` +
                "Include the resource in the --target list to proceed.";
            report.diagnostic("error", message, urn);
            progress.sawError = true;
            if (!options.preview) {
                throw new Reported("untargeted create");
            }
            progress.skippedCreates.delete(needed);
        }
    }
}
