import * as pulumi from "@pulumi/pulumi";
import { isOpen } from "../component/checkOptions";

/** Inputs of a component as `construct` is given them. Each may be an output, of whatever type it is. */
export interface Given {
    /** As they came: with the resources that they depend on, and whether they are secrets. */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** The values of those that are known: in a preview not all of them may be. */
    readonly plain: Readonly<Record<string, unknown>>;
    /** Those that are secrets, or hold one. */
    readonly secrets: ReadonlySet<string>;
}

/** An input that is null was not given: that is how some languages leave one out. */
export async function given(inputs: pulumi.Inputs): Promise<Given> {
    const resolved = await Promise.all(
        Object.entries(inputs).map(async ([name, input]) => {
            const output = pulumi.output(input) as unknown as {
                readonly isKnown: Promise<boolean>;
                readonly isSecret: Promise<boolean>;
                promise(): Promise<unknown>;
            };
            const [value, isKnown, isSecret] = await Promise.all([output.promise(), output.isKnown, output.isSecret]);
            return { name, input, value, isKnown, isSecret };
        }),
    );
    const present = resolved.filter(({ value, isKnown }) => !isKnown || (value !== undefined && value !== null));
    return {
        inputs: Object.fromEntries(present.map(({ name, input }) => [name, input])),
        plain: Object.fromEntries(present.flatMap(({ name, value, isKnown }) => (isKnown ? [[name, value]] : []))),
        secrets: new Set(present.filter(({ isSecret }) => isSecret).map(({ name }) => name)),
    };
}

/** Those of some names. */
export function some(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
    return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

/** Whether each of some inputs that was given is known. */
export function areKnown({ inputs, plain }: Given, ...names: readonly string[]): boolean {
    return names.every((name) => !(name in inputs) || name in plain);
}

/** An output that this preview does not know, since it depends on what it does not know. */
export function unknown<T>(inputs: unknown): pulumi.Output<T> {
    return (pulumi.output(inputs) as pulumi.Output<unknown>).apply((): T => {
        throw new Error("all of it is known");
    });
}

/** What becomes of an input once it is known. */
export function once<T>(input: unknown, become: (value: unknown) => T): pulumi.Input<T> {
    return holdsOutput(input) ? (pulumi.output(input) as pulumi.Output<unknown>).apply(become) : become(input);
}

/** Whether a value is an output, or has one inside. */
export function holdsOutput(value: unknown): boolean {
    return isOpen(value) || (typeof value === "object" && value !== null && Object.values(value).some(holdsOutput));
}
