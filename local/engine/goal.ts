/** What the program asks for with one registration. */
import type { CustomTimeouts, ResourceState } from "./resourceState";
import type { Bag } from "./values";

/** Another identity that the resource had before. */
export type Alias =
    | { urn: string }
    | { name?: string; type?: string; stack?: string; project?: string; parent?: string; noParent?: boolean };

export interface Goal {
    type: string;
    name: string;
    custom: boolean;
    inputs: Bag;
    parent?: string;
    protect?: boolean;
    dependencies: string[];
    propertyDependencies: Record<string, string[]>;
    /** Reference of the provider; empty for components and providers. */
    provider: string;
    /** Keys of inputs. */
    ignoreChanges: string[];
    /** Keys of inputs. */
    replaceOnChanges: string[];
    additionalSecretOutputs: string[];
    aliases: Alias[];
    customTimeouts: CustomTimeouts;
}

/** The state that a goal leads to, before any provider has seen it. */
export function stateOf(
    goal: Goal,
    urn: string,
    old: ResourceState | undefined,
    alias: string | undefined,
): ResourceState {
    return {
        urn,
        type: goal.type,
        custom: goal.custom,
        inputs: goal.inputs,
        outputs: {},
        ...(goal.parent ? { parent: goal.parent } : {}),
        protect: goal.protect ?? false,
        dependencies: goal.dependencies,
        initErrors: [],
        ...(goal.provider ? { provider: goal.provider } : {}),
        propertyDependencies: goal.propertyDependencies,
        additionalSecretOutputs: goal.additionalSecretOutputs,
        aliases: alias ? [alias] : [],
        customTimeouts: goal.customTimeouts,
        ...(old?.created ? { created: old.created } : {}),
        ...(old?.modified ? { modified: old.modified } : {}),
        ignoreChanges: goal.ignoreChanges,
        replaceOnChanges: goal.replaceOnChanges,
        ...(old?.refreshBeforeUpdate ? { refreshBeforeUpdate: true } : {}),
        rest: {},
    };
}

/** How a registration ended, for the program. */
export interface Registered {
    state: ResourceState;
    /** The create was left out by `--target`: the SDK resolves its outputs as unknown. */
    unknown: boolean;
}

const units: Record<string, number> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Seconds of a duration as Go writes it (`1h5m30s`); an error when it is none. */
export function seconds(duration: string): number {
    if (duration === "") {
        return 0;
    }
    const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
    if (parts.length === 0 || parts.map(([all]) => all).join("") !== duration) {
        throw new Error(`unable to parse customTimeout Value ${duration}`);
    }
    return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? "s"] ?? 1), 0);
}
