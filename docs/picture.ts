/** Writes docs/demo.svg, the terminal of a run of the demo: `npm run demo:picture`. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseOptions } from "../local/demo/options";
import { painter } from "../local/demo/paint";
import { runDemo } from "../local/demo/run";
import { teller } from "../local/demo/tell";
import { escaped } from "./svg";

const FILE = path.join(__dirname, "demo.svg");
const COLUMNS = 132;
const LINE = 18;
const CHARACTER = 7.8;
const PADDING = 16;

/** What a terminal shows, by the escape code that begins it. */
const STYLES: Readonly<Record<string, string>> = {
    "0": "",
    "1": 'font-weight="bold"',
    "2": 'opacity="0.6"',
    "31": 'fill="#ff7b72"',
    "32": 'fill="#7ee787"',
    "33": 'fill="#e3b341"',
    "36": 'fill="#79c0ff"',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: it begins an escape code.
const ESCAPE = /\x1b\[(\d+)m/;

/** Lines of a terminal, with its colours, as a picture. */
export function terminalPicture(title: string, lines: readonly string[]): string {
    const width = Math.ceil(COLUMNS * CHARACTER) + 2 * PADDING;
    const height = (lines.length + 1) * LINE + 2 * PADDING;
    const rows = lines.map((line, i) => `<text x="${PADDING}" y="${PADDING + (i + 1) * LINE}">${spans(line)}</text>`);
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
        `<title>${escaped(title)}</title>`,
        `<rect width="100%" height="100%" rx="8" fill="#161b22"/>`,
        '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#e6edf3">',
        ...rows,
        "</g>",
        "</svg>",
        "",
    ].join("\n");
}

/** Text and escape codes by turns; what goes beyond the last column is cut. */
function spans(line: string): string {
    let style = "";
    let left = COLUMNS;
    return line
        .split(ESCAPE)
        .map((part, i) => {
            if (i % 2 === 1) {
                style = STYLES[part] ?? "";
                return "";
            }
            const shown = part.length > left ? `${part.slice(0, Math.max(0, left - 1))}…` : part;
            left -= shown.length;
            return shown === "" || left < 0 ? "" : `<tspan ${style}>${escaped(shown)}</tspan>`;
        })
        .join("");
}

async function main(): Promise<void> {
    const lines = ["$ npm run demo", ""];
    const narrator = teller(painter({ isTTY: true }, {}), (text) => lines.push(...text.split("\n")));
    await runDemo({ ...parseOptions([]), engine: "local" }, "local", narrator);
    writeFileSync(FILE, terminalPicture("A run of the demo in a terminal", lines));
}

if (require.main === module) {
    void main();
}
