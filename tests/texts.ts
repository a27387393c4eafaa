import { readFileSync, writeFileSync } from "node:fs";

/** One text, and what brought it about. */
export interface Told {
    readonly title: string;
    /** As somebody types it. */
    readonly command: string;
    readonly text: string;
    /** How it ended: `exit 1`. */
    readonly end: string;
}

/**
 * Every text that a person can be told, in one file to read: collected, and compared with the file at the end.
 * `UPDATE_TEXTS=1` writes the file anew.
 */
export class Texts {
    private readonly parts: string[];

    constructor(
        private readonly file: string,
        head: string,
    ) {
        this.parts = [head];
    }

    add({ title, command, text, end }: Told): void {
        const fence = "```";
        this.parts.push(
            `## ${title}\n\n${fence}\n$ ${stable(command)}\n${stable(text).trimEnd()}\n[${end}]\n${fence}\n`,
        );
    }

    get written(): string {
        return this.parts.join("\n");
    }

    /** The file's text; with UPDATE_TEXTS what was collected, which is then written. */
    expected(): string {
        if ((process.env.UPDATE_TEXTS ?? "") !== "") {
            writeFileSync(this.file, this.written);
            return this.written;
        }
        return readFileSync(this.file, "utf8");
    }
}

/** A text without what differs from run to run. */
function stable(text: string): string {
    return text
        .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
        .replace(/(token ID|\(ID) [0-9a-f]{32}/g, "$1 TOKEN-ID")
        .replace(/Ray ID [0-9a-f]{16}-[A-Z]{3}/g, "Ray ID RAY")
        .replace(/\b\d+\.\d s\b/g, "N s")
        .replace(/failed \([A-Z_]+\)/g, "failed (CODE)")
        .replace(/\bage \d+ s\b/g, "age N s")
        .replace(/the purge is \d+ s old/g, "the purge is N s old")
        .replace(/\/tmp\/[\w.-]+/g, "DIR");
}
