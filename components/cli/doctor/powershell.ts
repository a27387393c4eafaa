import type { Io } from "../terminal";
import type { WrittenRequest } from "./curl";
import type { Token, Value, ValueMap } from "./script";
import {
    DOUBLE,
    ESCAPES,
    formOf,
    headersOf,
    joinedText,
    jsonOf,
    SINGLE,
    TokenReader,
    textOf,
    tokensOf,
} from "./script";

const TOKEN = new RegExp(
    [
        "(?<space>`[ \\t]*\\r?\\n|[ \\t]+|<#[\\s\\S]*?#>|(?<=^|[\\s;(){}])#[^\\n]*)", // a backtick joins lines
        '@["“”„]\\r?\\n(?<here>[\\s\\S]*?)\\r?\\n["“”„]@',
        "@['‘’]\\r?\\n(?<plainHere>[\\s\\S]*?)\\r?\\n['‘’]@",
        `[${SINGLE}](?<single>(?:[^${SINGLE}]|[${SINGLE}]{2})*)[${SINGLE}]`,
        `[${DOUBLE}](?<double>(?:\`[\\s\\S]|[${DOUBLE}]{2}|\\$\\([^)]*\\)|[^${DOUBLE}\`])*)[${DOUBLE}]`,
        "\\$(?<variable>\\{[^}]+\\}|(?:\\w+:)?\\w+)",
        "(?<sign>@[{(]|\\$\\(|[{}()[\\],;=+|]|\\.(?=\\w)|\\r?\\n)",
        `(?<word>@?[^\\s;(){}[\\]=+,|${SINGLE}${DOUBLE}]+)`,
    ].join("|"),
    "gu",
);

const COMMANDS = /^(?:Invoke-RestMethod|Invoke-WebRequest|irm|iwr)$/i;
/** What PowerShell's own parameters show to be its curl, which is not curl. */
const ALIASES = /^(?:Invoke-RestMethod|Invoke-WebRequest|irm|iwr|curl|wget)$/i;

/**
 * Reads PowerShell's Invoke-RestMethod or Invoke-WebRequest, with the variables that the text itself sets and those of the
 * environment.
 *
 * @returns `undefined` when it is neither.
 */
