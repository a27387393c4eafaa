/** A number with its thousands apart: `12 480`. */
export function grouped(count: number): string {
    return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** A count and its noun: `1 URL`, `2 prefixes`. */
export function counted(count: number, noun: string): string {
    const plural = noun.endsWith("x") ? `${noun}es` : `${noun}s`;
    return `${grouped(count)} ${count === 1 ? noun : plural}`;
}
