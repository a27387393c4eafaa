/** Does what a step says, through the provider; in a preview, as far as the provider can foresee it. */
import type { Deployment } from "./deployment";
import type { Applied } from "./provider";
import { providerDiff } from "./resourceDiff";
import type { ResourceState } from "./resourceState";
import type { Step } from "./steps";
import { isReplacing } from "./steps";
import { isProviderType } from "./urn";
import { isSecret, same, secret, unknownValue } from "./values";

/** The resource exists but is not finished: what was made is kept in the state, and the step failed. */
export class InitError extends Error {
    override name = "InitError";
    constructor(readonly reasons: string[]) {
        super(reasons.length === 0 ? "resource init failed" : describe(reasons));
    }
}

const describe = (reasons: string[]): string =>
    `${reasons.length} error${reasons.length === 1 ? "" : "s"} occurred:\n${reasons.map((reason) => `\t* ${reason}`).join("\n")}\n\n`;

/** Applies the step and fills in its new state. Throws when it failed; {@link InitError} when it failed half-way. */
export async function apply(deployment: Deployment, step: Step): Promise<void> {
    await act(deployment, step);
    if (step.new && step.op !== "replace") {
        step.new.outputs = markSecrets(step.new);
    }
}

async function act(deployment: Deployment, step: Step): Promise<void> {
    switch (step.op) {
        case "same":
            return keep(deployment, step);
        case "create":
        case "create-replacement":
            return create(deployment, step);
        case "update":
            return update(deployment, step);
        case "delete":
        case "delete-replaced":
            return remove(deployment, step);
        case "read":
        case "read-replacement":
            return read(deployment, step);
        case "refresh":
            return refresh(deployment, step);
        default:
            return;
    }
}

function states(step: Step): { old: ResourceState; next: ResourceState } {
    if (!step.old || !step.new) {
        throw new Error(`The step ${step.op} of ${step.urn} lacks a state`);
    }
    return { old: step.old, next: step.new };
}

/** Old outputs and new inputs: what the provider called no change is kept as the program wrote it. */
async function keep(deployment: Deployment, step: Step): Promise<void> {
    if (step.skippedCreate) {
        return;
    }
    const { old, next } = states(step);
    if (old.id !== undefined) {
        next.id = old.id;
    }
    next.outputs = old.outputs;
    if (isProviderType(next.type) && !step.untargeted) {
        await deployment.registry.keep({ ...next, inputs: old.inputs });
    }
}

async function create(deployment: Deployment, step: Step): Promise<void> {
    const next = step.new as ResourceState;
    const provider = await deployment.managerOf(next);
    let applied: Applied | undefined;
    if (provider) {
        const { preview } = deployment.options;
        applied = await provider.create({
            urn: next.urn,
            inputs: next.inputs,
            timeout: next.customTimeouts?.create ?? 0,
            preview,
        });
        if (applied.id !== "") {
            next.id = applied.id;
        }
        next.outputs = applied.outputs;
    }
    const now = new Date().toISOString();
    next.created = now;
    next.modified = now;
    if (step.pendingDelete && step.old) {
        step.old.delete = true;
    }
    unfinished(next, applied);
}

async function update(deployment: Deployment, step: Step): Promise<void> {
    const { old, next } = states(step);
    if (old.id !== undefined) {
        next.id = old.id;
    }
    if (old.created) {
        next.created = old.created;
    }
    const provider = await deployment.managerOf(next);
    if (!provider) {
        return;
    }
    const applied = await provider.update({
        urn: next.urn,
        id: old.id ?? "",
        oldInputs: old.inputs,
        oldOutputs: old.outputs,
        newInputs: next.inputs,
        timeout: next.customTimeouts?.update ?? 0,
        preview: deployment.options.preview,
        ignoreChanges: step.ignoreChanges ?? [],
    });
    next.outputs = applied.outputs;
    next.modified = new Date().toISOString();
    unfinished(next, applied);
}

function unfinished(next: ResourceState, applied: Applied | undefined): void {
    if (!applied?.reasons) {
        return;
    }
    next.initErrors = applied.reasons;
    next.outputs = markSecrets(next);
    throw new InitError(applied.reasons);
}

async function remove(deployment: Deployment, step: Step): Promise<void> {
    const old = step.old as ResourceState;
    if (!isReplacing(step) && old.protect) {
        throw new Error(
            `resource "${old.urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove ` +
                "the `protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:\n" +
                `\`pulumi state unprotect '${old.urn}'\``,
        );
    }
    if (!deployment.options.preview && !old.external) {
        const provider = await deployment.managerOf(old);
        await provider?.delete({
            urn: old.urn,
            id: old.id ?? "",
            inputs: old.inputs,
            outputs: old.outputs,
            timeout: old.customTimeouts?.delete ?? 0,
        });
    }
}

async function read(deployment: Deployment, step: Step): Promise<void> {
    const next = step.new as ResourceState;
    if (next.id === unknownValue) {
        return;
    }
    const provider = await deployment.managerOf(next);
    if (!provider) {
        return;
    }
    const { urn, id = "", inputs } = next;
    const found = await provider.read({ urn, id, inputs, outputs: inputs, timeout: 0 });
    if (found.id === "") {
        throw new Error(`resource '${id}' does not exist`);
    }
    next.outputs = found.outputs;
    next.id = found.id;
    if (step.op === "read-replacement" && step.old) {
        step.old.delete = true;
    }
    if (found.reasons) {
        next.initErrors = found.reasons;
        throw new InitError(found.reasons);
    }
}

/** Reads what is there. A resource that is gone leaves the step without a new state. */
async function refresh(deployment: Deployment, step: Step): Promise<void> {
    const old = step.old as ResourceState;
    if (!old.custom || isProviderType(old.type)) {
        return;
    }
    const provider = await deployment.managerOf(old);
    if (!provider) {
        return;
    }
    const { urn, id = "", inputs, outputs } = old;
    const found = await provider.read({ urn, id, inputs, outputs, timeout: old.customTimeouts?.read ?? 0 });
    if (found.id === "") {
        delete step.new;
        return;
    }
    const next: ResourceState = {
        ...old,
        id: found.id,
        initErrors: found.reasons ?? [],
        inputs: found.inputs ?? inputs,
        outputs: found.outputs,
    };
    if (found.reasons) {
        const message = `Refreshed resource is in an unhealthy state:\n* ${found.reasons.join("\n* ")}`;
        deployment.report.diagnostic("warning", message, urn);
    }
    if (!same(next.inputs, inputs) || !same(next.outputs, outputs)) {
        next.modified = new Date().toISOString();
    }
    step.new = next;
    if (old.external) {
        return;
    }
    // The diff that an `up` would see: the old inputs are what is wanted, the state just read is what is there.
    const diff = await providerDiff(provider, {
        urn,
        id: found.id,
        oldInputs: next.inputs,
        oldOutputs: next.outputs,
        newInputs: inputs,
        preview: deployment.options.preview,
        ignoreChanges: old.ignoreChanges ?? [],
    });
    if (diff.changes === "some") {
        step.changedKeys = diff.changedKeys;
    }
    step.refreshChanged = diff.changes === "some";
}

/** Outputs that are to be secret: named by `additionalSecretOutputs`, or under the key of a secret input. */
function markSecrets({ inputs, outputs, additionalSecretOutputs }: ResourceState): ResourceState["outputs"] {
    const marked = { ...outputs };
    for (const key of Object.keys(marked)) {
        if (additionalSecretOutputs.includes(key) || isSecret(inputs[key])) {
            marked[key] = secret(marked[key]);
        }
    }
    return marked;
}
