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

/** What a letter stands for behind the character that escapes it. */
export const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** Two texts as one. `undefined`: one of them is not known. */
export function joinedText(one: Value, other: Value): string | undefined {
    const [a, b] = [textOf(one), textOf(other)];
    return a === undefined || b === undefined ? undefined : a + b;
}

/**
 * The tokens of a text.
 *
 * @param pattern With groups: `space` for what only separates, `variable`, `word` and `sign`.
 * @param quoted What is in quotes, by the other groups: as it stands, or with variables that stand for their values.
 */
export function tokensOf(
    text: string,
    pattern: RegExp,
    quoted: (groups: Readonly<Record<string, string | undefined>>) => {
        plain?: string | undefined;
        expands?: string | undefined;
    },
): Token[] {
    let apart = true;
    return [...text.matchAll(pattern)].flatMap(({ groups = {} }): Token[] => {
        const before = apart;
        apart = groups.space !== undefined;
        if (apart) {
            return [];
        }
        const { plain, expands } = quoted(groups);
        if (expands !== undefined) {
            return [{ kind: "text", text: expands, apart: before, expands: true }];
        }
        if (plain !== undefined) {
            return [{ kind: "text", text: plain, apart: before }];
        }
        const kind = (["variable", "word", "sign"] as const).find((name) => groups[name] !== undefined) ?? "sign";
        return [{ kind, text: groups[kind] ?? "", apart: before }];
    });
}

/** Walks through the tokens of a script. What they mean is a language's own. */
export abstract class TokenReader {
    /** What the script has set so far. */
    protected readonly variables: ValueMap = new Map();
    /** The next token's place. */
    protected at = 0;

    constructor(
        private readonly all: readonly Token[],
        protected readonly env: Readonly<Record<string, string | undefined>>,
    ) {}

    /** A value with its operators. */
    protected abstract expression(): Value;
    protected abstract variable(name: string): Value;
    protected abstract word(text: string): Value;
    /** A value that begins with a sign. */
    protected abstract sign(sign: string): Value;
    /** A text in double quotes, with the values of its variables. */
    protected abstract expanded(text: string): string;
    /** Whether something only separates the values of a list; it is passed over. */
    protected abstract separator(): boolean;

    /** A value by itself. */
    protected term(): Value {
        const token = this.take();
        switch (token?.kind) {
            case "text":
                return token.expands === undefined ? token.text : this.expanded(token.text);
            case "variable":
                return this.variable(token.text);
            case "word":
                return this.word(token.text);
            case "sign":
                return this.sign(token.text);
            default:
                return undefined;
        }
    }

    /** Reads one thing after the other up to a bracket; what is not understood is passed over. */
    protected upTo(end: string, read: () => void): void {
        while (this.next !== undefined && !this.takes(end)) {
            if (!this.separator()) {
                const start = this.at;
                read();
                this.at = Math.max(this.at, start + 1);
            }
        }
    }

    /** Values up to a bracket. */
    protected list(end: string): Value[] {
        const values: Value[] = [];
        this.upTo(end, () => values.push(this.expression()));
        return values;
    }

    protected get next(): Token | undefined {
        return this.all[this.at];
    }

    protected take(): Token | undefined {
        return this.all[this.at++];
    }

    /** Whether the next token is one of some signs. */
    protected peek(...signs: readonly string[]): boolean {
        const { next } = this;
        return next?.kind === "sign" && signs.includes(next.text);
    }

    /** Whether the next token is a sign, which is then passed over. */
    protected takes(sign: string): boolean {
        const does = this.peek(sign);
        this.at += does ? 1 : 0;
        return does;
    }

    /** Passes over the next token if it is a word of this form. */
    protected takesWord(form: RegExp): boolean {
        const does = this.next?.kind === "word" && form.test(this.next.text);
        this.at += does ? 1 : 0;
        return does;
    }
}
