/** The steps of a replacement: the new one first, or the old one deleted first with all that cannot live without it. */
import type { Deployment } from "./deployment";
import type { Progress } from "./progress";
import type { Diff } from "./provider";
import type { Registering } from "./registering";
import { applyReplaceOnChanges, isTargetedReplace, mustReplace, providerDiff } from "./resourceDiff";
import type { ResourceState } from "./resourceState";
import type { Step } from "./steps";
import { Reported } from "./steps";
import { parseReference } from "./urn";
import { unknownValue } from "./values";

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
    if (!(goal.deleteBeforeReplace ?? diff.deleteBeforeReplace)) {
        return [
            { op: "create-replacement", ...both, ...keys, registration, pendingDelete: true },
            { op: "replace", ...both, ...keys, pendingDelete: true },
        ];
    }
    return [
        ...(await deletesFirst(deployment, progress, old, urn)),
        { op: "replace", ...both, ...keys },
        { op: "create-replacement", ...both, ...keys, registration },
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

/** Deletes the resource and before it, in reverse order, every dependent that would be replaced with it. */
async function deletesFirst(
    deployment: Deployment,
    progress: Progress,
    old: ResourceState,
    urn: string,
): Promise<Step[]> {
    const dependents = deployment.graph.has(old) ? await dependentReplacements(deployment, progress, old) : [];
    const known = new Set(dependents.map(({ state }) => state));
    const cascading = [...deployment.news.values(), ...deployment.olds.values()].filter(
        (state) => !known.has(state) && (state.replaceWith?.includes(urn) || state.deletedWith === urn),
    );
    const seen = new Set<string>();
    const all = [...dependents, ...cascading.map((state) => ({ state, keys: [] as string[] }))].filter(({ state }) => {
        const first = !seen.has(state.urn);
        seen.add(state.urn);
        return first;
    });
    const steps: Step[] = [];
    for (const { state, keys } of all.reverse()) {
        if (progress.pendingDeletes.has(state)) {
            continue;
        }
        progress.dependentReplaceKeys.set(state.urn, keys);
        if (state.delete) {
            steps.push({ op: "delete", urn: state.urn, old: state });
        } else {
            if (state.protect) {
                throw protectedDependent(deployment, progress, state.urn, urn);
            }
            steps.push({ op: "delete-replaced", urn: state.urn, old: state, pendingReplacement: true });
        }
        progress.deletes.add(state.urn);
        progress.pendingDeletes.add(state);
    }
    await deployment.ensureProvider(old.provider);
    if (!old.pendingReplacement) {
        progress.deletes.add(old.urn);
        steps.push({ op: "delete-replaced", urn: old.urn, old, pendingReplacement: true });
    }
    return steps;
}

function protectedDependent(deployment: Deployment, progress: Progress, dependent: string, urn: string): Reported {
    progress.sawError = true;
    const message =
        `unable to replace resource "${dependent}" as part of replacing "${urn}" as it is currently marked for ` +
        "protection. To unprotect the resource, remove the `protect` flag from the resource in your Pulumi program " +
        `and run \`pulumi up\`, or use the command:\n\`pulumi state unprotect '${dependent}'\``;
    return deployment.fail(message, urn);
}

/**
 * The dependents of a resource that could not outlive it: those whose provider says that a change of the inputs which
 * come from it would replace them. Others, and those that the program registered already, may stay.
 */
async function dependentReplacements(deployment: Deployment, progress: Progress, root: ResourceState) {
    const replaced = new Set([root.urn]);
    const { reads, creates, sames, updates, deletes, replaces } = progress;
    const registered = new Set([reads, creates, sames, updates, deletes, replaces].flatMap((set) => [...set]));
    const found: { state: ResourceState; keys: string[] }[] = [];
    for (const state of deployment.graph.dependentsOf(root, registered, false)) {
        const keys = await replacedKeys(deployment, state, replaced);
        if (!keys) {
            continue;
        }
        found.push({ state, keys });
        replaced.add(state.urn);
    }
    return found;
}

async function replacedKeys(
    deployment: Deployment,
    state: ResourceState,
    replaced: Set<string>,
): Promise<string[] | undefined> {
    if (!state.custom || state.external) {
        return undefined;
    }
    if (state.provider && replaced.has(parseReference(state.provider).urn)) {
        await deployment.ensureProvider(state.provider);
        return [];
    }
    if (state.deletedWith && replaced.has(state.deletedWith)) {
        return [];
    }
    const affected = Object.entries(state.propertyDependencies ?? {})
        .filter(([key, urns]) => key in state.inputs && urns.some((urn) => replaced.has(urn)))
        .map(([key]) => key);
    if (affected.length === 0) {
        return undefined;
    }
    const provider = await deployment.managerOf(state);
    if (!provider) {
        return undefined;
    }
    const diff = await providerDiff(provider, {
        urn: state.urn,
        id: state.id ?? "",
        oldInputs: state.inputs,
        oldOutputs: state.outputs,
        newInputs: { ...state.inputs, ...Object.fromEntries(affected.map((key) => [key, unknownValue])) },
        preview: true,
        ignoreChanges: state.ignoreChanges ?? [],
    });
    const final = applyReplaceOnChanges(diff, state.replaceOnChanges ?? [], false);
    return mustReplace(final) ? final.replaceKeys : undefined;
}
