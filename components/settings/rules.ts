import type { Options, Rule } from "./option";

/** One of a few words. */
export function oneOf<W extends string>(...words: readonly W[]): Rule<W> & { readonly words: readonly W[] } {
    const quoted = words.map((word) => `"${word}"`);
    return {
        must: `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`,
        example: quoted[0] ?? "",
        accepts: (value) => (words as readonly unknown[]).includes(value),
        words,
    };
}

/** A number, with both bounds allowed. */
export function number(min: number, max: number, unit?: string): Rule<number> {
    return numeric("a number", min, max, unit, () => true);
}

/** A number without fraction. */
export function whole(min: number, max: number, unit?: string): Rule<number> {
    return numeric("a whole number", min, max, unit, Number.isInteger);
}

function numeric(
    kind: string,
    min: number,
    max: number,
    unit: string | undefined,
    fits: (value: number) => boolean,
): Rule<number> {
    const accepts = (value: unknown): boolean =>
        typeof value === "number" && value >= min && value <= max && fits(value);
    const bounds = max === Number.MAX_SAFE_INTEGER ? `${kind}, ${min} or more` : `${kind} from ${min} to ${max}`;
    return {
        must: unit === undefined ? bounds : `${bounds} (${unit})`,
        accepts,
        ...(unit === undefined ? {} : { unit }),
        read: (written) => (written.trim() !== "" && accepts(Number(written)) ? Number(written) : undefined),
    };
}

export const truth: Rule<boolean> = {
    must: "true or false",
    accepts: (value) => typeof value === "boolean",
};

/** A text that is not empty. @param must What it is: `a file's path`. */
export function text(must = "a text that is not empty", example?: string): Rule<string> {
    return { must, ...(example === undefined ? {} : { example }), accepts: isText, read: (written) => written };
}

/** A moment as APIs write it, https://www.rfc-editor.org/rfc/rfc3339#section-5.6: without a time zone it names none. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export const moment: Rule<string> = {
    must: "a date with time and time zone",
    example: "2030-01-01T00:00:00Z",
    accepts: (value) => typeof value === "string" && MOMENT.test(value) && !Number.isNaN(Date.parse(value)),
};

/** A list of texts; on a command line one for each time the flag is given. */
export function texts(must: string, example?: string): Rule<readonly string[]> {
    return {
        must,
        ...(example === undefined ? {} : { example }),
        accepts: (value) => Array.isArray(value) && value.every(isText),
        read: (written, before) => [...(before ?? []), written],
    };
}

/** HTTP headers by name, in a list of sets. */
export const headerSets: Rule<readonly Readonly<Record<string, string>>[]> = {
    must: "a list of header sets",
    example: '[{ "CF-Device-Type": "mobile" }]',
    accepts: (value) => Array.isArray(value) && value.every((set) => isRecordOf(set, (v) => typeof v === "string")),
    read: (written, before) => {
        const set = parsed(written);
        return isRecordOf(set, (value) => typeof value === "string")
            ? [...(before ?? []), set as Record<string, string>]
            : undefined;
    },
    write: `a JSON object, such as '{"CF-Device-Type": "mobile"}'`,
};

/** Hosts, or `*`, with the address that is asked instead. */
export const addresses: Rule<Readonly<Record<string, string>>> = {
    must: "hosts with addresses",
    example: '{ "www.example.com": "203.0.113.7:443" }',
    accepts: (value) => isRecordOf(value, isText),
    read: (written, before) => {
        const [, host, address] = /^([^=\s]+)=(\S+)$/.exec(written) ?? [];
        return host === undefined || address === undefined ? undefined : { ...before, [host]: address };
    },
    write: "HOST=ADDRESS, such as www.example.com=203.0.113.7:443",
};

/** A header's name, https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2, and a value that a header may carry. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]+$/;

/** Request headers by name. */
export const headerFields: Rule<Readonly<Record<string, string>>> = {
    must: "headers by name",
    example: '{ "CF-Access-Client-Id": "…" }',
    accepts: (value) =>
        isRecordOf(value, (written) => typeof written === "string" && HEADER_VALUE.test(written)) &&
        Object.keys(value as object).every((name) => HEADER_NAME.test(name)),
};

/** An object that holds the options of another table, all of which may be left out. */
export function fields<T>(table: Options): Rule<T> {
    return { must: `{ ${Object.keys(table).join(", ")} }`, accepts: isObject, fields: table };
}

/** A value of a rule, or `false`. */
export function orFalse<T>(rule: Rule<T>): Rule<T | false> {
    return {
        ...(rule as Rule<T | false>),
        must: `${rule.must}, or false`,
        accepts: (value) => value === false || rule.accepts(value),
    };
}

/** A text, or what another rule accepts. */
export function orText<T>(rule: Rule<T>, must: string): Rule<T | string> {
    return {
        ...(rule as Rule<T | string>),
        must,
        accepts: (value) => isText(value) || rule.accepts(value),
        read: (written) => written,
    };
}

/** An object of which only its reader can judge what is in it. */
export function byName(must: string, example: string): Rule<Readonly<Record<string, unknown>>> {
    return { must, example, accepts: isObject };
}

/** What only its reader can judge, such as a resource or a zone. */
export function anything(must: string): Rule<unknown> {
    return { must, accepts: () => true };
}

function isText(value: unknown): boolean {
    return typeof value === "string" && value !== "";
}

function isObject(value: unknown): boolean {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A key `__proto__` is refused: the SDK and the engine's protocol lose it on the way, without a word. */
function isRecordOf(value: unknown, accepts: (value: unknown) => boolean): boolean {
    return (
        isObject(value) && !Object.hasOwn(value as object, "__proto__") && Object.values(value as object).every(accepts)
    );
}

function parsed(json: string): unknown {
    try {
        return JSON.parse(json);
    } catch {
        return undefined;
    }
}
