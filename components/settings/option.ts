/** What the value of an option may be, and how a command line spells it. */
export interface Rule<T> {
    /** Completes "it must be …": `a whole number from 0 to 20`. */
    readonly must: string;
    /** Completes "such as …", and "Write …" where nothing better is known. */
    readonly example?: string;
    readonly accepts: (value: unknown) => boolean;
    /** Of a number: `seconds`, `URLs`. */
    readonly unit?: string;
    /** The only words there are, in the order in which they are told. */
    readonly words?: readonly string[];
    /** For a value that is an object: the options inside it. */
    readonly fields?: Options;
    /** Reads a command line's text; `before` is what the same flag gave earlier. `undefined`: the text is not accepted. */
    readonly read?: (text: string, before: T | undefined) => T | undefined;
    /** Completes "Write …" where the text of a command line is not accepted; without it the rule itself does. */
    readonly write?: string;
}

/** What the value must be, with an example where there is one. */
export function ruleText({ must, example, words }: Pick<Rule<never>, "must" | "example" | "words">): string {
    return example === undefined || words !== undefined ? must : `${must}, such as ${example}`;
}

/** A flag of the command line. */
export interface Flag {
    /** As commander takes it: `--retries <n>`. */
    readonly flags: string;
    /** Its help, where the option's own sentence does not fit. */
    readonly help?: string;
}

/** One option: all that the checks, the command line and the documentation know of it. Its name is its key in a table. */
export interface Option<T = unknown> {
    readonly rule: Rule<T>;
    /** The value that holds when none is given. */
    readonly default?: T;
    /** What holds when none is given, in words, where that is not a value. */
    readonly otherwise?: string;
    readonly flags?: readonly Flag[];
    /** Whether a message must not repeat the value. */
    readonly secret?: boolean;
    /** What it is for, without a capital letter or a full stop. */
    readonly doc: string;
}

/** A table: options by name. */
// biome-ignore lint/suspicious/noExplicitAny: a rule reads and returns its own type, so no narrower one holds for all.
export type Options = Readonly<Record<string, Option<any>>>;

type Value<O> = O extends { readonly rule: Rule<infer T> } ? T : never;
type WithDefault<O extends Options> = { [K in keyof O]: "default" extends keyof O[K] ? K : never }[keyof O];

/** Values for a table with every default filled in. */
export type Filled<O extends Options> = { readonly [K in WithDefault<O>]: Value<O[K]> } & {
    readonly [K in Exclude<keyof O, WithDefault<O>>]?: Value<O[K]>;
};

/** Values for a table as a user gives them: any may be left out. */
export type Given<O extends Options> = { readonly [K in keyof O]?: Value<O[K]> };
