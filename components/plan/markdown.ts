/** A text as code, in a table's cell or outside: whatever it holds, it is shown as it is. */
export function code(text: string): string {
    const line = text.replace(/\s/g, " ").replaceAll("|", "\\|");
    return line.includes("`") ? `\`\` ${line} \`\`` : `\`${line}\``;
}

/** A sentence that may hold names with characters of Markdown's own. */
export function prose(text: string): string {
    return text.replace(/\s+/g, " ").replace(/[\\`*_<>|[\]#@]/g, "\\$&");
}

/** A table of rows of cells, which are Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
    return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

/** What is long is folded away under its summary. */
export function folded(summary: string, lines: readonly string[]): string[] {
    return ["<details>", `<summary>${summary}</summary>`, "", ...lines, "", "</details>"];
}

/** Text of others as it stands, such as an error's: a fence that is longer than any in it. */
export function block(text: string): string[] {
    const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = "`".repeat(longest + 1);
    return [`${fence}text`, text, fence];
}
