import type { Io } from "../terminal";
import { ESCAPES } from "./script";

/** What a shell makes of a command's text. */
export interface ShellCommand {
    readonly words: readonly string[];
    /** What a here-document or a here-string gives the command to read. */
    readonly stdin?: string;
}

const PIECES = new RegExp(
    [
        // A line that goes on: in a shell, in cmd, in PowerShell; with the spaces and the prompt that pages show.
        "(?<joined>[\\\\^`][ \\t]*\\r?\\n(?:[ \\t]*>[ \\t]+)?)",
        "\\$'(?<ansi>(?:\\\\[\\s\\S]|[^'\\\\])*)'",
        "'(?<single>[^']*)'",
        '\\$?"(?<double>(?:\\\\[\\s\\S]|[^"\\\\])*)"',
        "\\\\(?<escaped>[\\s\\S])",
        "(?<variable>\\$\\{\\w+(?::?[-=][^}]*)?\\}|\\$[A-Za-z_]\\w*|%[A-Za-z_]\\w*%)",
        "(?<here><<<)",
        "(?<redirect>&?>>?(?:&\\d)?|<)",
        "(?<comment>#[^\\n]*)",
        "(?<end>\\r?\\n|[;|&)])",
        "(?<space>[ \\t]+)",
        "(?<other>[\\s\\S])",
    ].join("|"),
    "g",
);

/**
 * The words of the first command in a text: quotes, escapes, joined lines, variables, here-documents. Variables without a
 * value stay as they are written, so that what is missing can be named.
 */
export function shellWords(written: string, env: Io["env"]): ShellCommand {
    let stdin: string | undefined;
    const withoutDocument = written.replace(
        /<<-?[ \t]*(['"]?)(\w+)\1([^\n]*)\n([\s\S]*?)\n[ \t]*\2(?!\w)/,
        (_, quote: string, _word, rest: string, document: string) => {
            stdin = quote === "" ? expanded(document, env) : document;
            return rest;
        },
    );
    // cmd escapes each quote with a caret, and browsers copy commands so.
    const text = withoutDocument.includes('^"')
        ? withoutDocument.replace(/\^\r?\n/g, " ").replace(/\^([\s\S])/g, "$1")
        : withoutDocument;
    const words: string[] = [];
    let word: string | undefined;
    let target: "word" | "stdin" | "nowhere" = "word";
    const add = (part: string): void => {
        word = (word ?? "") + part;
    };
    const finish = (): void => {
        if (word !== undefined) {
            if (target === "word") {
                words.push(word);
            } else if (target === "stdin") {
                stdin = word;
            }
            target = "word";
        }
        word = undefined;
    };
    for (const match of text.matchAll(PIECES)) {
        const { ansi, single, double, escaped, variable, here, redirect, comment, end, other } = match.groups ?? {};
        if (ansi !== undefined) {
            add(ansiText(ansi));
        } else if (double !== undefined) {
            add(expanded(double, env, true));
        } else if (variable !== undefined) {
            add(expanded(variable, env));
        } else if (comment !== undefined && word === undefined) {
            finish();
        } else if (here !== undefined || redirect !== undefined) {
            if (/^\d+$/.test(word ?? "")) {
                word = undefined; // the number of a stream
            }
            finish();
            target =
                here !== undefined ? "stdin" : redirect?.endsWith("1") || redirect?.endsWith("2") ? "word" : "nowhere";
        } else if (end !== undefined) {
            finish();
            // A line that begins with an option belongs to the command: what joined the lines was lost on the way.
            const goesOn = end.endsWith("\n") && /^\s*-{1,2}[a-z]/i.test(text.slice(match.index));
            if (words.length > 0 && !goesOn) {
                break;
            }
        } else if (single !== undefined || escaped !== undefined || other !== undefined || comment !== undefined) {
            add(single ?? escaped ?? other ?? comment ?? "");
        } else {
            finish();
        }
    }
    finish();
    return { words, ...(stdin === undefined ? {} : { stdin }) };
}

/** What a shell's text sets before a command, beside the environment. */
export function withAssignments(text: string, env: Io["env"]): Io["env"] {
    let known = env;
    for (const match of text.matchAll(/(?:^|[\s;])([A-Za-z_]\w*)=(?=[^\s=])/g)) {
        const [value] = shellWords(text.slice(match.index + match[0].length), known).words;
        known = { ...known, [match[1] ?? ""]: value };
    }
    return known;
}

/** Variables with their values, and without the escapes of double quotes. */
function expanded(text: string, env: Io["env"], quoted = false): string {
    const pattern = /\\(["\\$`\n])|\$\{(\w+)(?::?[-=]([^}]*))?\}|\$([A-Za-z_]\w*)|%([A-Za-z_]\w*)%/g;
    return text.replace(
        pattern,
        (match, escaped?: string, braced?: string, otherwise?: string, bare?: string, cmd?: string) =>
            escaped === undefined
                ? (env[braced ?? bare ?? cmd ?? ""] ?? otherwise ?? match)
                : !quoted || escaped === "\n"
                  ? escaped.trim()
                  : escaped,
    );
}

/** What stands in bash's $'…'. */
function ansiText(text: string): string {
    return text.replace(/\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|([\s\S]))/gi, (_, x?: string, u?: string, c = "") => {
        const code = x ?? u;
        return code === undefined ? (ESCAPES[c] ?? c) : String.fromCharCode(Number.parseInt(code, 16));
    });
}
