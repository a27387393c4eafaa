/** Colours on a terminal; none when piped, with NO_COLOR (no-color.org), or on a dumb terminal. */
export function painter(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv) {
    const on = stream.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
    const wrap = (open: number) => (text: string) => (on ? `\x1b[${open}m${text}\x1b[0m` : text);
    return { bold: wrap(1), dim: wrap(2), red: wrap(31), green: wrap(32), yellow: wrap(33), cyan: wrap(36) };
}

export type Paint = ReturnType<typeof painter>;
