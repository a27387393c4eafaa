import type { Io } from "../io";

/** A request as somebody wrote it for another program. */
export interface WrittenRequest {
    readonly method: string;
    /** As written. */
    readonly url: string;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    /** As written; `undefined`: none. */
    readonly body?: string;
    /** Where the body comes from, where the text does not hold it: a file, or an expression. */
    readonly bodyFile?: string;
}

/** Options of curl that take a value, by their letters and by their names (curl's manual). */
const LETTERS = "AbcCdDeEFHKmoPQrtTuUwxXyYz";
const NAMES = new Set(
    (
        "request header data data-ascii data-binary data-raw data-urlencode json url url-query user oauth2-bearer output " +
        "write-out user-agent proxy proxy-user noproxy max-time connect-timeout retry retry-delay retry-max-time referer " +
        "cookie cookie-jar cacert capath cert key pass ciphers tls-max resolve connect-to upload-file form form-string " +
        "limit-rate interface dump-header config netrc-file stderr trace trace-ascii range proto unix-socket max-redirs"
    ).split(" "),
);
const SHORT: Readonly<Record<string, string>> = { X: "request", H: "header", d: "data", u: "user" };

/**
 * Reads a curl command. Variables of the shell are taken from the environment, as the shell would have done.
 *
 * @returns `undefined` when it is not one.
 */
export function readCurl(text: string, env: Io["env"]): WrittenRequest | undefined {
    const words = shellWords(text, env);
    const start = words.findIndex((word) => /^(?:.*\/)?curl(?:\.exe)?$/.test(word));
    if (start < 0) {
        return undefined;
    }
    const { options, urls } = optionsOf(words.slice(start + 1));
    const headers: Record<string, string> = {};
    const bodies: string[] = [];
    let method: string | undefined;
    let bodyFile: string | undefined;
    for (const [name, value] of options) {
        if (name === "request") {
            method = value;
        } else if (name === "url") {
            urls.push(value);
        } else if (name === "header") {
            const [, header = "", content = ""] = /^([^:]*):\s?(.*)$/s.exec(value) ?? [];
            headers[header.trim().toLowerCase()] = content;
        } else if (name === "user") {
            headers.authorization = `Basic ${Buffer.from(value).toString("base64")}`;
        } else if (name === "oauth2-bearer") {
            headers.authorization = `Bearer ${value}`;
        } else if (/^(?:data(?:-\w+)?|json)$/.test(name)) {
            const isFile = name !== "data-raw" && name !== "data-urlencode" && value.startsWith("@");
            bodyFile = isFile ? value.slice(1) : bodyFile;
            bodies.push(value);
        }
    }
    const [url] = urls;
    if (url === undefined) {
        return undefined;
    }
    const body = bodies.length === 0 ? {} : bodyFile === undefined ? { body: bodies.join("&") } : { bodyFile };
    return { method: (method ?? (bodies.length === 0 ? "GET" : "POST")).toUpperCase(), url, headers, ...body };
}

/** Options with their values, as curl takes them apart: `-sXPOST`, `-X POST`, `--request POST`. */
function optionsOf(words: readonly string[]): { options: (readonly [string, string])[]; urls: string[] } {
    const options: (readonly [string, string])[] = [];
    const urls: string[] = [];
    for (let i = 0; i < words.length; i++) {
        const word = words[i] ?? "";
        const [, name, , inline] = /^--([\w-]+)(=(.*))?$/s.exec(word) ?? [];
        if (name !== undefined) {
            if (inline !== undefined || NAMES.has(name)) {
                options.push([name, inline ?? words[++i] ?? ""]);
            }
        } else if (word.startsWith("-") && word.length > 1) {
            const at = [...word].findIndex((letter, place) => place > 0 && LETTERS.includes(letter));
            if (at > 0) {
                const value = word.slice(at + 1);
                options.push([SHORT[word.charAt(at)] ?? "", value === "" ? (words[++i] ?? "") : value]);
            }
        } else {
            urls.push(word);
        }
    }
    return { options, urls };
}

/** The words of a shell's command: quotes, escapes, joined lines (also cmd's, with a caret), variables. */
function shellWords(text: string, env: Io["env"]): string[] {
    const words: string[] = [];
    let word: string | undefined;
    const add = (part: string): void => {
        word = (word ?? "") + part;
    };
    const pattern =
        /([\\^]\r?\n)|\\([\s\S])|\$'((?:\\[\s\S]|[^'\\])*)'|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\$\{?([A-Za-z_]\w*)\}?|(\s+)|([\s\S])/g;
    for (const [match, joined, escaped, ansi, single, double, name, space, other] of text.matchAll(pattern)) {
        if (space !== undefined || joined !== undefined) {
            if (word !== undefined) {
                words.push(word);
            }
            word = undefined;
        } else if (ansi !== undefined) {
            add(ansiText(ansi));
        } else if (double !== undefined) {
            add(expanded(double, env));
        } else if (name !== undefined) {
            add(env[name] ?? match);
        } else {
            add(escaped ?? single ?? other ?? "");
        }
    }
    return word === undefined ? words : [...words, word];
}

function expanded(text: string, env: Io["env"]): string {
    return text.replace(/\\(["\\$`])|\$\{?([A-Za-z_]\w*)\}?/g, (match, escaped?: string, name?: string) =>
        escaped === undefined ? (env[name as string] ?? match) : escaped,
    );
}

/** What stands in bash's $'…'. */
function ansiText(text: string): string {
    const plain: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
    return text.replace(/\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|([\s\S]))/gi, (_, x?: string, u?: string, c = "") => {
        const code = x ?? u;
        return code === undefined ? (plain[c] ?? c) : String.fromCharCode(Number.parseInt(code, 16));
    });
}
