import { readFileSync } from "node:fs";
import type { Io } from "./io";

/**
 * The text of a file, or of stdin (`-`), whatever editor or shell wrote it: UTF-8, or UTF-16 as PowerShell's `>` writes it,
 * with or without a byte order mark, and with line ends of either kind.
 *
 * @throws The errors of `node:fs`.
 */
export async function readText(place: string, io: Io): Promise<string> {
    return decoded(place === "-" ? await bytesOfStdin(io) : readFileSync(place));
}

/** All of stdin as text, read as {@link readText} does. */
export async function readStdin(io: Io): Promise<string> {
    return decoded(await bytesOfStdin(io));
}

async function bytesOfStdin(io: Io): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of io.stdin) {
        parts.push(Buffer.from(part));
    }
    return Buffer.concat(parts);
}

function decoded(bytes: Buffer): string {
    const encoding =
        bytes[0] === 0xff && bytes[1] === 0xfe
            ? "utf-16le"
            : bytes[0] === 0xfe && bytes[1] === 0xff
              ? "utf-16be"
              : "utf-8";
    return new TextDecoder(encoding).decode(bytes).replaceAll("\r\n", "\n");
}
