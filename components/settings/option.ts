/** A row of the table of options, and the check of values by it. */

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

/** An option that is wrong, in the words of the engine's check: which one, and a sentence with value and remedy. */
interface WrongOption {
    readonly property: string;
    readonly reason: string;
    readonly value?: unknown;
    /** The rule that the value breaks. Of a table's own options, one without it does not exist. */
    readonly rule?: Rule<unknown>;
}

/**
 * Everything that is wrong with some values: options that do not exist, and values that break their rule.
 *
 * @param isOpen Whether a value is not known yet, such as another resource's output: it is then not judged.
 * @param path What the names are under: `verify.`.
 */
export function wrongOptions(
    table: Options,
    values: object,
    isOpen: (value: unknown) => boolean = () => false,
    path = "",
): WrongOption[] {
    return Object.entries(values).flatMap(([name, value]) => {
        const property = path + name;
        const option = Object.hasOwn(table, name) ? table[name] : undefined;
        if (option === undefined) {
            const reason = `unknown option "${property}": ${suggestion(name, Object.keys(table), path)}`;
            return [{ property, value, reason }];
        }
        const { rule, secret } = option;
        if (value === undefined || holds(value, isOpen, false)) {
            return [];
        }
        if (rule.fields !== undefined && isRecord(value)) {
            return wrongOptions(rule.fields, value, isOpen, `${property}.`);
        }
        if (holds(value, isOpen, true) || rule.accepts(value)) {
            return [];
        }
        const reason = `${property}${secret ? "" : ` is ${shown(value)}; it`} must be ${ruleText(rule)}`;
        return [{ property, value, reason, rule }];
    });
}

/** Values with every default filled in. They are not checked. */
export function filled<O extends Options>(table: O, given: object): Filled<O> {
    const values = Object.entries(table).flatMap(([name, option]) => {
        const value = (given as Record<string, unknown>)[name] ?? option.default;
        const inner = option.rule.fields;
        return value === undefined
            ? []
            : [[name, inner !== undefined && isRecord(value) ? filled(inner, value) : value]];
    });
    return Object.fromEntries(values);
}

/** Some rows of a table. */
export function pick<O extends Options, K extends keyof O>(table: O, ...names: readonly K[]): Pick<O, K> {
    return Object.fromEntries(names.map((name) => [name, table[name]])) as Pick<O, K>;
}

function holds(value: unknown, isOpen: (value: unknown) => boolean, deep: boolean): boolean {
    return (
        isOpen(value) ||
        (deep &&
            typeof value === "object" &&
            value !== null &&
            Object.values(value).some((v) => holds(v, isOpen, true)))
    );
}

function isRecord(value: unknown): value is object {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Characters of a value that a message repeats. */
const SHOWN = 100;

function shown(value: unknown): string {
    const text = JSON.stringify(value) ?? String(value);
    return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function suggestion(name: string, known: readonly string[], path: string): string {
    const near = nearest(name, known);
    return near === undefined ? `the options are ${known.join(", ")}` : `did you mean "${path}${near}"?`;
}

/** The word that somebody who wrote `name` may have meant; `undefined`: none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
    return known
        .map((word) => ({ word, edits: distance(name.toLowerCase(), word.toLowerCase()) }))
        .filter(({ word, edits }) => edits <= Math.max(1, name.length / 3) || (name !== "" && word.startsWith(name)))
        .sort((a, b) => a.edits - b.edits)[0]?.word;
}

/** Letters to insert, remove or replace until one word is the other (Levenshtein). */
function distance(a: string, b: string): number {
    let row = [...Array(b.length + 1).keys()];
    for (let i = 1; i <= a.length; i++) {
        const next = [i];
        for (let j = 1; j <= b.length; j++) {
            const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
            next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
        }
        row = next;
    }
    return row[b.length] as number;
}
