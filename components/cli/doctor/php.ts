import type { Io } from "../terminal";
import type { WrittenRequest } from "./curl";
import type { Token, Value, ValueMap } from "./script";
import { DOUBLE, formOf, isKnown, jsonOf, SINGLE, TYPOGRAPHIC, textOf } from "./script";

const TOKEN = new RegExp(
    [
        "(?<space>\\s+|//[^\\n]*|#[^\\n]*|/\\*[\\s\\S]*?\\*/)",
        "<<<[ \\t]*(?<quote>['\"]?)(?<label>\\w+)\\k<quote>\\r?\\n(?<here>[\\s\\S]*?)\\r?\\n[ \\t]*\\k<label>\\b",
        `[${DOUBLE}](?<double>(?:\\\\[\\s\\S]|[^${DOUBLE}\\\\])*)[${DOUBLE}]`,
        `[${SINGLE}](?<single>(?:\\\\[\\s\\S]|[^${SINGLE}\\\\])*)[${SINGLE}]`,
        "\\$(?<variable>\\w+)",
        "(?<word>[\\w\\\\]+)",
        "(?<sign>=>|->|[\\s\\S])",
    ].join("|"),
    "gu",
);

/**
 * Reads PHP's curl: `curl_setopt($ch, CURLOPT_URL, "…");`, or the same options in an array; with the variables and
 * constants that the text itself sets, and those of the environment.
 *
 * @returns `undefined` when no URL is set.
 */
export function readPhp(text: string, env: Io["env"]): WrittenRequest | undefined {
    if (!/\bcurl_(?:init|setopt)|CURLOPT_/.test(text)) {
        return undefined;
    }
    const options = new Script(text, env).options();
    const url = textOf(options.get("URL"));
    if (url === undefined) {
        return undefined;
    }
    const lines = options.get("HTTPHEADER");
    const headers = (Array.isArray(lines) ? (lines as Value[]) : []).flatMap((line): [string, string][] => {
        const [, name, value] = /^([^:]*):\s*(.*?)\s*$/s.exec(textOf(line) ?? "") ?? [];
        return name === undefined || value === undefined ? [] : [[name.trim().toLowerCase(), value]];
    });
    const user = textOf(options.get("USERPWD"));
    const bearer = textOf(options.get("XOAUTH2_BEARER"));
    const fields = options.get("POSTFIELDS");
    const body = fields instanceof Map && isKnown(fields) ? formOf(fields) : textOf(fields);
    const posts = options.has("POSTFIELDS") || options.get("POST") === true || options.get("POST") === 1;
    return {
        method: textOf(options.get("CUSTOMREQUEST"))?.toUpperCase() ?? (posts ? "POST" : "GET"),
        url,
        headers: Object.fromEntries([
            ...headers,
            ...(user === undefined ? [] : [["authorization", `Basic ${Buffer.from(user).toString("base64")}`]]),
            ...(bearer === undefined ? [] : [["authorization", `Bearer ${bearer}`]]),
        ]),
        ...(new RegExp(`[,(\\[>]\\s*[${TYPOGRAPHIC}]`, "u").test(text) ? { retyped: true as const } : {}),
        ...(!options.has("POSTFIELDS") ? {} : body === undefined ? { bodyFile: "an expression" } : { body }),
    };
}

class Script {
    private readonly variables: ValueMap = new Map();
    private readonly all: readonly Token[];
    private at = 0;

    constructor(
        text: string,
        private readonly env: Io["env"],
    ) {
        this.all = tokens(text);
    }

