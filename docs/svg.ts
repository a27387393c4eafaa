/** Pictures of the pages, as text: the same bytes for the same input. */

/** A picture of some parts. Its colours follow the reader's scheme, dark or light. */
export function picture(title: string, width: number, height: number, parts: readonly string[]): string {
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
        `<title>${escaped(title)}</title>`,
        `<style>${STYLE}</style>`,
        `<rect class="page" width="${width}" height="${height}" rx="8"/>`,
        ...parts,
        "</svg>",
        "",
    ].join("\n");
}

/** Each change has a colour, and a sign for readers who do not see it. */
const COLOURS = {
    light: {
        page: "#ffffff",
        ink: "#1f2328",
        line: "#8c959f",
        added: "#1a7f37",
        changed: "#9a6700",
        removed: "#cf222e",
    },
    dark: {
        page: "#0d1117",
        ink: "#e6edf3",
        line: "#6e7681",
        added: "#3fb950",
        changed: "#d29922",
        removed: "#ff7b72",
    },
} as const;

type Colours = Readonly<Record<keyof typeof COLOURS.light, string>>;

function rules({ page, ink, line, ...changes }: Colours): string {
    return [
        `.page{fill:${page}}`,
        `text{fill:${ink}}`,
        `.line{stroke:${line};fill:none}`,
        `.same{fill:${line}}`,
        `.chosen{stroke:${ink};stroke-width:3;fill:none}`,
        ...Object.entries(changes).map(([change, colour]) => `.${change}{fill:${colour}}`),
    ].join("");
}

const STYLE = [
    "text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}.head{font-weight:bold}.small{font-size:11px}",
    rules(COLOURS.light),
    `@media (prefers-color-scheme:dark){${rules(COLOURS.dark)}}`,
].join("");

/** A line of text; `style` is one or more classes of the style sheet. */
export function words(x: number, y: number, text: string, style = ""): string {
    return `<text x="${x}" y="${y}"${style === "" ? "" : ` class="${style}"`}>${escaped(text)}</text>`;
}

/** A box with its top left corner at x and y. */
export function box(x: number, y: number, width: number, height: number, style: string, opacity = 1): string {
    const faint = opacity === 1 ? "" : ` opacity="${opacity}"`;
    return `<rect x="${x}" y="${y}" width="${width}" height="${height}" class="${style}"${faint}/>`;
}

/** A curve from the end of one thing to the start of another on its right. */
export function curve(x1: number, y1: number, x2: number, y2: number): string {
    const middle = (x1 + x2) / 2;
    return `<path class="line" d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/>`;
}

/** Text for an SVG, with spaces that stay apart in every renderer. */
export function escaped(text: string): string {
    return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(" ", "\u00a0");
}
