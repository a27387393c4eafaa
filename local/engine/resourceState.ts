/**
 * One resource as the state file holds it (`ResourceV3` of the deployment format, version 3:
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go), with secrets laid open in memory.
 */
import type { Bag } from "./values";

export interface CustomTimeouts {
    /** Seconds; 0 or missing: the provider's own default. */
    create?: number;
    update?: number;
    delete?: number;
    read?: number;
}

export interface ResourceState {
    urn: string;
    type: string;
    custom: boolean;
    /** Replaced, and still to be deleted. */
    delete?: boolean;
    id?: string;
    inputs: Bag;
    outputs: Bag;
    parent?: string;
    protect?: boolean;
    taint?: boolean;
    /** Read by the program, not owned by the stack. */
    external?: boolean;
    dependencies: string[];
    initErrors: string[];
    provider?: string;
    propertyDependencies?: Record<string, string[]>;
    additionalSecretOutputs: string[];
    aliases: string[];
    customTimeouts?: CustomTimeouts;
    importID?: string;
    created?: string;
    modified?: string;
    ignoreChanges?: string[];
    replaceOnChanges?: string[];
    refreshBeforeUpdate?: boolean;
    /** Fields that this engine does not use and hands on unchanged. */
    rest: Record<string, unknown>;
}

/** Which relation makes one resource depend on another. */
export type DependencyKind = "parent" | "dependency" | "property";

/** Every resource that this one needs, its provider apart. */
export function dependenciesOf(state: ResourceState): { urn: string; kind: DependencyKind }[] {
    const found: { urn: string; kind: DependencyKind }[] = [];
    if (state.parent) {
        found.push({ urn: state.parent, kind: "parent" });
    }
    for (const urn of state.dependencies) {
        found.push({ urn, kind: "dependency" });
    }
    for (const urns of Object.values(state.propertyDependencies ?? {})) {
        for (const urn of urns) {
            found.push({ urn, kind: "property" });
        }
    }
    return found;
}

/** The URNs that appear in a state list, with the relation they are named by, changed as told. */
export function renameReferences(state: ResourceState, rename: (urn: string) => string): ResourceState {
    const list = (urns: string[]) => [...new Set(urns.map(rename))];
    return {
        ...state,
        ...(state.parent ? { parent: rename(state.parent) } : {}),
        ...(state.provider ? { provider: renameProvider(state.provider, rename) } : {}),
        dependencies: list(state.dependencies),
        ...(state.propertyDependencies
            ? {
                  propertyDependencies: Object.fromEntries(
                      Object.entries(state.propertyDependencies).map(([key, urns]) => [key, list(urns)]),
                  ),
              }
            : {}),
    };
}

function renameProvider(reference: string, rename: (urn: string) => string): string {
    const at = reference.lastIndexOf("::");
    return rename(reference.slice(0, at)) + reference.slice(at);
}