    /** The options of curl that the script sets, without CURLOPT_. */
    options(): ValueMap {
        const options: ValueMap = new Map();
        while (this.at < this.all.length) {
            const token = this.all[this.at++] as Token;
            const calls = (name: string): boolean => token.kind === "word" && token.text === name && this.takes("(");
            if (calls("curl_init")) {
                const [url] = this.list(")");
                if (url !== undefined) {
                    options.set("URL", url);
                }
            } else if (calls("curl_setopt")) {
                const [, name, value] = this.list(")");
                options.set(optionName(name), value);
            } else if (calls("curl_setopt_array")) {
                this.addAll(options, this.list(")")[1]);
            } else if (calls("define")) {
                const [name, value] = this.list(")");
                this.variables.set(textOf(name) ?? "", value);
            } else if (token.kind === "word" && token.text === "const") {
                const name = this.all[this.at++]?.text ?? "";
                this.variables.set(name, this.takes("=") ? this.expression() : undefined);
            } else if (token.kind === "variable") {
                this.assignment(`$${token.text}`);
            } else if (token.kind === "sign" && (token.text === "[" || token.text === "(")) {
                // Options in an array of their own: curl_setopt_array's, without the call.
                this.at--;
                const start = this.at;
                const value = this.term();
                const isOptions = value instanceof Map && [...value.keys()].some((key) => key.startsWith("CURLOPT_"));
                if (isOptions) {
                    this.addAll(options, value);
                } else {
                    this.at = start + 1;
                }
            }
        }
        return options;
    }

    private addAll(options: ValueMap, table: Value): void {
        for (const [name, value] of table instanceof Map ? table : []) {
            options.set(optionName(name), value);
        }
    }

    private assignment(name: string): void {
        const start = this.at;
        const key = this.takes("[") ? this.list("]") : undefined;
        if (key === undefined && this.takes(".") && this.takes("=")) {
            this.variables.set(name, joined(this.variables.get(name), this.expression()));
            return;
        }
        if (!this.takes("=")) {
            this.at = start;
            return;
        }
        const isCall = this.all[this.at]?.text === "curl_init" || this.all[this.at]?.text === "curl_exec";
        if (isCall) {
            return;
        }
        const value = this.expression();
        const table = this.variables.get(name);
        if (key === undefined) {
            this.variables.set(name, value);
        } else if (table instanceof Map && key.length > 0) {
            table.set(textOf(key[0]) ?? "", value);
        } else if (key.length > 0) {
            this.variables.set(name, new Map([[textOf(key[0]) ?? "", value]]));
        } else {
            this.variables.set(name, [...(Array.isArray(table) ? table : []), value]);
        }
    }

    private expression(): Value {
        let value = this.term();
        while (this.takes(".")) {
            value = joined(value, this.term());
        }
        return value;
    }

    private term(): Value {
        const token = this.all[this.at++];
        if (token === undefined) {
            return undefined;
        }
        if (token.kind === "text") {
            return token.expands === undefined ? token.text : this.expanded(token.text);
        }
        if (token.kind === "variable") {
            return this.element(
                token.text === "_ENV" || token.text === "_SERVER" ? this.environment() : this.valueOf(token.text),
            );
        }
        if (token.kind === "word") {
            return this.word(token.text);
        }
        if (token.text === "[") {
            return this.array("]");
        }
        if (token.text === "(") {
            const value = this.expression();
            this.takes(")");
            return value;
        }
        this.at--;
        return this.unknown();
    }

    private word(text: string): Value {
        const literal = { true: true, false: false, null: null }[text.toLowerCase()];
        if (literal !== undefined) {
            return literal;
        }
        if (/^\d+$/.test(text)) {
            return Number(text);
        }
        if (!this.takes("(")) {
            return text.startsWith("CURLOPT_") ? text : this.variables.get(text);
        }
        if (text === "array") {
            return this.array(")");
        }
        const [first, ...rest] = this.list(")");
        switch (text) {
            case "json_encode":
                return jsonOf(first);
            case "http_build_query":
                return first instanceof Map && isKnown(first) ? formOf(first) : undefined;
            case "trim":
            case "strval":
                return textOf(first)?.trim();
            case "getenv":
                return this.env[textOf(first) ?? ""] ?? `$${textOf(first)}`;
            case "sprintf": {
                let i = 0;
                return rest.every((value) => textOf(value) !== undefined)
                    ? textOf(first)?.replace(/%[sd]/g, () => textOf(rest[i++]) ?? "")
                    : undefined;
            }
            default:
                return undefined;
        }
    }

