/** A value in a script, as far as its text tells. `undefined`: what only running it would tell. */
export type Value = string | number | boolean | null | undefined | readonly Value[] | ValueMap;

/** Pairs in the order in which they are written. Any word can be a key. */
export type ValueMap = Map<string, Value>;

/** Whether all of it is known. */
export function isKnown(value: Value): boolean {
    return value instanceof Map
        ? [...value.values()].every(isKnown)
        : Array.isArray(value)
          ? value.every(isKnown)
          : value !== undefined;
}

/** A value as JSON. `undefined`: not all of it is known. */
export function jsonOf(value: Value): string | undefined {
    if (!isKnown(value)) {
        return undefined;
    }
    return value instanceof Map
        ? `{${[...value].map(([key, one]) => `${JSON.stringify(key)}:${jsonOf(one)}`).join(",")}}`
        : Array.isArray(value)
          ? `[${value.map(jsonOf).join(",")}]`
          : JSON.stringify(value);
}

/** The fields of a form, as both languages send a table that is not made JSON. */
export function formOf(table: ValueMap): string {
    return new URLSearchParams(
        [...table].map(([key, value]): [string, string] => [key, textOf(value) ?? ""]),
    ).toString();
}

/** A value as text. `undefined`: it has none. */
export function textOf(value: Value): string | undefined {
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? String(value)
        : undefined;
}

/** Headers from a table. What is not known of one stays out. */
export function headersOf(table: Value): Record<string, string> {
    const pairs = table instanceof Map ? [...table] : [];
    return Object.fromEntries(
        pairs.flatMap(([name, value]) => {
            const text = textOf(value);
            return text === undefined ? [] : [[name.trim().toLowerCase(), text.trim()]];
        }),
    );
}

/** A part of a script's text. */
export interface Token {
    readonly kind: "text" | "variable" | "word" | "sign";
    readonly text: string;
    /** Whether a space stands before it. */
    readonly apart: boolean;
    /** Of a text in double quotes: variables in it stand for their values. */
    readonly expands?: true;
}

/** Quotes as PowerShell takes them, and as pages turn those of others: what word processors write are quotes too. */
export const SINGLE = "'‘’‚‛";
export const DOUBLE = '"“”„';
export const TYPOGRAPHIC = "‘’‚‛“”„";