export function readPowerShell(text: string, env: Io["env"]): WrittenRequest | undefined {
    const given = new Script(tokens(text), env).call(/\s-(?:Uri|Headers)\b/i.test(text) ? ALIASES : COMMANDS);
    const url = textOf(given?.get("uri"));
    if (given === undefined || url === undefined) {
        return undefined;
    }
    const headers = headersOf(given.get("headers"));
    const token = textOf(given.get("token"));
    const body = given.get("body");
    const written = body instanceof Map ? formOf(body) : textOf(body);
    return {
        method: (textOf(given.get("method")) ?? textOf(given.get("custommethod")) ?? "GET").toUpperCase(),
        url,
        headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` },
        ...(!given.has("body") ? {} : written === undefined ? { bodyFile: "an expression" } : { body: written }),
    };
}

/** Parameters that take a value: those that are read, then those that are passed over. */
const PARAMETERS = (
    "uri method custommethod headers body contenttype useragent outfile infile timeoutsec token authentication form " +
    "sessionvariable websession credential proxy proxycredential certificate certificatethumbprint maximumredirection " +
    "maximumretrycount retryintervalsec transferencoding httpversion sslprotocol responseheadersvariable " +
    "statuscodevariable erroraction errorvariable outvariable warningaction"
).split(" ");

class Script extends TokenReader {
    /** Runs through the script up to a call that names a URL. @returns its parameters, in lower case. */
    call(commands: RegExp): ValueMap | undefined {
        for (let token = this.take(); token !== undefined; token = this.take()) {
            if (token.kind === "word" && commands.test(token.text)) {
                const given = this.parameters();
                if (given.has("uri")) {
                    return given;
                }
            } else if (token.kind === "variable") {
                this.assignment(token.text.toLowerCase(), commands);
            }
        }
        return undefined;
    }

    private assignment(name: string, commands: RegExp): void {
        const table = this.variables.get(name);
        const key = this.member();
        const adds = this.takes("+");
        if (this.takes("=")) {
            if (this.next?.kind === "word" && commands.test(this.next.text)) {
                return;
            }
            const value = this.expression();
            if (key === undefined) {
                this.variables.set(name, adds ? joined(table, value) : value);
            } else if (table instanceof Map) {
                table.set(key, value);
            }
        } else if (/^(?:add|set_item)$/i.test(key ?? "") && this.takes("(")) {
            const [first, second] = this.list(")");
            const added = textOf(first);
            if (table instanceof Map && added !== undefined) {
                table.set(added, second);
            }
        }
    }

    /** `.key` or `["key"]`, right behind a variable. */
    private member(): string | undefined {
        if (this.takes(".")) {
            return this.take()?.text;
        }
        if (this.takes("[")) {
            return textOf(this.list("]")[0]);
        }
        return undefined;
    }

    /** The parameters that were given. Names may be cut short; the first value without a name is the URI. */
    private parameters(): ValueMap {
        const given: ValueMap = new Map();
        while (this.next !== undefined) {
            const { kind, text } = this.next;
            if (kind === "sign" && !["@{", "@(", "(", "$("].includes(text)) {
                break; // the command ends
            }
            const [, splat] = (kind === "word" && /^@(\w+)$/.exec(text)) || [];
            if (splat !== undefined) {
                const table = this.variables.get(splat.toLowerCase());
                for (const [key, value] of table instanceof Map ? table : []) {
                    given.set(parameter(key) ?? key, value);
                }
                this.at++;
                continue;
            }
            const [, short, inline] = (kind === "word" && /^[-–—]([a-z]+)(?::(.*))?$/i.exec(text)) || [];
            const name = short === undefined ? "uri" : parameter(short);
            this.at += short === undefined ? 0 : 1;
            if (name === undefined) {
                continue; // a switch
            }
            const value = inline === undefined || inline === "" ? this.argument() : inline;
            if (!given.has(name)) {
                given.set(name, value);
            }
        }
        return given;
    }

    /** A value in a command: a word is a text, and what is pushed against it belongs to it. */
    private argument(): Value {
        const first = this.next;
        let value = this.term();
        for (let { next } = this; next?.apart === false; next = this.next) {
            if (first?.kind === "sign" || next.kind === "sign") {
                break;
            }
            value = joined(value, this.term());
        }
        return value;
    }

    /** A sum, or a list, and what it is piped into. */
    protected expression(): Value {
        let value = this.term();
        const list = [value];
        for (;;) {
            if (this.takes("+")) {
                value = joined(value, this.term());
            } else if (this.takesWord(/^-f$/i)) {
                const values = [this.term()];
                while (this.takes(",")) {
                    values.push(this.term());
                }
                value = textOf(value)?.replace(/\{(\d+)\}/g, (match, i: string) => textOf(values[Number(i)]) ?? match);
            } else if (this.takes(",")) {
                list.push(this.term());
                value = [...list];
            } else if (this.takes("|")) {
                value = this.piped(value);
            } else {
                return value;
            }
        }
    }

    private piped(value: Value): Value {
        this.skipLines();
        const command = this.take()?.text ?? "";
        while (this.next !== undefined && this.next.kind !== "sign") {
            this.at++;
        }
        return /^ConvertTo-Json$/i.test(command) ? jsonOf(value) : undefined;
    }

    protected variable(name: string): Value {
        const value = this.valueFor(name);
        const key = this.next?.apart === false ? this.member() : undefined;
        return key === undefined ? value : value instanceof Map ? value.get(key) : undefined;
    }

    protected sign(sign: string): Value {
        switch (sign) {
            case "@{":
                return this.table();
            case "@(":
                return this.list(")");
            case "(":
            case "$(": {
                const values = this.list(")");
                return values.length > 1 ? values : values[0];
            }
            case "[": // a type
                this.skipType();
                if (this.takesWord(/^::new/)) {
                    this.skipStatement();
                    return new Map();
                }
                return this.term();
            default:
                this.at--;
                return this.unknown();
        }
    }

    protected word(text: string): Value {
        if (/^ConvertTo-Json$/i.test(text)) {
            this.takesWord(/^-InputObject$/i);
            return jsonOf(this.term());
        }
        if (/^ConvertTo-SecureString$/i.test(text)) {
            this.takesWord(/^-String$/i);
            const value = this.term();
            while (this.takesWord(/^-/)) {
                // how it is made secure
            }
            return value;
        }
        if (/^New-Object$/i.test(text)) {
            this.skipStatement();
            return new Map();
        }
        if (/^\d+$/.test(text)) {
            return Number(text);
        }
        return /^[A-Z][a-z]+-[A-Z]\w+$/.test(text) ? this.unknown() : this.expanded(text);
    }

    private unknown(): undefined {
        this.skipStatement();
        return undefined;
    }

    /** The pairs of @{ name = value; … }. */
    private table(): ValueMap {
        const table: ValueMap = new Map();
        this.upTo("}", () => {
            const key = textOf(this.term());
            if (!this.takes("=")) {
                return;
            }
            this.skipLines();
            const value = this.expression();
            if (key !== undefined) {
                table.set(key, value);
            }
        });
        return table;
    }

    /** Values up to a bracket: a list among them is part of it. */
    protected override list(end: string): Value[] {
        return super.list(end).flatMap((value) => (Array.isArray(value) ? (value as Value[]) : [value]));
    }

    protected separator(): boolean {
        return this.takes(";") || this.takes(",") || this.takesLine();
    }

    private valueFor(name: string): Value {
        const key = name.replace(/^\{(.*)\}$/s, "$1").toLowerCase();
        if (key.startsWith("env:")) {
            const wanted = key.slice(4);
            const [, value] = Object.entries(this.env).find(([known]) => known.toLowerCase() === wanted) ?? [];
            return value ?? `$${name}`;
        }
        const literal = { true: true, false: false, null: null }[key];
        return literal === undefined ? this.variables.get(key) : literal;
    }

    /** Escapes with a backtick, doubled quotes, and variables. What has no value stays as it is written. */
    protected expanded(text: string): string {
        const pattern = new RegExp(
            `\`([\\s\\S])|[${DOUBLE}]{2}|\\$\\(([^)]*)\\)|\\$(\\{[^}]+\\}|(?:env:)?\\w+)`,
            "giu",
        );
        return text.replace(pattern, (match, escaped?: string, inner?: string, name?: string) => {
            if (inner !== undefined) {
                const script = new Script(tokens(inner), this.env);
                this.variables.forEach((value, key) => void script.variables.set(key, value));
                return textOf(script.expression()) ?? match;
            }
            return name !== undefined
                ? (textOf(this.valueFor(name)) ?? match)
                : escaped === undefined
                  ? '"'
                  : (ESCAPES[escaped] ?? escaped);
        });
    }

    private takesLine(): boolean {
        return this.takes("\n") || this.takes("\r\n");
    }

    private skipLines(): void {
        while (this.takesLine()) {
            // the next one
        }
    }

    /** The rest of a type behind its bracket, which may hold others: `Dictionary[string,string]`, `string[]`. */
    private skipType(): void {
        for (let open = 1; open > 0 && this.next !== undefined; this.at++) {
            open += this.peek("[") ? 1 : this.peek("]") ? -1 : 0;
        }
    }

    private skipStatement(): void {
        while (this.next !== undefined && !this.peek("\n", "\r\n", ";", ")", "}", "|")) {
            this.at++;
        }
    }
}

function parameter(short: string): string | undefined {
    return PARAMETERS.find((one) => one.startsWith(short.toLowerCase()));
}

function joined(one: Value, other: Value): Value {
    return one instanceof Map && other instanceof Map
        ? new Map([...one, ...other])
        : Array.isArray(one)
          ? [...one, ...(Array.isArray(other) ? other : [other])]
          : joinedText(one, other);
}

function tokens(text: string): Token[] {
    return tokensOf(text, TOKEN, ({ here, plainHere, single, double }) => ({
        plain: plainHere ?? single?.replace(new RegExp(`[${SINGLE}]{2}`, "gu"), "'"),
        expands: here ?? double,
    }));
}
