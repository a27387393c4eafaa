/** One thing that the engine does to one resource. */
import type { Changes } from "./difference";
import type { Registered } from "./goal";
import type { ResourceState } from "./resourceState";

export type Op =
    | "same"
    | "create"
    | "update"
    | "delete"
    | "replace"
    | "create-replacement"
    | "delete-replaced"
    | "read"
    | "read-replacement"
    | "refresh"
    | "discard"
    | "discard-replaced";

/** Where the answer to the program goes. */
export interface Registration {
    done(result: Registered): void;
}

export interface Step {
    op: Op;
    urn: string;
    /** Before the step. */
    old?: ResourceState;
    /** After the step; filled in while the step is applied. */
    new?: ResourceState;
    registration?: Registration;
    /** Keys whose change needs the replacement. */
    replaceKeys?: string[];
    /** Keys that changed, as far as the provider said. */
    changedKeys?: string[];
    detailed?: Changes;
    ignoreChanges?: string[];
    /** A `same` that stands for a create which `--target` left out: it is never written to the state. */
    skippedCreate?: boolean;
    /** A `same` for a resource outside of `--target`: its old state is carried over as it is. */
    untargeted?: boolean;
    /** The replacement is created first, and the old resource deleted at the end. */
    pendingDelete?: boolean;
    /** A refresh found something other than what the program wants. */
    refreshChanged?: boolean;
}

export const isReplacing = ({ op }: Step): boolean => op === "create-replacement" || op === "delete-replaced";

/** Steps that stand for a resource as a whole, not for a part of its replacement. */
export const isLogical = ({ op }: Step): boolean =>
    !["create-replacement", "delete-replaced", "read-replacement", "discard-replaced", "refresh"].includes(op);

/** The state that a step is about: the new one where there is one. */
export function stateOfStep(step: Step): ResourceState {
    const state = step.new ?? step.old;
    if (!state) {
        throw new Error(`The step ${step.op} of ${step.urn} has no state`);
    }
    return state;
}

/** An error that has been told to the person already. */
export class Reported extends Error {
    override name = "Reported";
}
