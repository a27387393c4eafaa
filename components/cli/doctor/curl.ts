import type { World } from "../world";

/** A request as somebody wrote it for curl. */
export interface WrittenRequest {
    readonly method: string;
    /** As written. */
    readonly url: string;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    /** As written; `undefined`: none. */
    readonly body?: string;
}

/** Options of curl that take a value which says nothing here. */
const WITH_VALUE = new Set(
    "-o --output -w --write-out -A --user-agent -x --proxy -m --max-time --connect-timeout --retry -e --referer -b --cookie -c --cookie-jar --cacert --resolve --connect-to".split(
        " ",
    ),
);

/**
 * Reads a curl command. Variables of the shell are taken from the environment, as the shell would have done.
 *
 * @returns `undefined` when it is not one.
 */
export function readCurl(text: string, env: World["env"]): WrittenRequest | undefined {
    const words = shellWords(text, env);
    const start = words.findIndex((word) => /^(?:.*\/)?curl(?:\.exe)?$/.test(word));
    if (start < 0) {
        return undefined;
    }
    const headers: Record<string, string> = {};
    const bodies: string[] = [];
    let method: string | undefined;
    let url: string | undefined;
    const rest = words.slice(start + 1).flatMap(split);
    for (let i = 0; i < rest.length; i++) {
        const word = rest[i] as string;
        const value = (): string => rest[++i] ?? "";
        if (word === "-X" || word === "--request") {
            method = value();
        } else if (word === "-H" || word === "--header") {
            const [, name = "", content = ""] = /^([^:]*):\s?(.*)$/s.exec(value()) ?? [];
            headers[name.trim().toLowerCase()] = content;
        } else if (/^(?:-d|--data|--data-(?:raw|binary|ascii)|--json)$/.test(word)) {
            bodies.push(value());
        } else if (word === "--url") {
            url = value();
        } else if (WITH_VALUE.has(word)) {
            value();
        } else if (!word.startsWith("-")) {
            url ??= word;
        }
    }
    if (url === undefined) {
        return undefined;
    }
    const body = bodies.length === 0 ? {} : { body: bodies.join("&") };
    return { method: (method ?? (bodies.length === 0 ? "GET" : "POST")).toUpperCase(), url, headers, ...body };
}

/** `-XPOST` and `--request=POST` as two words. */
function split(word: string): string[] {
    const [, short, value] = /^(-[XHd])(.+)$/s.exec(word) ?? /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
    return short === undefined || value === undefined ? [word] : [short, value];
}

/** The words of a POSIX shell's command: quotes, escapes, joined lines, variables. */
function shellWords(text: string, env: World["env"]): string[] {
    const words: string[] = [];
    let word: string | undefined;
    const add = (part: string): void => {
        word = (word ?? "") + part;
    };
    const pattern = /\\\r?\n|\\([\s\S])|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\$\{?([A-Za-z_]\w*)\}?|(\s+)|([\s\S])/g;
    for (const [match, escaped, single, double, name, space, other] of text.matchAll(pattern)) {
        if (space !== undefined || match.startsWith("\\\n") || match.startsWith("\\\r\n")) {
            if (word !== undefined) {
                words.push(word);
            }
            word = undefined;
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

function expanded(text: string, env: World["env"]): string {
    return text.replace(/\\(["\\$`])|\$\{?([A-Za-z_]\w*)\}?/g, (match, escaped?: string, name?: string) =>
        escaped === undefined ? (env[name as string] ?? match) : escaped,
    );
}
