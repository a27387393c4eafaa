/** The streams of a command, what is read from them, and how it writes to them. */
import { readFileSync } from "node:fs";
import type { Clock } from "../cloudflare/clock";
import { systemClock } from "../cloudflare/clock";
import { printable } from "../errors/text";

/** A stream as the command writes to it. */
export interface Sink {
    write(text: string): unknown;
    /** Whether a person watches it. */
    readonly isTTY?: boolean;
    /** Characters in a line, on a terminal. */
    readonly columns?: number;
}

/** Everything that a command touches outside its arguments, so that tests run it in their own process. */
export interface Io {
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Results. */
    readonly stdout: Sink;
    /** Everything else: notes, progress, errors. */
    readonly stderr: Sink;
    readonly stdin: AsyncIterable<Uint8Array | string>;
    readonly clock: Clock;
    /** [0, 1): jitter, and queries that no cache has seen. */
    readonly random: () => number;
    /** Stops what is under way; what is not done by then is named as owed. */
    readonly signal?: AbortSignal;
}

/** What this process has of it. */
export function processIo(signal: AbortSignal): Io {
    const { env, stdout, stderr, stdin } = process;
    return { env, stdout, stderr, stdin, clock: systemClock, random: Math.random, signal };
}

/** Tells the exit code of a command that did not throw; without a call it is 0. */
export type Done = (code: number) => void;

/**
 * The text of a file, or of stdin (`-`), whatever editor or shell wrote it: UTF-8, or UTF-16 as PowerShell's `>` writes it,
 * with or without a byte order mark, and with line ends of either kind.
 *
 * @throws The errors of `node:fs`.
 */
export async function readText(place: string, io: Io): Promise<string> {
    return decoded(place === "-" ? await bytesOfStdin(io) : readFileSync(place));
}

/** All of stdin as text, read as {@link readText} does. */
export async function readStdin(io: Io): Promise<string> {
    return decoded(await bytesOfStdin(io));
}

async function bytesOfStdin(io: Io): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of io.stdin) {
        parts.push(Buffer.from(part));
    }
    return Buffer.concat(parts);
}

function decoded(bytes: Buffer): string {
    const encoding =
        bytes[0] === 0xff && bytes[1] === 0xfe
            ? "utf-16le"
            : bytes[0] === 0xfe && bytes[1] === 0xff
              ? "utf-16be"
              : "utf-8";
    return new TextDecoder(encoding).decode(bytes).replaceAll("\r\n", "\n");
}

type Style = (text: string) => string;

/** What this program writes besides text: line ends and tabs; on a terminal the colours below, and a line once more. */
const OWN = /([\n\t])/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that may pass.
const OWN_ON_TERMINAL = /([\n\t]|\x1b\[(?:0|2|31|32|33)m|\r\x1b\[K)/;

/** A stream that gets nothing but what it can show, and what this program itself writes. */
export function printing(sink: Sink, env: Io["env"], redact = (text: string) => text): Sink {
    const own = sink.isTTY === true || wantsColour(sink, env) ? OWN_ON_TERMINAL : OWN;
    const clean = (part: string, i: number): string => (i % 2 === 0 ? printable(part) : part);
    return {
        write: (text) => sink.write(redact(text).split(own).map(clean).join("")),
        ...(sink.isTTY === undefined ? {} : { isTTY: sink.isTTY }),
        ...(sink.columns === undefined ? {} : { columns: sink.columns }),
    };
}

/** Words on the two streams; colours where a person watches and wants them. */
export interface Terminal {
    /** A line of the result, or several. */
    out(line: string): void;
    /** A result that programs read: its lines are not broken. */
    data(text: string): void;
    /** A line for the person who watches. */
    note(line: string): void;
    /** Something that may need attention. */
    warn(line: string): void;
    /** Styles for what goes to stdout. */
    readonly paint: { readonly ok: Style; readonly warn: Style; readonly bad: Style; readonly dim: Style };
    readonly json: boolean;
    readonly colour: (sink: Sink) => boolean;
}

/** @param options what the command line says: `--no-color`, `--json`. */
export function terminal(io: Io, options: { color?: boolean; json?: boolean }): Terminal {
    const colour = (sink: Sink): boolean => options.color !== false && wantsColour(sink, io.env);
    const style =
        (code: number, sink: Sink): Style =>
        (text) =>
            colour(sink) ? `\x1b[${code}m${text}\x1b[0m` : text;
    const [stdout, stderr] = [wrapping(io.stdout), wrapping(io.stderr)];
    const note = (line: string): void => void stderr.write(`${line}\n`);
    return {
        out: (line) => void stdout.write(`${line}\n`),
        data: (text) => void io.stdout.write(`${text}\n`),
        note,
        warn: (line) => note(`${style(33, io.stderr)("warning:")} ${line}`),
        paint: {
            ok: style(32, io.stdout),
            warn: style(33, io.stdout),
            bad: style(31, io.stdout),
            dim: style(2, io.stdout),
        },
        json: options.json === true,
        colour,
    };
}

/** NO_COLOR: no-color.org. FORCE_COLOR: force-color.org, with 0 for none as Node has it. */
function wantsColour(sink: Sink, { NO_COLOR = "", FORCE_COLOR = "", TERM }: Io["env"]): boolean {
    if (NO_COLOR !== "") {
        return false;
    }
    return FORCE_COLOR === "" ? sink.isTTY === true && TERM !== "dumb" : FORCE_COLOR !== "0";
}

/** JSON as the commands print it. */
export function jsonText(value: unknown): string {
    return JSON.stringify(value, null, 2);
}

/** Narrower than this, breaking lines helps nobody. */
const NARROWEST = 20;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of this program, which take no room.
const COLOUR = /\x1b\[\d+m/g;

/** Characters that take two columns (https://www.unicode.org/reports/tr11/), roughly: ideographs, Hangul, wide forms, emoji. */
const WIDE =
    /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]/u;

/** A stream whose lines are no wider than the terminal, broken between words. What is not a terminal gets them whole. */
export function wrapping(sink: Sink): Sink {
    const { isTTY, columns } = sink;
    if (isTTY !== true || columns === undefined || columns < NARROWEST) {
        return sink;
    }
    return {
        write: (text) =>
            sink.write(
                text
                    .split("\n")
                    .flatMap((line) => wrapped(line, columns))
                    .join("\n"),
            ),
        isTTY,
        columns,
    };
}

/** A line in lines of a width, broken between words; the further ones begin below the text of the first, or its last column. */
export function wrapped(line: string, width: number): string[] {
    if (columnsOf(line) <= width) {
        return [line];
    }
    const bare = line.replace(COLOUR, "");
    const [indent = ""] = /^ */.exec(bare) ?? [];
    const [columns = ""] = /^(?:\S+ {2,})+/.exec(bare) ?? [];
    const hang = columns !== "" && columnsOf(columns) <= width / 2 ? " ".repeat(columnsOf(columns)) : indent;
    const lines: string[] = [];
    let current = indent;
    let gap = "";
    for (const part of line.slice(indent.length).split(/( +)/)) {
        if (/^ +$/.test(part)) {
            gap = part;
        } else if (current.trim() === "" || columnsOf(current + gap + part) <= width) {
            current += gap + part;
            gap = "";
        } else {
            lines.push(current);
            current = hang + part;
            gap = "";
        }
    }
    return [...lines, current];
}

function columnsOf(text: string): number {
    let columns = 0;
    for (const character of text.replace(COLOUR, "")) {
        columns += WIDE.test(character) ? 2 : /\p{Mn}/u.test(character) ? 0 : 1;
    }
    return columns;
}
