import type { Io } from "../io";
import type { WrittenRequest } from "./curl";

type Value = string | Readonly<Record<string, string>>;

/** Quotes as PowerShell takes them: those that word processors write are quotes too. */
const SINGLE = "'‘’‚‛";
const DOUBLE = '"“”„';
const TOKEN = new RegExp(
    [
        "`\\r?\\n|[ \\t]+", // between words; a backtick joins lines
        `[${SINGLE}]((?:[^${SINGLE}]|[${SINGLE}]{2})*)[${SINGLE}]`,
        `[${DOUBLE}]((?:\`[\\s\\S]|[${DOUBLE}]{2}|[^${DOUBLE}\`])*)[${DOUBLE}]`,
        "(@\\{|[{}();]|\\r?\\n)",
        `([^\\s;(){}${SINGLE}${DOUBLE}]+)`,
    ].join("|"),
    "gu",
);

interface Token {
    readonly text: string;
    readonly kind: "text" | "word" | "sign";
}

/**
 * Reads PowerShell's Invoke-RestMethod or Invoke-WebRequest, with the variables that the text itself sets and those of the
 * environment.
 *
 * @returns `undefined` when it is neither.
 */
export function readPowerShell(text: string, env: Io["env"]): WrittenRequest | undefined {
    const found = /\b(?:Invoke-RestMethod|Invoke-WebRequest|irm|iwr)\b/i.exec(text);
    if (found === null) {
        return undefined;
    }
    const variables = new Map<string, Value>();
    for (const assignment of text.slice(0, found.index).matchAll(/\$(\w+)\s*=\s*(?=[@'"‘“])/g)) {
        const [value] = valueAt(tokens(text.slice(assignment.index + assignment[0].length), env), 0, variables);
        if (value !== undefined) {
            variables.set((assignment[1] ?? "").toLowerCase(), value);
        }
    }
    const given = parameters(tokens(text.slice(found.index + found[0].length), env), variables);
    const url = given.get("uri");
    const headers = given.get("headers") ?? {};
    const body = given.get("body");
    if (typeof url !== "string") {
        return undefined;
    }
    const method = given.get("method");
    return {
        method: typeof method === "string" ? method.toUpperCase() : "GET",
        url,
        headers: typeof headers === "string" ? {} : headers,
        ...(given.has("body") ? (typeof body === "string" ? { body } : { bodyFile: "an expression" }) : {}),
    };
}

const PARAMETERS = ["uri", "method", "headers", "body", "contenttype", "useragent", "outfile", "timeoutsec", "token"];

/** The parameters that were given. Names may be cut short; the first value without a name is the URI. */
function parameters(all: readonly Token[], variables: ReadonlyMap<string, Value>): Map<string, Value | undefined> {
    const given = new Map<string, Value | undefined>();
    for (let i = 0; i < all.length; ) {
        const token = all[i] as Token;
        if (token.kind === "sign" && token.text !== "@{" && token.text !== "(") {
            break; // the command ends
        }
        const [, short] = (token.kind === "word" && /^-([a-z]+):?$/i.exec(token.text)) || [];
        const name = short === undefined ? "uri" : PARAMETERS.find((one) => one.startsWith(short.toLowerCase()));
        if (name === undefined) {
            i++; // a switch
            continue;
        }
        const [value, next] = valueAt(all, short === undefined ? i : i + 1, variables);
        if (!given.has(name)) {
            given.set(name, value);
        }
        i = next;
    }
    return given;
}

/** The value that begins at a token, and the token after it. `undefined`: an expression. */
function valueAt(
    all: readonly Token[],
    start: number,
    variables: ReadonlyMap<string, Value>,
): [Value | undefined, number] {
    const token = all[start];
    if (token?.text === "@{" && token.kind === "sign") {
        return tableAt(all, start + 1);
    }
    if (token === undefined || token.kind === "sign") {
        let depth = 0;
        let end = start;
        do {
            depth += all[end]?.text === "(" ? 1 : all[end]?.text === ")" ? -1 : 0;
            end++;
        } while (depth > 0 && end < all.length);
        return [undefined, end];
    }
    const [, variable] = (token.kind === "word" && /^\$(\w+)$/.exec(token.text)) || [];
    return [variable === undefined ? token.text : variables.get(variable.toLowerCase()), start + 1];
}

/** The pairs of @{ name = value; … }. */
function tableAt(all: readonly Token[], start: number): [Readonly<Record<string, string>>, number] {
    const table: Record<string, string> = {};
    let name = "";
    let isValue = false;
    let i = start;
    for (; i < all.length && !(all[i]?.kind === "sign" && all[i]?.text === "}"); i++) {
        const { kind, text } = all[i] as Token;
        const [, key, rest] = (kind === "word" && /^([^=]*)=(.*)$/s.exec(text)) || [];
        if (kind === "sign") {
            [name, isValue] = ["", false];
        } else if (!isValue && key !== undefined) {
            name = key === "" ? name : key;
            isValue = true;
            if (rest !== undefined && rest !== "") {
                table[name.toLowerCase()] = rest;
            }
        } else if (isValue) {
            table[name.toLowerCase()] = text;
        } else {
            name = text;
        }
    }
    return [table, i + 1];
}

function tokens(text: string, env: Io["env"]): Token[] {
    return [...text.matchAll(TOKEN)].flatMap(([, single, double, sign, word]): Token[] => {
        if (single !== undefined) {
            return [{ kind: "text", text: single.replace(new RegExp(`[${SINGLE}]{2}`, "gu"), "'") }];
        }
        if (double !== undefined) {
            return [{ kind: "text", text: expanded(double, env) }];
        }
        if (sign !== undefined) {
            return [{ kind: "sign", text: sign }];
        }
        return word === undefined ? [] : [{ kind: "word", text: expanded(word, env) }];
    });
}

/** Escapes with a backtick, doubled quotes, and variables of the environment. */
function expanded(text: string, env: Io["env"]): string {
    const pattern = new RegExp(`\`([\\s\\S])|[${DOUBLE}]{2}|\\$\\{?env:(\\w+)\\}?`, "giu");
    return text.replace(pattern, (match, escaped?: string, name?: string) =>
        name !== undefined ? (env[name] ?? match) : escaped === undefined ? '"' : escaped === "n" ? "\n" : escaped,
    );
}
