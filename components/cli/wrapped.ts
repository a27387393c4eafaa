import type { Sink } from "./io";

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
