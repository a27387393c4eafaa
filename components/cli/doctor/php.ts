import type { Io } from "../terminal";
import type { WrittenRequest } from "./curl";
import type { Value, ValueMap } from "./script";
import {
    DOUBLE,
    ESCAPES,
    formOf,
    isKnown,
    joinedText,
    jsonOf,
    SINGLE,
    TokenReader,
    TYPOGRAPHIC,
    textOf,
    tokensOf,
} from "./script";

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

class Script extends TokenReader {
    constructor(text: string, env: Io["env"]) {
        const quoted = ({ quote, here, double, single }: Readonly<Record<string, string | undefined>>) => ({
            expands: double ?? (quote === "'" ? undefined : here),
            plain: single?.replace(/\\(['\\])/g, "$1") ?? here,
        });
        super(tokensOf(text, TOKEN, quoted), env);
    }

    /** The options of curl that the script sets, without CURLOPT_. */
    options(): ValueMap {
        const options: ValueMap = new Map();
        for (let token = this.take(); token !== undefined; token = this.take()) {
            const { kind, text } = token;
            const calls = (name: string): boolean => kind === "word" && text === name && this.takes("(");
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
            } else if (kind === "word" && text === "const") {
                const name = this.take()?.text ?? "";
                this.variables.set(name, this.takes("=") ? this.expression() : undefined);
            } else if (kind === "variable") {
                this.assignment(`$${text}`);
            } else if (kind === "sign" && (text === "[" || text === "(")) {
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
            this.variables.set(name, joinedText(this.variables.get(name), this.expression()));
            return;
        }
        if (!this.takes("=")) {
            this.at = start;
            return;
        }
        if (this.next?.text === "curl_init" || this.next?.text === "curl_exec") {
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

    protected expression(): Value {
        let value = this.term();
        while (this.takes(".")) {
            value = joinedText(value, this.term());
        }
        return value;
    }

    protected variable(name: string): Value {
        const value = name === "_ENV" || name === "_SERVER" ? new Map(Object.entries(this.env)) : this.valueFor(name);
        if (!this.takes("[")) {
            return value;
        }
        const [key] = this.list("]");
        return value instanceof Map ? value.get(textOf(key) ?? "") : undefined;
    }

    protected sign(sign: string): Value {
        if (sign === "[") {
            return this.array("]");
        }
        if (sign === "(") {
            const value = this.expression();
            this.takes(")");
            return value;
        }
        this.at--;
        return this.unknown();
    }

    protected word(text: string): Value {
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
        this.upTo(end, () => {
            const value = this.expression();
            if (this.takes("=>")) {
                table.set(textOf(value) ?? "", this.expression());
            } else {
                values.push(value);
            }
        });
        return table.size > 0 ? table : values;
    }

    protected separator(): boolean {
        return this.takes(",");
    }

    private valueFor(name: string): Value {
        // Without a value it stays as it is written, so that what is missing can be named.
        return this.variables.has(`$${name}`) ? this.variables.get(`$${name}`) : `$${name}`;
    }

    /** Skips what is not understood, up to where something else begins. */
    private unknown(): undefined {
        let depth = 0;
        while (this.next !== undefined && (depth > 0 || !this.peek(",", ";", ")", "]", "=>"))) {
            depth += this.peek("(", "[") ? 1 : this.peek(")", "]") ? -1 : 0;
            this.at++;
        }
        return undefined;
    }

    protected expanded(text: string): string {
        const pattern = /\\(["\\$])|\\([ntr])|\{?\$\{?(\w+)(?:\[['"]?(\w+)['"]?\])?\}?\}?/g;
        return text.replace(pattern, (match, literal?: string, special?: string, name = "", key?: string) => {
            if (literal !== undefined || special !== undefined) {
                return literal ?? ESCAPES[special ?? ""] ?? match;
            }
            const value = this.valueFor(name);
            return textOf(key === undefined ? value : value instanceof Map ? value.get(key) : undefined) ?? match;
        });
    }
}

function optionName(value: Value): string {
    return (textOf(value) ?? "").replace(/^CURLOPT_/, "");
}
