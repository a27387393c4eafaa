import type * as pulumi from "@pulumi/pulumi";
import type { Receipt } from "../purge/outcome";
import type { JournalInputs, PurgeInputs } from "./state";

type Inputs<T> = {
    readonly [K in keyof T]: pulumi.Input<object extends Pick<T, K> ? T[K] | undefined : T[K]>;
};
export type JournalArgs = Inputs<JournalInputs>;
export type PurgeArgs = Inputs<PurgeInputs>;

type Kind<Args, Outputs> = new (
    name: string,
    args: Args,
    opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource & Outputs;

/** The classes of the custom resources: dynamic ones in a TypeScript program, and the plugin's own in other languages. */
export interface Kinds {
    readonly Journal: Kind<JournalArgs, { readonly record: pulumi.Output<string> }>;
    readonly Sweep: Kind<PurgeArgs, object>;
    readonly Purge: Kind<PurgeArgs, { readonly receipt: pulumi.Output<Receipt> }>;
    /** What their types are called before the last colon: now, and in the states that are taken over. */
    readonly modules: readonly string[];
}
