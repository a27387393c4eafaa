import type { Io } from "../terminal";
import { shellWords, withAssignments } from "./shellWords";

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
    /** Its quotes or dashes are typographic ones, which no shell takes. */
    readonly retyped?: true;
}

/** The text of a file; `undefined`: it cannot be read. */
export type ReadFile = (name: string) => string | undefined;

/** Options of curl that take a value, by their letters and by their names (curl's manual). */
const LETTERS = "AbcCdDeEFHKmoPQrtTuUwxXyYz";
const NAMES = (
    "abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to " +
    "continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw data-urlencode " +
    "delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech engine etag-compare " +
    "etag-save expect100-timeout form form-string happy-eyeballs-timeout-ms haproxy-clientip header hostpubmd5 " +
    "hostpubsha256 hsts interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key key-type krb libcurl " +
    "limit-rate local-port login-options max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output " +
    "output-dir parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert proxy-cert " +
    "proxy-header proxy-key proxy-user proxy1.0 pubkey quote random-file range rate referer request request-target " +
    "resolve retry retry-delay retry-max-time service-name socks4 socks4a socks5 socks5-hostname speed-limit speed-time " +
    "stderr telnet-option time-cond tls-max tls13-ciphers tlspassword tlsuser trace trace-ascii trace-config unix-socket " +
    "upload-file url url-query user user-agent variable vlan-priority write-out"
).split(" ");
const SHORT: Readonly<Record<string, string>> = {
    X: "request",
    H: "header",
    d: "data",
    u: "user",
    F: "form",
    T: "upload-file",
    G: "get",
    I: "head",
};

/**
 * Reads a curl command. Variables of the shell are taken from the text, else from the environment, as the shell would have
 * done.
 *
 * @param read What files hold that the command names.
 * @returns `undefined` when it is not one.
 */
export function readCurl(
    written: string,
    env: Io["env"],
    read: ReadFile = () => undefined,
): WrittenRequest | undefined {
    const text = retyped(written);
    for (const match of text.matchAll(/(?<![\w.-])curl(?:\.exe)?(?=[\s^])/gi)) {
        const before = text.slice(0, match.index);
        const known = withAssignments(before, env);
        const [, echoed] = /\b(?:echo|printf)\s+([^|]*)\|\s*$/.exec(before) ?? [];
        const piped =
            echoed === undefined ? undefined : shellWords(echoed, known).words.filter((w) => !/^-\w$/.test(w));
        const { words, stdin } = shellWords(text.slice(match.index + match[0].length), known);
        const request = requestOf(
            words,
            (name) => (name === "-" ? (stdin ?? piped?.join(" ")) : undefined) ?? read(name),
        );
        if (request !== undefined) {
            return text === written ? request : { ...request, retyped: true };
        }
    }
    return undefined;
}

/** The text with quotes and dashes as a keyboard has them, where typographic ones stand for them. */
function retyped(text: string): string {
    const bare = text.replace(/'[^']*'|"(?:\\[\s\S]|[^"\\])*"/g, "");
    return /[“”„‘’]|\s[–—]\w/.test(bare)
        ? text
              .replace(/[“”„]/g, '"')
              .replace(/[‘’]/g, "'")
              .replace(/(?<=\s)[–—](?=\w\w)/g, "--")
              .replace(/(?<=\s)[–—](?=[\w-])/g, "-")
        : text;
}

