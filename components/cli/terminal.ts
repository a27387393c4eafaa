import { printable } from "../errors/text";
import type { Io, Sink } from "./io";
import { wrapping } from "./wrapped";

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
