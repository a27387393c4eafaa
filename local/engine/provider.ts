/** What the engine asks of whoever manages resources: a provider process, or the engine itself for providers. */
import type { Changes } from "./difference";
import type { Bag } from "./values";

/** The inputs that the provider wants, or why it refuses the given ones. */
export interface Checked {
    inputs: Bag;
    failures: { property: string; reason: string }[];
}

/** What an update would change. */
export interface Diff {
    changes: "none" | "some" | "unknown";
    /** Keys whose change needs a new resource. */
    replaceKeys: string[];
    /** Keys that changed, as far as the provider says. */
    changedKeys: string[];
    detailed?: Changes;
    deleteBeforeReplace: boolean;
}

/** What a create or an update left. */
export interface Applied {
    id: string;
    outputs: Bag;
    /** Not empty: the resource exists but is not finished (`ErrorResourceInitFailed`). */
    reasons?: string[];
    refreshBeforeUpdate?: boolean;
}

/** What a read found; no id: the resource is gone. */
export interface ReadResult {
    id: string;
    outputs: Bag;
    inputs?: Bag;
    reasons?: string[];
}

/** A component that a plugin made. */
export interface Constructed {
    urn: string;
    outputs: Bag;
    /** The resources behind each output. */
    dependencies: Record<string, string[]>;
}

export interface CheckRequest {
    urn: string;
    olds: Bag;
    news: Bag;
    preview: boolean;
    randomSeed?: Uint8Array;
}
export interface DiffRequest {
    urn: string;
    id: string;
    oldInputs: Bag;
    oldOutputs: Bag;
    newInputs: Bag;
    preview: boolean;
    ignoreChanges: string[];
}
export interface CreateRequest {
    urn: string;
    inputs: Bag;
    /** Seconds; 0: the provider's default. */
    timeout: number;
    preview: boolean;
}
export interface UpdateRequest {
    urn: string;
    id: string;
    oldInputs: Bag;
    oldOutputs: Bag;
    newInputs: Bag;
    timeout: number;
    preview: boolean;
    ignoreChanges: string[];
}
export interface DeleteRequest {
    urn: string;
    id: string;
    inputs: Bag;
    outputs: Bag;
    timeout: number;
}
export interface ReadRequest {
    urn: string;
    id: string;
    inputs: Bag;
    outputs: Bag;
    timeout: number;
}

/** Manages resources. Methods throw with the provider's own message when it refuses. */
export interface ResourceProvider {
    check(request: CheckRequest): Promise<Checked>;
    diff(request: DiffRequest): Promise<Diff>;
    create(request: CreateRequest): Promise<Applied>;
    update(request: UpdateRequest): Promise<Applied>;
    delete(request: DeleteRequest): Promise<void>;
    read(request: ReadRequest): Promise<ReadResult>;
}

/** The provider's configuration depends on something that this preview cannot know. */
export class DiffUnavailable extends Error {
    override name = "DiffUnavailable";
}
