/** Writes a line to standard output, which the engine shows where it comes from a dynamic provider. */
let write = (line: string): void => console.log(line);

/** Tells the user of a run one thing. It may have several lines. */
export function say(line: string): void {
    write(`cache-purge: ${line}`);
}

/** Another way for what is said from now on: of the output of a plugin, the engine shows nothing. */
export function sayBy(other: (line: string) => void): void {
    write = other;
}
