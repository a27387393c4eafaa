import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Ran } from "./invoke";

/** Every text that a person can be told, in one file to read. `UPDATE_TEXTS=1 npx mocha tests/cli/**` writes it anew. */
const FILE = path.join(__dirname, "texts.snap.md");

const HEAD = `# What the command line says

Each known mistake, made as the person made it, and what \`cache-purge\` answers. Written by \`tests/cli/failures.test.ts\`
(\`UPDATE_TEXTS=1\` writes it anew); the test fails when a text changes.
`;

export interface Told {
    readonly title: string;
    /** As somebody types it. */
    readonly command: string;
    readonly ran: Ran;
}

/** Collects texts, and compares them with the file at the end. */
export class Texts {
    private readonly parts: string[] = [HEAD];

    add({ title, command, ran }: Told): void {
        const streams = [ran.out, ran.err].filter((text) => text !== "").map((text) => stable(text).trimEnd());
        const fence = "```";
        this.parts.push(
            `## ${title}\n\n${fence}\n$ ${stable(command)}\n${streams.join("\n")}\n[exit ${ran.code}]\n${fence}\n`,
        );
    }

    get written(): string {
        return this.parts.join("\n");
    }

    /** The file's text; with UPDATE_TEXTS what was collected, which is then written. */
    expected(): string {
        if ((process.env.UPDATE_TEXTS ?? "") !== "") {
            writeFileSync(FILE, this.written);
            return this.written;
        }
        return readFileSync(FILE, "utf8");
    }
}

/** A text without what differs from run to run. */
function stable(text: string): string {
    return text
        .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
        .replace(/(token ID|\(ID) [0-9a-f]{32}/g, "$1 TOKEN-ID")
        .replace(/\b\d+\.\d s\b/g, "N s")
        .replace(/failed \([A-Z_]+\)/g, "failed (CODE)")
        .replace(/\bage \d+ s\b/g, "age N s")
        .replace(/the purge is \d+ s old/g, "the purge is N s old")
        .replace(/\/tmp\/[\w.-]+/g, "DIR");
}
