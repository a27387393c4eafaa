/** How texts and numbers are written for people. */

/**
 * A text from outside as one line that any terminal and any CI log can show: without control characters (a terminal's
 * commands, line ends), without characters that nobody sees or that turn the text around, and without the words that
 * GitHub's and Azure's logs take for commands.
 */
export function printable(text: string): string {
    return text
        .replace(/[\p{Cf}\p{Cs}]/gu, "")
        .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
        .replace(/##(?=\[|vso\[)/g, "# #")
        .replace(/^(\s*):(?=:\w)/, "$1: ");
}

/** A number with its thousands apart: `12 480`. */
export function grouped(count: number): string {
    return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** A count and its noun: `1 URL`, `2 prefixes`. */
export function counted(count: number, noun: string): string {
    const plural = noun.endsWith("x") ? `${noun}es` : `${noun}s`;
    return `${grouped(count)} ${count === 1 ? noun : plural}`;
}