function requestOf(words: readonly string[], read: ReadFile): WrittenRequest | undefined {
    const { options, urls } = optionsOf(words);
    const headers: [string, string][] = [];
    const bodies: string[] = [];
    let method: string | undefined;
    let implied = "GET";
    let bodyFile: string | undefined;
    const addHeader = (line: string): void => {
        const [, header, content = ""] = /^([^:]*):\s*(.*?)\s*$/s.exec(line) ?? [];
        if (header !== undefined) {
            headers.push([header.trim().toLowerCase(), content]);
        }
    };
    /** A value that may name a file with an @. */
    const textOf = (value: string): string => {
        if (!value.startsWith("@")) {
            return value;
        }
        const text = read(value.slice(1));
        bodyFile = text === undefined ? value.slice(1) : bodyFile;
        return text ?? value;
    };
    for (const [name, value] of options) {
        if (name === "request") {
            method = value;
        } else if (name === "url") {
            urls.push(value);
        } else if (name === "header") {
            for (const line of value.startsWith("@") ? (read(value.slice(1)) ?? "").split("\n") : [value]) {
                addHeader(line);
            }
        } else if (name === "user") {
            headers.push(["authorization", `Basic ${Buffer.from(value).toString("base64")}`]);
        } else if (name === "oauth2-bearer") {
            headers.push(["authorization", `Bearer ${value}`]);
        } else if (name === "data" || name === "data-ascii") {
            bodies.push(value.startsWith("@") ? textOf(value).replace(/[\r\n]/g, "") : value);
        } else if (name === "data-binary" || name === "json") {
            bodies.push(textOf(value));
        } else if (name === "data-raw" || name === "form" || name === "form-string") {
            bodies.push(value);
        } else if (name === "data-urlencode") {
            const [, field = "", content = ""] = /^(?:([^=@]*)=)?(.*)$/s.exec(value) ?? [];
            bodies.push(`${field === "" ? "" : `${field}=`}${encodeURIComponent(content)}`);
        } else if (name === "upload-file") {
            implied = "PUT";
            bodies.push(textOf(`@${value}`));
        } else if (name === "get" || name === "head") {
            implied = name === "get" ? "GET" : "HEAD";
        }
    }
    const url = urls.find((word) => /^(?:[a-z]+:\/\/|\$|%|localhost)|^[\w-]+(?:\.[\w-]+)+(?:[:/?]|$)/i.test(word));
    if (url === undefined) {
        return undefined;
    }
    const isQuery = options.some(([name]) => name === "get");
    const hasBody = bodies.length > 0 && !isQuery;
    return {
        method: (method ?? (hasBody && implied === "GET" ? "POST" : implied)).toUpperCase(),
        url,
        headers: Object.fromEntries(headers),
        ...(hasBody ? (bodyFile === undefined ? { body: bodies.join("&") } : { bodyFile }) : {}),
    };
}

/** Options with their values, as curl takes them apart: `-sXPOST`, `-X POST`, `--request POST`. */
function optionsOf(words: readonly string[]): { options: (readonly [string, string])[]; urls: string[] } {
    const options: (readonly [string, string])[] = [];
    const urls: string[] = [];
    for (let i = 0; i < words.length; i++) {
        const word = words[i] ?? "";
        const [, long, , inline] = /^--([\w.-]+)(=(.*))?$/s.exec(word) ?? [];
        if (long === "next" || word === "-:") {
            break; // another request
        } else if (long !== undefined) {
            const name = fullName(long);
            if (inline !== undefined || NAMES.includes(name)) {
                options.push([name, inline ?? words[++i] ?? ""]);
            } else {
                options.push([name, ""]);
            }
        } else if (word.startsWith("-") && word.length > 1) {
            const letters = [...word];
            const at = letters.findIndex((letter, place) => place > 0 && LETTERS.includes(letter));
            for (const letter of letters.slice(1, at < 0 ? undefined : at)) {
                options.push([SHORT[letter] ?? "", ""]);
            }
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

/** Options without a value that a name cut short could mean as well. */
const SWITCHES = [
    "head",
    "location",
    "remote-header-name",
    "remote-name",
    "get",
    "fail",
    "include",
    "ipv4",
    "proxy-basic",
];

/** The name of an option that curl lets people cut short, as long as it is clear. */
function fullName(name: string): string {
    if (NAMES.includes(name) || SWITCHES.includes(name)) {
        return name;
    }
    const [full, ...others] = [...NAMES, ...SWITCHES].filter((known) => known.startsWith(name));
    return full !== undefined && others.length === 0 ? full : name;
}