    /** A list, or a table where there are keys. */
    private array(end: string): Value {
        const values: Value[] = [];
        const table: ValueMap = new Map();
        while (this.at < this.all.length && !this.takes(end)) {
            if (this.takes(",")) {
                continue;
            }
            const start = this.at;
            const value = this.expression();
            if (this.takes("=>")) {
                table.set(textOf(value) ?? "", this.expression());
            } else {
                values.push(value);
            }
            this.at = Math.max(this.at, start + 1);
        }
        return table.size > 0 ? table : values;
    }

    /** Values up to a bracket. */
    private list(end: string): Value[] {
        const values: Value[] = [];
        while (this.at < this.all.length && !this.takes(end)) {
            if (!this.takes(",")) {
                const start = this.at;
                values.push(this.expression());
                this.at = Math.max(this.at, start + 1);
            }
        }
        return values;
    }

    private element(value: Value): Value {
        if (!this.takes("[")) {
            return value;
        }
        const [key] = this.list("]");
        return value instanceof Map ? value.get(textOf(key) ?? "") : undefined;
    }

    private environment(): ValueMap {
        return new Map(Object.entries(this.env));
    }

    private valueOf(name: string): Value {
        // Without a value it stays as it is written, so that what is missing can be named.
        return this.variables.has(`$${name}`) ? this.variables.get(`$${name}`) : `$${name}`;
    }

    /** Skips what is not understood, up to where something else begins. */
    private unknown(): undefined {
        let depth = 0;
        for (; this.at < this.all.length; this.at++) {
            const { kind, text } = this.all[this.at] as Token;
            if (kind === "sign") {
                if (depth === 0 && [",", ";", ")", "]", "=>"].includes(text)) {
                    break;
                }
                depth += ["(", "["].includes(text) ? 1 : [")", "]"].includes(text) ? -1 : 0;
            }
        }
        return undefined;
    }

    private expanded(text: string): string {
        const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
        const pattern = /\\(["\\$])|\\([ntr])|\{?\$\{?(\w+)(?:\[['"]?(\w+)['"]?\])?\}?\}?/g;
        return text.replace(pattern, (match, literal?: string, special?: string, name = "", key?: string) => {
            if (literal !== undefined || special !== undefined) {
                return literal ?? escapes[special ?? ""] ?? match;
            }
            const value = this.valueOf(name);
            return textOf(key === undefined ? value : value instanceof Map ? value.get(key) : undefined) ?? match;
        });
    }

    private takes(sign: string): boolean {
        const token = this.all[this.at];
        const does = token?.kind === "sign" && token.text === sign;
        this.at += does ? 1 : 0;
        return does;
    }
}

function optionName(value: Value): string {
    return (textOf(value) ?? "").replace(/^CURLOPT_/, "");
}

function joined(one: Value, other: Value): string | undefined {
    const [a, b] = [textOf(one), textOf(other)];
    return a === undefined || b === undefined ? undefined : a + b;
}

function tokens(text: string): Token[] {
    return [...text.matchAll(TOKEN)].flatMap(({ groups = {} }): Token[] => {
        const { space, quote, here, double, single, variable, word, sign } = groups;
        const expands = double ?? (quote === "'" ? undefined : here);
        const plain = single?.replace(/\\(['\\])/g, "$1") ?? here;
        return space !== undefined
            ? []
            : expands !== undefined
              ? [{ kind: "text", text: expands, apart: true, expands: true }]
              : plain !== undefined
                ? [{ kind: "text", text: plain, apart: true }]
                : variable !== undefined
                  ? [{ kind: "variable", text: variable, apart: true }]
                  : word !== undefined
                    ? [{ kind: "word", text: word, apart: true }]
                    : [{ kind: "sign", text: sign ?? "", apart: true }];
    });
}
